"""How long a resident's question takes, place and figures. `python -m tests.benchmarks.fibre_answers`.

Three questions for each of the 771 communes, through the whole assistant (an index of the real corpus, words alone).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from assistant.answering.assistant import Assistant
from assistant.evaluation.figures import percentile
from assistant.fibre.communes import shipped_table
from assistant.models import Access, AnswerKind
from assistant.settings import load_settings
from ingest import ingest

QUESTIONS = ("la fibre est dispo a {name} ?", "c pr kan la fibre à {name} svp", "vous coupez quand l'adsl à {name} ?")


def main() -> None:
    """Print the milliseconds of a question, and how many were answered with figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings().model_copy(update={"data": Path(folder), "vector_weight": 0.0})
        ingest(settings)
        assistant = Assistant(settings)
        assistant.ask("la fibre à Rue", Access.PUBLIC)  # opens what is read late
        whole, told, step = [], 0, []
        for commune in shipped_table().communes.values():
            for question in QUESTIONS:
                start = perf_counter()
                answer = assistant.ask(question.format(name=commune.name), Access.STAFF)
                whole.append(1000 * (perf_counter() - start))
                step += [one.milliseconds for one in answer.trace if one.step == "tell_fibre"]
                told += answer.kind is AnswerKind.FIBRE and answer.fibre is not None and bool(answer.fibre.communes)
        assistant.close()
    print(f"{told} of {len(whole)} told with figures")
    for name, times in (("recognition, figures and documents", step), ("the whole question", whole)):
        print(f"{name}: {percentile(times, 50):.1f} ms (median), {percentile(times, 95):.1f} ms (95th percentile)")


if __name__ == "__main__":
    main()

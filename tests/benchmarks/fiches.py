"""Product text: official questions asked through the whole assistant over the fiches of service-public.fr.

    nice python -m tests.benchmarks.fiches [--fiches 419] [--vector-weight 0.2] [--noisy]

A *fiche* is a page of service-public.fr, numbered F1234. The bench cuts them into passages, each with a `parent`: the
fiche itself where it is an answer (535 of them, one for each question), or one case of one of its sections
(`F212|F212_…`: 2,107 of them, of 337 fiches more, which answer no question). A fiche is put together again from all its
passages, in their order, as a page of HTML: what looks like a heading or a list becomes one. Its title is its number:
the real ones are the very questions. Issue 4 counts 419 fiches; the bench holds 872, and all are taken, which is
harder. `--fiches 419` takes the first 419 that answer a question, and asks their questions alone.

The pages go through `ingest.py`, the questions through `Assistant.ask`. *Right*: the first quotation (or one of the
first three) is of the fiche that answers; which sentence of it answers is not known. All questions have an answer:
whatever is not answered is refused wrongly. Milliseconds are those of `ask`, on the clock and on the processor (which
does not count what other programs take).
"""

from __future__ import annotations

import argparse
import html
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from assistant.answering.assistant import Assistant
from assistant.evaluation.figures import percentile
from assistant.evaluation.score import SHOWN
from assistant.models import Access, Status
from assistant.settings import ROOT, Settings, load_settings
from ingest import ingest
from tests.benchmarks.noise import noisy
from tests.benchmarks.retrieval import read_lines

BENCH = ROOT.parent / "shared" / "french" / "bench" / "servicepublic"
LONGEST_HEADING = 70  # characters
FIGURES = {
    "right_first": "first quotation right",
    "right_in_three": "one of the first three right",
    "right_if_shown": "first right, of those answered",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class Fiche:
    """A page of service-public.fr: its number, and its lines."""

    number: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FicheQuestion:
    """A question, and the number of the fiche that answers it."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question: the documents of its quotations, none when it was refused."""

    number: str
    shown: tuple[str, ...]
    milliseconds: float
    processor: float


@dataclass(frozen=True, slots=True)
class FicheFigures:
    """Shares from 0 to 1 of the questions (`right_if_shown`: of those answered); milliseconds of `ask`, by percentile,
    on the clock and on the processor.
    """

    questions: int
    right_first: float
    right_in_three: float
    right_if_shown: float
    refused: float
    p50: float
    p95: float
    processor_p50: float
    processor_p95: float


def main() -> None:
    """Index what is not indexed yet, ask every question, print a table."""
    options = _options()
    fiches, questions = read_bench(options.bench, options.fiches)
    folder = Path(tempfile.gettempdir()) / "assistant-fiches-benchmark" / f"{len(fiches)}-{options.vector_weight:g}"
    settings = index_fiches(fiches, folder, options.vector_weight)
    texts = [question.text for question in questions]
    asked = ask_all(settings, questions, noisy(texts) if options.noisy else texts)
    print(table(sum_up(asked), settings))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, nargs="?", default=BENCH)
    parser.add_argument("--fiches", type=int, help="the first so many that answer a question; all of them if not given")
    parser.add_argument("--vector-weight", type=float, default=0.0, help="0: words alone")
    parser.add_argument("--noisy", action="store_true", help="as people type them: no accents, slips, SMS")
    return parser.parse_args()


def read_bench(bench: Path, most: int | None = None) -> tuple[list[Fiche], list[FicheQuestion]]:
    """The fiches and the questions; with `most`, the first so many that answer a question, and their questions."""
    questions = [FicheQuestion(row["text"], row["gold"][0]) for row in read_lines(bench / "queries.jsonl")][:most]
    kept = {question.number for question in questions}
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for row in read_lines(bench / "docs.jsonl"):
        lines[row["parent"].partition("|")[0]] += row["text"].splitlines()
    return [Fiche(number, tuple(text)) for number, text in lines.items() if most is None or number in kept], questions


def index_fiches(fiches: Iterable[Fiche], folder: Path, vector_weight: float) -> Settings:
    """Write the fiches as the corpus of an assistant of their own below `folder`, and index what has changed there."""
    public = folder / "corpus" / "public"
    public.mkdir(parents=True, exist_ok=True)
    for fiche in fiches:
        (public / f"{fiche.number}.html").write_text(markup(fiche), encoding="utf-8")
    changes = {"corpus": folder / "corpus", "data": folder / "data", "vector_weight": vector_weight}
    settings = load_settings().model_copy(update=changes)
    report = ingest(settings)
    assert report.build is not None
    assert not report.build.refused, report.build.refused
    return settings


def markup(fiche: Fiche) -> str:
    """The fiche as a page of HTML, under a head that gives its number as key."""
    head = f"---\ncanonical_key: {fiche.number}\n---\n"
    title = f"<!DOCTYPE html><html lang='fr'><head><title>{fiche.number}</title></head><body>"
    return "\n".join((head + title, *_elements(fiche.lines), "</body></html>\n"))


def _elements(lines: Sequence[str]) -> Iterator[str]:
    """Headings, paragraphs and lists. A line that ends without a stop begins something when a sentence follows, and is
    an item when it comes after a line that ends with a colon, or after another item.
    """
    in_list = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_heading = len(line) <= LONGEST_HEADING and _begins(line) and _is_open(line) and _is_sentence(following)
        is_item = in_list and not is_heading and not (_begins(line) and line.endswith((".", ":")))
        tag = "h2" if is_heading else "li" if is_item else "p"
        yield ("</ul>\n" if in_list and not is_item else "") + f"<{tag}>{html.escape(line)}</{tag}>"
        opens = line.rstrip().endswith(":") and not is_heading
        if opens:
            yield "<ul>"
        in_list = opens or is_item
    if in_list:
        yield "</ul>"


def _begins(line: str) -> bool:
    return line[:1].isupper()


def _is_open(line: str) -> bool:
    return not re.search(r"[.:;,]\s*$", line)


def _is_sentence(line: str) -> bool:
    return _begins(line) and line.rstrip().endswith((".", ":"))


def ask_all(settings: Settings, questions: Sequence[FicheQuestion], texts: Sequence[str]) -> list[Asked]:
    """Ask each question in the words of `texts`; the first one twice, to open what must be open."""
    assistant = Assistant(settings)
    try:
        assistant.ask(texts[0], Access.PUBLIC)
        pairs = zip(questions, texts, strict=True)
        return [_ask(assistant, q.number, text) for q, text in tqdm(pairs, total=len(texts), disable=None)]
    finally:
        assistant.close()


def _ask(assistant: Assistant, number: str, text: str) -> Asked:
    clock, processor = time.perf_counter(), time.process_time()
    answer = assistant.ask(text, Access.PUBLIC)
    spent = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)
    assert answer.status is not Status.UNAVAILABLE, text
    return Asked(number, tuple(quote.document_key for quote in answer.quotes), *spent)


def sum_up(asked: Sequence[Asked]) -> FicheFigures:
    """The figures of some questions, one at least."""
    right = sum(one.number in one.shown[:1] for one in asked)
    answered = sum(bool(one.shown) for one in asked)
    clock, processor = [one.milliseconds for one in asked], [one.processor for one in asked]
    return FicheFigures(
        questions=len(asked),
        right_first=right / len(asked),
        right_in_three=sum(one.number in one.shown[:SHOWN] for one in asked) / len(asked),
        right_if_shown=right / max(answered, 1),
        refused=1 - answered / len(asked),
        p50=percentile(clock, 50),
        p95=percentile(clock, 95),
        processor_p50=percentile(processor, 50),
        processor_p95=percentile(processor, 95),
    )


def table(figures: FicheFigures, settings: Settings) -> str:
    """What was measured, and over what."""
    assistant = Assistant(settings)
    index = assistant.status(Access.PUBLIC)
    assistant.close()
    lines = [f"{figures.questions} questions, {index.documents} fiches, {index.chunks} chunks, "
             f"vectors' weight {settings.vector_weight:g}"]  # fmt: skip
    lines += [f"{name:<32}{100 * getattr(figures, figure):>7.1f} %" for figure, name in FIGURES.items()]
    lines.append(f"{'milliseconds, p50 / p95':<32}{figures.p50:>7.1f} / {figures.p95:.1f}")
    lines.append(f"{'of processor':<32}{figures.processor_p50:>7.1f} / {figures.processor_p95:.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

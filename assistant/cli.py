"""`python -m assistant ask · search · serve · status · history · answers · evaluate`.

What each command needs is imported inside it: `--help` answers at once.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.models import Access, Answer, AssistantError, Evidence, Found, Quote, SettingsError, UnknownDocument
from assistant.wording import sentence, wording

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant
    from assistant.index.history import Life
    from assistant.settings import Settings

QUOTATIONS = "quotations"
WRITERS = (QUOTATIONS, "llm")  # of the answers that an evaluation measures
TEXT_SHOWN = 160  # characters of a passage in a list of results


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 1: an error, said in one sentence; else what the command says."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output (`| head`) has left
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant", description=sentence("cli.help"))
    commands = parser.add_subparsers(title=sentence("cli.commands"), required=True, metavar=sentence("cli.command"))

    def command(name: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=sentence(f"cli.{name}"), description=sentence(f"cli.{name}"))
        added.set_defaults(run=run)
        return added

    for name, run in (("ask", ask), ("search", search)):
        asking = command(name, run)
        asking.add_argument("question", help=sentence("cli.question"))
        asking.add_argument("--json", action="store_true", help=sentence("cli.json"))
        _add_access(asking)
        if run is ask:
            asking.add_argument("--geocode", action="store_true", help=sentence("cli.geocode"))
    command("serve", serve)
    telling = command("status", status)
    _add_access(telling, default=Access.STAFF)  # whoever is at the machine reads everything
    telling.add_argument("--documents", action="store_true", help=sentence("cli.documents"))
    telling.add_argument("--picture", type=Path, help=sentence("cli.picture"))
    remembering = command("history", history)
    remembering.add_argument("key", help=sentence("cli.history_key"))
    remembering.add_argument("--text", action="store_true", help=sentence("cli.history_text"))
    remembering.add_argument("--forget", action="store_true", help=sentence("cli.history_forget"))
    keeping = command("answers", answers)
    keeping.add_argument("--forget", metavar="ID", help=sentence("cli.answers_forget"))
    evaluating = command("evaluate", evaluate)
    evaluating.add_argument("questions", type=Path, nargs="?", metavar="FILE", help=sentence("cli.questions"))
    evaluating.add_argument("--worst", type=int, metavar="N", help=sentence("cli.worst"))
    evaluating.add_argument("--report", type=Path, help=sentence("cli.report"))
    evaluating.add_argument("--writer", choices=WRITERS, default=QUOTATIONS, help=sentence("cli.writer"))
    evaluating.add_argument("--claims", type=Path, metavar="FILE", help=sentence("cli.claims"))
    floors = evaluating.add_mutually_exclusive_group()
    floors.add_argument("--raise-floors", action="store_true", help=sentence("cli.raise_floors"))
    floors.add_argument("--lower-floors", action="store_true", help=sentence("cli.lower_floors"))
    return parser


def _add_access(parser: argparse.ArgumentParser, default: Access = Access.PUBLIC) -> None:
    parser.add_argument("--access", type=Access, choices=list(Access), default=default, help=sentence("cli.access"))


def ask(options: argparse.Namespace) -> int:
    """Answer one question, with its sources and how the answer came about."""
    answer = _assistant().ask(options.question, options.access, may_geocode=options.geocode)
    print(_json(answer) if options.json else _told(answer))
    return 0


def search(options: argparse.Namespace) -> int:
    """Show the evidence and the rejected for one question."""
    found = _assistant().search(options.question, options.access)
    print(_json(found) if options.json else _listed(found))
    return 0


def serve(_: argparse.Namespace) -> int:
    """Run the service until it is stopped."""
    from assistant.settings import load_settings

    settings = load_settings()
    from assistant.web.app import serve as serve_forever

    serve_forever(settings)
    return 0


def status(options: argparse.Namespace) -> int:
    """Say what is indexed, and what the last ingestion did."""
    from assistant.ingestion.picture import corpus_lines, draw_corpus
    from assistant.settings import load_settings

    settings = load_settings()
    assistant = _assistant()
    state = assistant.status(options.access)
    rows = {
        "cli.status_version": state.version,
        "cli.status_built": state.built_at,
        "cli.status_documents": state.documents,
        "cli.status_dates": " → ".join(date for date in (state.first_date, state.last_date) if date),
        "cli.status_chunks": state.chunks,
        "cli.status_glossary": sentence("glossary.counted", terms=state.terms, acronyms=state.acronyms),
        "cli.status_embedder": state.embedder or sentence("errors.no_embedder"),
        "cli.status_reranker": state.reranker or sentence("errors.no_reranker"),
        "cli.status_vectors": state.vectors or sentence("cli.status_words_only"),
        "cli.status_llm": _language_model(settings),
        "cli.status_fibre": "\n    ".join(_fibre(settings)),
        "cli.status_corpus": "\n".join(("", *corpus_lines(state.by_year_and_kind))),
    }
    if options.access is Access.STAFF:
        rows["cli.status_refused"] = "\n    ".join((str(len(state.refused)), *state.refused))
        rows["cli.status_run"] = _last_run(settings)
    for key, value in rows.items():
        print(f"{sentence(key)} : {value}")
    for document in assistant.entries(options.access) if options.documents else ():
        print(f"{document.key}\t{document.date or '?'}\t{document.kind}\t{document.title}\t{document.url or ''}")
    if options.picture:
        draw_corpus(options.picture, state.by_year_and_kind)
        print(sentence("ingest.picture_written", path=options.picture))
    return 0


def _language_model(settings: Settings) -> str:
    """Which one writes, and what came of its requests today."""
    from datetime import UTC, datetime

    from assistant.answering.allowance import read_counts
    from assistant.answering.assistant import allowance_file

    if not settings.llm:
        return sentence("cli.status_no_llm")
    counts = read_counts(allowance_file(settings.data), datetime.now(UTC).date())
    told = ", ".join(f"{wording('llm_outcomes').get(name, name)} {number}" for name, number in sorted(counts.items()))
    return sentence("cli.status_llm_today", name=settings.llm, counts=told or "–")


def _fibre(settings: Settings) -> list[str]:
    from assistant.fibre.store import open_fibre
    from assistant.ingestion.fibre import dataset_line, figures_line

    store = open_fibre(settings.data)
    lines = [figures_line(store.department, len(store.communes)), *map(dataset_line, store.datasets())]
    store.close()
    return lines


def _last_run(settings: Settings) -> str:
    from assistant.ingestion.report import last_report

    report = last_report(settings.data)
    return "\n    ".join((report.summary(), report.details())) if report else "–"


def history(options: argparse.Namespace) -> int:
    """Show what a document has said over time, or erase what it no longer says."""
    from assistant.index.history import open_history
    from assistant.settings import load_settings

    with open_history(load_settings().data) as past:
        life = past.life(options.key)
        if life is None:
            raise UnknownDocument(sentence("history.unknown", key=options.key))
        if options.forget:
            past.forget(options.key)
            print(sentence("history.forgotten", key=options.key))
            return 0
    print(_lived(life))
    for version in life.versions:
        mark = sentence("history.current" if version.is_current else "history.past")
        print(sentence("history.version", mark=mark, changed_on=version.changed_on, last_seen=version.last_seen,
                       title=version.title, date=version.date or "?"))  # fmt: skip
        if options.text:
            print(version.text)
    return 0


def answers(options: argparse.Namespace) -> int:
    """Count the answers under a permanent link, or erase one, because somebody asked for it."""
    from assistant.settings import load_settings
    from assistant.web.answers import KeptAnswers

    kept = KeptAnswers(load_settings().data / "answers.sqlite")
    if options.forget is None:
        print(sentence("answers.counted", count=kept.count()))
        return 0
    identifier = options.forget.rstrip("/").rpartition("/")[2]  # its address will do
    if not kept.forget(identifier):
        raise UnknownDocument(sentence("answers.unknown", identifier=identifier))
    print(sentence("answers.erased", identifier=identifier))
    return 0


def _lived(life: Life) -> str:
    told = sentence("history.life", key=life.key, first=life.first_seen, last=life.last_seen)
    if life.gone_on:
        told += sentence("history.gone", date=life.gone_on)
    if life.moved_from:
        told += sentence("history.moved", key=life.moved_from)
    return told


def evaluate(options: argparse.Namespace) -> int:
    """Measure the answers on a set of questions and hold them to their floors; or the checking of sentences."""
    if options.claims:
        from assistant.evaluation.claims import measured

        print(measured(options.claims))
        return 0
    from assistant.answering.assistant import Assistant
    from assistant.evaluation.run import QUESTIONS, WORST
    from assistant.evaluation.run import evaluate as run
    from assistant.settings import load_settings

    settings = load_settings()
    if options.writer == QUOTATIONS:
        settings = settings.model_copy(update={"llm": ""})
    elif not settings.llm:
        raise SettingsError(sentence("errors.no_llm"))
    return run(
        Assistant(settings, model_rests=False),
        settings,
        questions_path=options.questions or QUESTIONS,
        report_dir=options.report,
        raise_floors=options.raise_floors,
        lower_floors=options.lower_floors,
        worst=WORST if options.worst is None else max(0, options.worst),
    )


def _assistant() -> Assistant:
    from assistant.answering.assistant import Assistant
    from assistant.settings import load_settings

    return Assistant(load_settings())


def _json(value: Answer | Found) -> str:
    return json.dumps(asdict(value), ensure_ascii=False, indent=2)


def _told(answer: Answer) -> str:
    parts = [sentence("talk.understood_as", question=answer.understood_as)] if answer.understood_as else []
    parts.append(f"[{answer.status}] {answer.answer}")
    if writing := answer.writing:
        rules = ", ".join(writing.withheld) or "–"
        parts.append(
            "    " + sentence("cli.writing", said=writing.said, withheld=rules, failure=writing.failure or "–")
        )
    parts += [_source(n, quote) for n, quote in enumerate(answer.quotes, 1)]
    parts += [f"~ « {quote.text} »\n{_source(n, quote)}" for n, quote in enumerate(answer.related, 1)]
    parts += [f"→ {link.label} : {link.url}" for link in answer.links]
    parts += [f"· {suggestion}" for suggestion in answer.suggestions]
    if answer.contact and answer.status != "answered":
        parts.append(f"{answer.contact.name} · {answer.contact.phone} · {answer.contact.address}")
    parts.append("\n".join(f"    {s.milliseconds:7.1f} ms  {s.step}: {s.detail}" for s in answer.trace))
    return "\n".join(parts)


def _source(number: int, quote: Quote) -> str:
    from assistant.answering.say import occasion, speaker_and_role, where

    path = " › ".join((quote.title, *([where(quote.place)] if quote.place else []), *quote.heading_path))
    said = ", ".join(part for part in (speaker_and_role(quote), occasion(quote)) if part)
    about = f"\n      {said}" if said else ""
    return f"  [{number}] {path} ({quote.kind}, {quote.date or '?'}){about}\n      {quote.deep_link or ''}"


def _added_up(evidence: Evidence) -> str:
    """What made its score; in brackets when a reranker gave it another place, after its mark."""
    parts = f"= {evidence.words:.2f} + {evidence.vectors:5.2f}"
    return parts if evidence.reranker is None else f"← {evidence.reranker:.2f} ({parts})"


def _listed(found: Found) -> str:
    rows = [
        f"{e.score:6.2f} {_added_up(e)}  {e.chunk.document_key}#{e.chunk.ordinal}  {e.chunk.text[:TEXT_SHOWN]}"
        for e in found.evidence
    ]
    rows += [
        f"{r.score:6.2f}   ({r.rule})  {r.chunk.document_key}#{r.chunk.ordinal}  {r.chunk.text[:TEXT_SHOWN]}"
        for r in found.rejected
    ]
    return "\n".join(rows) or sentence("status.not_found")

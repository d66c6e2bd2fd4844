"""Questions, answers and rankings made by hand, as an evaluation judges them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from assistant.answering.rank import SIGNALS, RankedSentence, Signals
from assistant.evaluation.figures import Figures
from assistant.evaluation.questions import Gold, KnownQuestion
from assistant.evaluation.score import Judged, judge
from assistant.models import Access, Answer, Chunk, Evidence, Found, Quote, Sentence, Span, Status, TraceStep

GOLD = Gold("tt_news=1", "Le séminaire a eu lieu à Vironchaux. Une centaine d'élus y étaient présents.")
OTHER = "Une phrase qui ne répond à rien du tout."
QUESTION = KnownQuestion("q1", "C'était où ?", "syndicat", "courant", GOLD)
UNANSWERABLE = KnownQuestion("q2", "Combien ça coûte ?", "fibre", "sms", None)
DECIDED = (TraceStep("search_documents", "50 + 150", 2.0), TraceStep("choose_quotations", "", 0.1))


def judge_by_hand(
    question: KnownQuestion,
    status: Status,
    quotes: Sequence[str] = (),
    evidence: Sequence[str] = (),
    ranking: Sequence[str] = (),
    near: float = 0.7,
    rule: str | None = None,
) -> Judged:
    """Judge texts of one document. The scores go down by a tenth a rank; `near` is that of the first sentence."""
    found = Found(tuple(Evidence(chunk(text), 1.0, 1.0, 0.0) for text in evidence), ())
    trace = (*DECIDED, TraceStep("rule", rule, 0.0)) if rule else DECIDED
    answer = Answer(status, "", quotes=tuple(map(quote, quotes)), trace=trace)
    ranked = [ranked_sentence(text, 1 - place / 10, near) for place, text in enumerate(ranking)]
    return judge(question, answer, found, ranked, 1.0)


def ranked_sentence(text: str, score: float = 1.0, near: float = 0.7) -> RankedSentence:
    """A sentence whose other marks, whatever they are, are nought."""
    values = {
        "chunk": chunk(text), "sentence": Sentence(text, Span(0, len(text))), "score": score, "near": near,
        "signals": Signals(*[0.0] * len(SIGNALS)), "has_kind": True, "head_counted": False, "missing": ("cout",),
        "far": {"cout": 0.4},
    }  # fmt: skip
    return RankedSentence(**cast("dict[str, Any]", {f.name: values.get(f.name, 0.0) for f in fields(RankedSentence)}))


def chunk(text: str) -> Chunk:
    """A passage of the gold's document."""
    return Chunk(
        document_key=GOLD.document_key, ordinal=0, title="", kind="", date=None, date_is_inferred=False, url=None,
        access=Access.PUBLIC, heading_path=(), speaker=None, text=text, span=Span(0, len(text)), sentences=(),
        lead_in="", before="", after="", digest="",
    )  # fmt: skip


def quote(text: str) -> Quote:
    """A quotation of the gold's document."""
    return Quote(
        text=text, span=Span(0, len(text)), context=text, document_key=GOLD.document_key, title="", kind="",
        date=None, date_is_inferred=False, heading_path=(), speaker=None, url=None, deep_link=None,
    )  # fmt: skip


def figures(**changes: float | None) -> Figures:
    """Figures, all of them known, with some changes."""
    measured = Figures(
        answerable=33, unanswerable=27, hit_at_1=0.6, hit_at_3=0.7, right_shown=0.8, false_refusals=0.2, found=0.9,
        found_in_five=0.9, ranked_first=0.6, ranked_three=0.8, kept_away=0.9, characters=260, milliseconds_p50=10,
        milliseconds_p95=20,
    )  # fmt: skip
    return replace(measured, **cast("dict[str, Any]", changes))


def write_questions(folder: Path, questions: Sequence[KnownQuestion], name: str = "questions.jsonl") -> Path:
    """A file of these questions."""
    path = folder / name
    lines = [
        json.dumps(
            {
                "id": question.id,
                "question": question.text,
                "group": question.group,
                "style": question.style,
                "answerable": question.gold is not None,
                "document": question.gold.document_key if question.gold else None,
                "quote": question.gold.text if question.gold else None,
                "note": "",
            }
        )
        for question in questions
    ]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path

"""The rules by which a passage does not say a claim, by name, in the order in which they are asked: surest first."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answering.claims.claim import Claim
from assistant.answering.claims.denial import cue, denied
from assistant.answering.claims.facts import added, date, name, number
from assistant.answering.claims.order import exchanged, order
from assistant.answering.claims.rivals import rival
from assistant.answering.claims.seams import replaced, spliced
from assistant.answering.claims.tense import tense

RULES: dict[str, Callable[[Claim], bool]] = {
    "date": date,
    "number": number,
    "name": name,
    "added": added,
    "denied": denied,
    "cue": cue,
    "tense": tense,
    "order": order,
    "exchanged": exchanged,
    "rival": rival,
    "replaced": replaced,
    "spliced": spliced,
}

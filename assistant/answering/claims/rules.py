"""The rules by which a passage does not say a claim, by name, in the order in which they are asked: surest first."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answering.claims.claim import Claim
from assistant.answering.claims.denial import negation, unfounded
from assistant.answering.claims.doers import order, roles
from assistant.answering.claims.facts import addition, date, name, number, words
from assistant.answering.claims.frames import framed
from assistant.answering.claims.nearness import nearer
from assistant.answering.claims.places import crossed, crossed_name, elsewhere
from assistant.answering.claims.senses import opposite, qualifier

RULES: dict[str, Callable[[Claim], bool]] = {
    "date": date,
    "number": number,
    "name": name,
    "negation": negation,
    "unfounded": unfounded,
    "opposite": opposite,
    "qualifier": qualifier,
    "words": words,
    "addition": addition,
    "order": order,
    "roles": roles,
    "framed": framed,
    "elsewhere": elsewhere,
    "crossed": crossed,
    "crossed_name": crossed_name,
    "nearer": nearer,
}

"""Does a sentence hold the kind of thing that the question asks for: a number, a date, a name, a place, a reason?"""

from __future__ import annotations

import re

from assistant.answering.question import Kind, Question
from assistant.answering.reach import Reach
from assistant.index.french import fold, words

SURE = 0.8  # strength from which two words are taken for the same
NEAR_NUMBER = 3  # words between a number and what it counts

_NUMBER_WORDS = (
    r"un millier|mille|cent(?:aine)?s?|cinquantaine|quarantaine|trentaine|vingtaine|quinzaine|douzaine|dizaine"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|vingt|trente|quarante|cinquante|soixante"
)
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_DATE = rf"\b(?:1er |\d{{1,2}} )?(?:{_MONTHS})\b|\b(?:19|20)\d\d\b|\btrimestre\b"
_CAPITALISED = r"[A-ZÀ-Þ][\w&’'-]+"

# Matched on the folded sentence. A date is not a number: dates are blanked out first.
FOLDED: dict[Kind, re.Pattern[str]] = {
    Kind.NUMBER: re.compile(rf"\d+(?:[ .,]\d+)*|\b(?:{_NUMBER_WORDS})\b"),
    Kind.MONEY: re.compile(r"\d[\d ,.]*(?:millions? d'|milliards? d')?\s*(?:euros?|€|m€|k€)|\bgratuit"),
    Kind.WHEN: re.compile(_DATE),
    Kind.DATE: re.compile(rf"\b(?:{_MONTHS})\b"),
    Kind.CONTACT: re.compile(r"\b0\d(?:[ .]?\d\d){4}\b|\b\d{5} [a-z]|@|\bhttps?:"),
    Kind.REASON: re.compile(
        r"\b(?:car|parce qu|en raison|a cause|imputable|du fait|grace a|dus? a|dues? a|suite a|afin de|pour que)\b"
    ),
}
# Matched on the sentence as written: capitals tell names.
WRITTEN: dict[Kind, re.Pattern[str]] = {
    Kind.WHO: re.compile(  # a person; « qui » may also be a company
        r"\b(?:Monsieur|Madame|M\.|Mme)\s+[A-ZÀ-Þ]|\b[A-ZÀ-Þ][a-zà-ÿ]+(?:[- ][A-ZÀ-Þ][a-zà-ÿ]+)*\s+[A-ZÀ-Þ]{2,}\b"
        rf"|(?<=[a-zà-ÿ,] ){_CAPITALISED}"
    ),
    Kind.ORGANISATION: re.compile(
        rf"(?<=[a-zà-ÿ,] ){_CAPITALISED}(?: {_CAPITALISED})*|\b[A-ZÀ-Þ][A-ZÀ-Þ-]+\b|\b(?:soci[ée]t[ée]|cabinet)\b"
    ),
    Kind.WHERE: re.compile(r"\b(?:à|À|au|aux|en|sur|dans|de|d['’])\s*(?:la |le |l['’])?[A-ZÀ-Þ][a-zà-ÿ]+"),
}


_TELLING = "present|expos|evoqu|abord|detaill|expliqu|decri|montr|developp|demontr"
TELLS = re.compile(
    rf"\b(?:a|ont|avait|avaient) (?:(?:ensuite|egalement|aussi|alors|enfin) )?(?:{_TELLING})(?:e|t)\b(?! qu)"
)


def announces(text: str) -> bool:
    """Does a sentence announce what is not in it: « Voici l'état des travaux : », « Lenny CARTIER a exposé comment… »?

    Minutes of meetings are full of sentences that say who spoke of what; « a rappelé que… » says what was said.
    """
    return text.endswith(":") or bool(TELLS.search(fold(text)))


def holds_expected(question: Question, text: str, own_name: frozenset[str]) -> bool | None:
    """Is there an answer of an expected kind in a sentence, that the question did not already hold?

    None when the question expects no particular kind. `own_name`: stems of the syndicate's name, which answer nothing.
    """
    expected = question.kinds & (FOLDED.keys() | WRITTEN.keys())
    if not expected:
        return None
    told = {word.stem for word in words(question.plain)} | own_name
    return any(_news(match, told) for kind in expected for match in _matches(kind, text))


def counts_head(question: Question, text: str, reach: Reach) -> bool:
    """« 22 437 parents » for « combien de parents », « société CLEVER » for « quelle société »."""
    if question.head is None:
        return False
    near = words(text)
    for position, word in enumerate(near):
        if reach.of(word.surface).get(question.head, 0.0) < SURE:
            continue
        if Kind.ORGANISATION in question.kinds:
            return True
        before = " ".join(w.surface for w in near[max(0, position - NEAR_NUMBER) : position])
        if Kind.NUMBER in question.kinds and FOLDED[Kind.NUMBER].search(before):
            return True
    return False


def _matches(kind: Kind, text: str) -> list[str]:
    if kind in WRITTEN:
        return [match.group() for match in WRITTEN[kind].finditer(text)]
    folded = fold(text)
    if kind is Kind.NUMBER:
        folded = re.sub(_DATE, " ", folded)
    return [match.group() for match in FOLDED[kind].finditer(folded)]


def _news(match: str, told: set[str]) -> bool:
    """Does the match hold a word that the question does not? A bare turn of phrase (« car ») is news by itself."""
    stems = {word.stem for word in words(match) if not word.is_stop}
    return not stems or bool(stems - told)

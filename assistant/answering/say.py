"""Quotations → the French text of the answer. No word here but those of the documents and of the texts file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.models import CONTACT_KEY, GLOSSARY_KEY, IndexStatus, Place, Quote
from assistant.wording import french_date, sentence

PARTICLES = frozenset(("DE", "DU", "DES", "ET"))


def quoted_text(quotes: Iterable[Quote]) -> str:
    """« Au 18 novembre 2016 : « … » », a line a quotation; with its page or slide where there is one.

    From a deck shown at a seminar: « Jérôme Depres, séminaire du 18 novembre 2016, diapositive 7 : « … » ».
    """
    return "\n".join(_quoted(quote) for quote in quotes)


def _quoted(quote: Quote) -> str:
    said = source(quote)
    if quote.place is None:
        return sentence("answer.quotation", when=said, text=quote.text)
    return sentence("answer.quotation_at", when=said, place=where(quote.place), text=quote.text)


def source(quote: Quote) -> str:
    """What a quotation is dated by: its speaker and the occasion, where there was one; else the document's date."""
    said = shown_at(quote) if quote.occasion else when(quote)
    return said[:1].upper() + said[1:]


def shown_at(quote: Quote) -> str:
    """Who said it and when, in a document shown somewhere: « Jérôme Depres, séminaire du 18 novembre 2016 »."""
    return ", ".join(part for part in (person(quote.speaker or ""), occasion(quote)) if part)


def occasion(quote: Quote) -> str:
    """« séminaire du 18 novembre 2016 », as precise as the date is known; or "" for a document that stands alone."""
    if quote.occasion is None:
        return ""
    if quote.date is None:
        return quote.occasion
    precision = "day" if quote.date.count("-") == 2 else "roughly"
    inferred = "_inferred" if quote.date_is_inferred else ""
    return sentence(f"occasion.{precision}{inferred}", kind=quote.occasion, date=french_date(quote.date))


def speaker_and_role(quote: Quote) -> str:
    """« Jérôme Depres, Chef de projet … »; the name alone when the role is not known, "" when nobody speaks."""
    speaker = person(quote.speaker or "")
    return sentence("occasion.role", speaker=speaker, role=quote.role) if speaker and quote.role else speaker


def person(name: str) -> str:
    """« Laurent DEPOMMIER COTTON » → « Laurent Depommier Cotton »: capitals as people read them, « de » kept small.

    A single word is left alone: it may be an acronym.
    """
    words = name.split()
    return " ".join(_read(word, first=at == 0) for at, word in enumerate(words)) if len(words) > 1 else name


def _read(word: str, first: bool) -> str:
    if word != word.upper() or len(word) < 2 or word.endswith("."):
        return word
    if word in PARTICLES and not first:
        return word.lower()
    return re.sub(r"[^\W\d_]+", lambda part: part.group().capitalize(), word)


def where(place: Place) -> str:
    """« page 3 », « diapositive 7 »."""
    return sentence(f"place.{place.kind.value}", number=place.number)


def when(quote: Quote) -> str:
    """How the date of a quotation is said: exact, inferred, or none."""
    if quote.document_key == CONTACT_KEY:
        return sentence("answer.contact")
    if quote.document_key == GLOSSARY_KEY:
        return sourced(quote)
    if quote.date is None:
        return sentence("answer.undated", kind=quote.kind)
    precise = quote.date.count("-") == 2
    if quote.date_is_inferred:
        return sentence("answer.inferred_day" if precise else "answer.inferred", date=french_date(quote.date))
    return sentence("answer.dated" if precise else "answer.dated_roughly", date=french_date(quote.date))


def sourced(quote: Quote) -> str:
    """Where a definition was read, and when: « Glossaire, d'après Arcep, Cartefibre (lu le 21 novembre 2026) »."""
    if quote.date is None:
        return sentence("glossary.unsourced")
    return sentence("glossary.sourced", title=quote.title, read_on=read_on(quote))


def read_on(quote: Quote) -> str:
    """The day on which the source of a definition was read."""
    return sentence("glossary.read_on", date=french_date(quote.date)) if quote.date else ""


def not_found_text(status: IndexStatus, near: bool) -> str:
    """That the documents do not say, what was looked in, and whether something comes near."""
    parts = [sentence("status.not_found"), searched_text(status)]
    if near:
        parts.append(sentence("status.not_found_near"))
    return " ".join(parts)


def searched_text(status: IndexStatus) -> str:
    """« J'ai cherché dans 2 documents, datés de novembre 2016 à avril 2020. »"""
    if status.first_date is None or status.last_date is None:
        return sentence("answer.searched", documents=status.documents)
    first, last = french_date(status.first_date[:7]), french_date(status.last_date[:7])
    if first == last:
        return sentence("answer.searched_at", documents=status.documents, date=first)
    return sentence("answer.searched_between", documents=status.documents, first=first, last=last)

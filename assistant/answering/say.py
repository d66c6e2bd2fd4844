"""Quotations → the French text of the answer. No word here but those of the documents and of the texts file."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.models import CONTACT_KEY, IndexStatus, Place, Quote
from assistant.wording import french_date, sentence


def quoted_text(quotes: Iterable[Quote]) -> str:
    """« Au 18 novembre 2016 : « … » », a line a quotation; with its page or slide where there is one."""
    return "\n".join(_quoted(quote) for quote in quotes)


def _quoted(quote: Quote) -> str:
    if quote.place is None:
        return sentence("answer.quotation", when=when(quote), text=quote.text)
    return sentence("answer.quotation_at", when=when(quote), place=where(quote.place), text=quote.text)


def where(place: Place) -> str:
    """« page 3 », « diapositive 7 »."""
    return sentence(f"place.{place.kind.value}", number=place.number)


def when(quote: Quote) -> str:
    """How the date of a quotation is said: exact, inferred, or none."""
    if quote.document_key == CONTACT_KEY:
        return sentence("answer.contact")
    if quote.date is None:
        return sentence("answer.undated", kind=quote.kind)
    precise = quote.date.count("-") == 2
    if quote.date_is_inferred:
        return sentence("answer.inferred_day" if precise else "answer.inferred", date=french_date(quote.date))
    return sentence("answer.dated" if precise else "answer.dated_roughly", date=french_date(quote.date))


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

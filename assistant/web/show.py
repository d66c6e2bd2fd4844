"""An answer → what a visitor reads of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlsplit

from assistant.answering.quote import page_of
from assistant.answering.say import occasion, read_on, speaker_and_role, where
from assistant.figures import FibreTold
from assistant.index.page_pictures import PagePicture
from assistant.models import GLOSSARY_KEY, Answer, AnswerKind, Contact, Quote, Status, WriterName
from assistant.web.fibre_cards import figures
from assistant.web.markup import BREAKS, one_line, web_address
from assistant.web.pieces import address_of
from assistant.web.shown import Card, Group, GroupName, Lookup, Passage, Shown, ShownContact
from assistant.wording import french_date, sentence

_PHONE = re.compile(r"\+?\d[\d .]*\d")

# Around the quoted sentence, what is shown of a long passage, in characters.
PASSAGE = 700
AROUND = 220

# Endings after which nobody has to be called.
NEEDS_NOBODY = (Status.ANSWERED, Status.CLARIFY, Status.GREETING)

# Whose words an answer is in is told where a language model was asked.
TOLD_WRITERS = (WriterName.MODEL, WriterName.QUOTATIONS_INSTEAD)


def show(answer: Answer, before: Sequence[FibreTold | None] = (), pictures: Sequence[PagePicture] = ()) -> Shown:
    """The answer in words. Figures that were told `before`, in the same conversation, are left out.

    `pictures` are those of the pages that are quoted.
    """
    links = tuple(Lookup(one_line(link.label), url) for link in answer.links if (url := web_address(link.url)))
    return Shown(
        ending=_ending(answer),
        understood=_understood(answer),
        paragraphs=tuple(one_line(part) for part in answer.answer.splitlines() if part.strip()),
        contact=show_contact(answer.contact) if answer.contact and answer.status not in NEEDS_NOBODY else None,
        groups=tuple(_groups(answer, before, pictures)),
        links_heading=sentence("chat.links_heading") if links else "",
        links=links,
        writer=sentence(f"writer.{answer.writer.value}") if answer.writer in TOLD_WRITERS else "",
    )


def _groups(answer: Answer, before: Sequence[FibreTold | None], pictures: Sequence[PagePicture]) -> Iterator[Group]:
    cards = {
        GroupName.SOURCES: (sentence("chat.sources_heading"), _cards(answer.quotes, pictures)),
        GroupName.FIGURES: (
            sentence("chat.figures_heading"),
            tuple(figure.card for figure in figures(answer.fibre, before)),
        ),
        GroupName.RELATED: (sentence(f"chat.related.{answer.kind.value}"), _cards(answer.related, pictures)),
    }
    yield from (Group(name, heading, found) for name, (heading, found) in cards.items() if found)


def show_contact(contact: Contact) -> ShownContact:
    """The syndicate's contact record, with the addresses that open a telephone and a page."""
    phone, site = phone_number(contact), web_address(contact.url)
    return ShownContact(
        heading=sentence("chat.contact_heading"),
        name=one_line(contact.name),
        address=one_line(contact.address),
        phone=phone.replace(" ", "\xa0"),
        phone_link=phone_link(phone),
        site=site,
        site_label=urlsplit(site).netloc,
    )


def phone_number(contact: Contact | None) -> str:
    """The number in « Tél. : 03 22 22 27 27 », or ""."""
    match = _PHONE.search(contact.phone) if contact else None
    return match.group() if match else ""


def phone_link(phone: str) -> str:
    """The address that dials a number, or ""."""
    return "tel:" + re.sub(r"[ .]", "", phone) if phone else ""


def _ending(answer: Answer) -> str:
    """The name of the ending: something that comes near is not nothing, and figures are no document's."""
    if answer.kind is AnswerKind.FIBRE and answer.status is Status.ANSWERED:
        told = answer.fibre
        return sentence("chat.fibre_figures" if told and (told.coverage or told.copper) else "chat.fibre_advice")
    if answer.status is Status.NOT_FOUND and answer.related:
        return sentence("talk.not_found_near")
    return sentence(f"chat.status.{answer.status.value}")


def _understood(answer: Answer) -> str:
    """What a follow-up was made into, so that a visitor sees when it was misunderstood."""
    return one_line(sentence("talk.understood_as", question=answer.understood_as)) if answer.understood_as else ""


def _cards(quotes: tuple[Quote, ...], pictures: Sequence[PagePicture]) -> tuple[Card, ...]:
    """One card per passage: two sentences of the same one are marked together."""
    passages = [tuple(group) for _, group in groupby(quotes, key=lambda quote: (quote.document_key, quote.context))]
    cards = (_card(number, passage) for number, passage in enumerate(passages, start=1))
    return tuple(_pictured(card, passage[0], pictures) for card, passage in zip(cards, passages, strict=True))


def _card(number: int, quotes: tuple[Quote, ...]) -> Card:
    quote = quotes[0]
    steps = [heading for heading in quote.heading_path if heading != quote.title]
    said, iso_day = _day(quote)
    inferred = bool(iso_day) and quote.date_is_inferred and not quote.occasion
    place = " › ".join([*([where(quote.place)] if quote.place else []), *steps])
    speaker = sentence("chat.speaker", speaker=speaker_and_role(quote)) if quote.speaker else ""
    in_glossary = quote.document_key == GLOSSARY_KEY
    return Card(
        number=number,
        title=one_line(quote.title),
        kind=one_line(quote.kind[:1].upper() + quote.kind[1:]),
        day=one_line(said),
        iso_day=iso_day,
        note=sentence("chat.date_inferred") if inferred else "",
        lines=tuple(one_line(text) for text in (place, speaker) if text),
        passage=marked(quotes),
        link=web_address(quote.deep_link) or web_address(quote.url),
        link_label=sentence("chat.open_source" if in_glossary else "chat.open_document"),
    )


def _pictured(card: Card, quote: Quote, pictures: Sequence[PagePicture]) -> Card:
    """The card with the picture of the page that it quotes, where there is one."""
    place = quote.document_key, page_of(quote)
    found = next((picture for picture in pictures if (picture.document_key, picture.page) == place), None)
    if found is None:
        return card
    return replace(
        card,
        picture=address_of(found),
        picture_label=sentence("picture.show", page=found.page),
        picture_said=one_line(sentence("picture.said", page=found.page, title=quote.title)),
        picture_size=(found.width, found.height),
    )


def _day(quote: Quote) -> tuple[str, str]:
    """The day of a document as it is said, and as machines write it where it is one."""
    if quote.document_key == GLOSSARY_KEY:  # what an acronym stands for has no day
        return (read_on(quote) if quote.date else ""), ""
    if quote.date is None:
        return quote.occasion or sentence("chat.undated"), ""
    return occasion(quote) or french_date(quote.date), quote.date


def marked(quotes: tuple[Quote, ...]) -> tuple[Passage, ...]:
    """The passage that the quotes share, each quoted sentence marked, a long passage cut around them."""
    context = BREAKS.sub(" ", quotes[0].context).strip()
    texts = [BREAKS.sub(" ", quote.text).strip() for quote in quotes]
    if any(text not in context for text in texts):  # then the sentences stand alone
        pieces = [piece for text in texts for piece in ((text, True), (" ", False))][:-1]
    else:
        spans = sorted((context.index(text), context.index(text) + len(text)) for text in texts)
        pieces = list(_pieces(context, spans))
    return tuple(Passage(one_line(text), is_quoted) for text, is_quoted in pieces if text)


def _pieces(context: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The context cut at the quoted `spans`, in their order; each piece, and whether it is quoted."""
    left, right = _window(context, spans[0][0], max(end for _, end in spans))
    yield "[…] " if left else "", False
    position = left
    for start, end in spans:
        if end > position:  # not inside the sentence before
            yield context[position:start], False
            yield context[max(start, position) : end], True
            position = end
    yield context[position:right] + (" […]" if right < len(context) else ""), False


def _window(context: str, start: int, end: int) -> tuple[int, int]:
    """What is shown of a passage whose quoted sentences go from `start` to `end`: cut between two words."""
    if len(context) <= PASSAGE:
        return 0, len(context)
    left = context.rfind(" ", 0, start - AROUND) + 1 if start > AROUND else 0
    right = context.find(" ", end + AROUND)
    return left, right if right >= 0 else len(context)

"""The conversation as HTML: questions, answers, and their sources as cards.

It is shown by a `gr.Markdown`, which sanitises it; `gr.HTML` needs `unsafe-eval`. So everything is on one line, which
Markdown takes for one block of HTML and leaves alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlsplit

from assistant.answering.say import occasion, read_on, speaker_and_role, where
from assistant.figures import FibreTold
from assistant.models import GLOSSARY_KEY, Answer, AnswerKind, Contact, Quote, Status
from assistant.web.conversation import Turns
from assistant.web.fibre_cards import fibre_block
from assistant.web.markup import BREAKS, anchor, escaped, line, web_address
from assistant.wording import french_date, sentence, wording

_PHONE = re.compile(r"\+?\d[\d .]*\d")

# Around the quoted sentence, what is shown of a long passage, in characters.
PASSAGE = 700
AROUND = 220

# Endings after which nobody has to be called.
NEEDS_NOBODY = (Status.ANSWERED, Status.CLARIFY, Status.GREETING)


def conversation(turns: Turns, pending: str | None = None) -> str:
    """The whole conversation; `pending` is the question being looked up, or None."""
    told = [turn.answer.fibre for turn in turns]
    shown = "".join(
        _turn(turn.number, turn.question, _answer(turn.answer, told[:place])) for place, turn in enumerate(turns)
    )
    if pending is not None:
        number = turns[-1].number + 1 if turns else 1
        shown += _turn(number, pending, f'<p class="attente">{escaped(sentence("chat.searching"))}</p>')
    return f'<div class="tours">{shown}</div>' if shown else ""


def masthead(contact: Contact | None) -> str:
    """The top of the page: whose it is, its title, and the sentence that says what the visitor talks to."""
    return (
        f'<header><div class="bandeau"><p class="marque">{escaped(sentence("chat.brand"))}</p>'
        f"<h1>{escaped(sentence('chat.title'))}</h1></div>{notice(contact)}</header>"
    )


def heading(key: str) -> str:
    """A heading of the page, from the texts."""
    return f"<h2>{escaped(sentence(key))}</h2>"


def footer() -> str:
    """What is kept of the questions, and the ways to the other pages."""
    links = "".join(
        f'<li><a class="lien" href="/{page}">{escaped(text)}</a></li>' for page, text in wording("chat_pages").items()
    )
    return f'<p>{escaped(sentence("chat.privacy"))}</p><ul class="pages">{links}</ul>'


def hint(text: str, refused: bool) -> str:
    """What is said beside the box: why something was refused, or thanks; or nothing."""
    return f'<p class="{"alerte" if refused else "note"}">{escaped(text)}</p>' if text else ""


def notice(contact: Contact | None) -> str:
    """The sentence that says what the visitor talks to, and whom to phone."""
    phone = phone_number(contact)
    if not phone:
        return f'<p class="avis">{escaped(sentence("chat.notice"))}</p>'
    before, _, after = str(wording("chat.notice_phone")).partition("{phone}")
    return f'<p class="avis">{escaped(before)}{_phone_link(phone)}{escaped(after)}</p>'


def phone_number(contact: Contact | None) -> str:
    """The number in « Tél. : 03 22 22 27 27 », or ""."""
    match = _PHONE.search(contact.phone) if contact else None
    return match.group() if match else ""


def _turn(number: int, question: str, body: str) -> str:
    return (
        f'<article class="tour" id="tour-{number}"><h2 class="question"><span class="invisible">'
        f'{escaped(sentence("chat.you"))} </span>{escaped(question)}</h2><div class="reponse">{body}</div></article>'
    )


def _answer(answer: Answer, told: Sequence[FibreTold | None]) -> str:
    """An answer; figures that were `told` earlier in the conversation are not drawn again."""
    paragraphs = "".join(f"<p>{escaped(line)}</p>" for line in answer.answer.splitlines() if line.strip())
    parts = [
        _understood(answer),
        f'<p class="issue issue-{answer.status.value}{" issue-proches" if answer.related else ""}">'
        f"{escaped(_ending(answer))}</p>",
        f'<div class="texte">{paragraphs}</div>',
        # Whom to phone comes before what only comes near: on a telephone, the rest is far below.
        _contact(answer.contact) if answer.status not in NEEDS_NOBODY else "",
        _sources("sources", "chat.sources_heading", answer.quotes),
        fibre_block(answer, told),
        _sources("proches", f"chat.related.{answer.kind.value}", answer.related),
    ]
    return "".join(parts)


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
    return line(
        "compris", sentence("talk.understood_as", question=answer.understood_as) if answer.understood_as else ""
    )


def _sources(name: str, heading: str, quotes: tuple[Quote, ...]) -> str:
    """One card per passage: two sentences of the same one are highlighted together."""
    if not quotes:
        return ""
    passages = [tuple(group) for _, group in groupby(quotes, key=lambda quote: (quote.document_key, quote.context))]
    cards = "".join(f"<li>{_card(number, passage)}</li>" for number, passage in enumerate(passages, start=1))
    return f'<section class="{name}"><h3>{escaped(sentence(heading))}</h3><ol class="cartes">{cards}</ol></section>'


def _card(number: int, quotes: tuple[Quote, ...]) -> str:
    quote = quotes[0]
    steps = [heading for heading in quote.heading_path if heading != quote.title]
    headings = " › ".join([*([where(quote.place)] if quote.place else []), *steps])
    speaker = sentence("chat.speaker", speaker=speaker_and_role(quote)) if quote.speaker else ""
    return (
        f'<div class="carte"><p class="titre"><span class="numero">{number}</span> <strong>{escaped(quote.title)}'
        f'</strong></p><p class="origine"><span class="genre">{escaped(quote.kind)}</span> {_date(quote)}</p>'
        f"{line('rubrique', headings)}{line('orateur', speaker)}<blockquote>{highlighted(quotes)}</blockquote>"
        f"{_link(quote)}</div>"
    )


def highlighted(quotes: tuple[Quote, ...]) -> str:
    """The passage that the quotes share, each quoted sentence between <mark>, a long passage cut around them."""
    context = BREAKS.sub(" ", quotes[0].context).strip()
    texts = [BREAKS.sub(" ", quote.text).strip() for quote in quotes]
    if any(text not in context for text in texts):  # then the sentences stand alone
        return " ".join(f"<mark>{escaped(text)}</mark>" for text in texts)
    spans = sorted((context.index(text), context.index(text) + len(text)) for text in texts)
    left, right = _window(context, spans[0][0], max(end for _, end in spans))
    shown = "[…] " if left else ""
    position = left
    for start, end in spans:
        if end > position:  # not inside the sentence before
            shown += escaped(context[position:start])
            shown += f"<mark>{escaped(context[max(start, position) : end])}</mark>"
            position = end
    return shown + escaped(context[position:right]) + (" […]" if right < len(context) else "")


def _window(context: str, start: int, end: int) -> tuple[int, int]:
    """What is shown of a passage whose quoted sentences go from `start` to `end`: cut between two words."""
    if len(context) <= PASSAGE:
        return 0, len(context)
    left = context.rfind(" ", 0, start - AROUND) + 1 if start > AROUND else 0
    right = context.find(" ", end + AROUND)
    return left, right if right >= 0 else len(context)


def _date(quote: Quote) -> str:
    if quote.document_key == GLOSSARY_KEY:  # what an acronym stands for has no day
        return f'<span class="date">{escaped(read_on(quote))}</span>' if quote.date else ""
    if quote.date is None:
        return f'<span class="date">{escaped(quote.occasion or sentence("chat.undated"))}</span>'
    said = occasion(quote) or french_date(quote.date)
    shown = f'<time class="date" datetime="{escaped(quote.date)}">{escaped(said)}</time>'
    if quote.occasion:
        return shown
    inferred = f' <span class="deduite">{escaped(sentence("chat.date_inferred"))}</span>'
    return shown + (inferred if quote.date_is_inferred else "")


def _link(quote: Quote) -> str:
    address = web_address(quote.deep_link) or web_address(quote.url)
    key = "chat.open_source" if quote.document_key == GLOSSARY_KEY else "chat.open_document"
    return f"<p>{anchor(address, sentence(key))}</p>" if address else ""


def _phone_link(phone: str) -> str:
    digits = re.sub(r"[ .]", "", phone)
    return f'<a class="telephone" href="tel:{html.escape(digits)}">{escaped(phone.replace(" ", chr(0xA0)))}</a>'


def _contact(contact: Contact | None) -> str:
    if contact is None:
        return ""
    phone, site = phone_number(contact), web_address(contact.url)
    lines = [
        f"<strong>{escaped(contact.name)}</strong>" if contact.name else "",
        escaped(contact.address),
        _phone_link(phone) if phone else "",
        anchor(site, urlsplit(site).netloc) if site else "",
    ]
    shown = "<br>".join(line for line in lines if line)
    return f'<aside class="contact"><h3>{escaped(sentence("chat.contact_heading"))}</h3><p>{shown}</p></aside>'

"""The conversation as HTML: questions, answers, and their sources as cards.

The chat shows it by a `gr.Markdown`, which sanitises it; `gr.HTML` needs `unsafe-eval`. So everything is on one line,
which Markdown takes for one block of HTML and leaves alone.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from assistant.figures import FibreTold
from assistant.index.page_pictures import PagePicture
from assistant.models import Answer, Contact
from assistant.web.conversation import Turns
from assistant.web.fibre_cards import figures
from assistant.web.markup import anchor, escaped, line, one_line
from assistant.web.show import phone_link, phone_number, show
from assistant.web.shown import Card, Group, GroupName, Lookup, Shown, ShownContact
from assistant.wording import sentence, wording

# The classes of the style sheet.
CLASSES = {GroupName.SOURCES: "sources", GroupName.RELATED: "proches", GroupName.FIGURES: "chiffres"}

PAGES = (("/question", "plain"), ("/fibre", "fibre"), ("/accessibilite", "accessibility"), ("/vie-privee", "privacy"))


def conversation(turns: Turns, pending: str | None = None, said: Sequence[str] = ()) -> str:
    """The whole conversation; `pending` is the question being looked up, or None, and `said` what is said to it yet."""
    told = [turn.answer.fibre for turn in turns]
    shown = "".join(
        _turn(turn.number, turn.question, answer_block(turn.answer, told[:place], turn.pictures))
        for place, turn in enumerate(turns)
    )
    if pending is not None:
        number = turns[-1].number + 1 if turns else 1
        shown += _turn(number, pending, _so_far(said))
    return f'<div class="tours">{shown}</div>' if shown else ""


def _so_far(said: Sequence[str]) -> str:
    """What a language model has said yet, and that the rest is awaited."""
    waiting = f'<p class="attente">{escaped(sentence("chat.writing" if said else "chat.searching"))}</p>'
    return (f'<div class="texte"><p>{escaped(one_line(" ".join(said)))}</p></div>' if said else "") + waiting


def masthead(contact: Contact | None, has_model: bool = False) -> str:
    """The top of the page: whose it is, its title, and the sentence that says what the visitor talks to."""
    return (
        f'<header><div class="bandeau"><p class="marque">{escaped(sentence("chat.brand"))}</p>'
        f"<h1>{escaped(sentence('chat.title'))}</h1></div>{notice(contact, has_model)}</header>"
    )


def heading(key: str) -> str:
    """A heading of the page, from the texts."""
    return f"<h2>{escaped(sentence(key))}</h2>"


def footer(has_model: bool = False) -> str:
    """What is kept of the questions, and the ways to the other pages."""
    links = "".join(
        f'<li><a class="lien" href="{path}">{escaped(sentence(f"page.{name}"))}</a></li>' for path, name in PAGES
    )
    privacy = sentence("chat.privacy_model" if has_model else "chat.privacy")
    return f'<p>{escaped(privacy)}</p><ul class="pages">{links}</ul>'


def kept_hint(path: str) -> str:
    """What is said beside the box of an answer that was kept: the address of its page."""
    link = f'<a class="garde" href="{escaped(path)}">{escaped(path)}</a>'
    return f'<p class="note">{escaped(sentence("chat.kept"))} {link}</p>'


def hint(text: str, refused: bool) -> str:
    """What is said beside the box: why something was refused, or thanks; or nothing."""
    return f'<p class="{"alerte" if refused else "note"}">{escaped(text)}</p>' if text else ""


def notice(contact: Contact | None, has_model: bool = False) -> str:
    """A paragraph that says what the visitor talks to, and whom to phone."""
    return f'<p class="avis">{notice_sentence(contact, has_model)}</p>'


def notice_sentence(contact: Contact | None, has_model: bool = False) -> str:
    """Its sentence alone. `has_model`: a language model writes answers."""
    writer = "model" if has_model else "quotations"
    phone = phone_number(contact)
    if not phone:
        return escaped(sentence(f"chat.notice.{writer}"))
    before, _, after = str(wording(f"chat.notice_phone.{writer}")).partition("{phone}")
    return f"{escaped(before)}{_dial(phone, phone_link(phone))}{escaped(after)}"


def answer_block(answer: Answer, before: Sequence[FibreTold | None] = (), pictures: Sequence[PagePicture] = ()) -> str:
    """An answer, with the `pictures` of the pages that it quotes; figures that were told `before` in the conversation
    are not drawn again.
    """
    charts = tuple(figure.chart for figure in figures(answer.fibre, before))
    return shown_block(show(answer, before, pictures), answer.status, bool(answer.related), charts)


def shown_block(shown: Shown, status: str, has_related: bool, charts: Sequence[str] = ()) -> str:
    """The same of what was shown: a chart a figure where there are `charts`, else the figure in words."""
    groups = {group.name: group for group in shown.groups}
    paragraphs = "".join(f"<p>{escaped(text)}</p>" for text in shown.paragraphs)
    classes = f"issue issue-{escaped(status)}{' issue-proches' if has_related else ''}"
    parts = [
        line("compris", shown.understood),
        f'<p class="{classes}">{escaped(shown.ending)}</p>',
        f'<div class="texte">{paragraphs}</div>',
        line("redaction", shown.writer),
        # Whom to phone comes before what only comes near: on a telephone, the rest is far below.
        _contact(shown.contact),
        _sources(groups.get(GroupName.SOURCES)),
        _figures(groups.get(GroupName.FIGURES), charts),
        _links(shown.links_heading, shown.links),
        _sources(groups.get(GroupName.RELATED)),
    ]
    return "".join(parts)


def _turn(number: int, question: str, body: str) -> str:
    return (
        f'<article class="tour" id="tour-{number}"><h2 class="question"><span class="invisible">'
        f'{escaped(sentence("chat.you"))} </span>{escaped(question)}</h2><div class="reponse">{body}</div></article>'
    )


def _section(name: str, heading: str, body: str) -> str:
    return f'<section class="{name}"><h3>{escaped(heading)}</h3>{body}</section>'


def _sources(group: Group | None) -> str:
    if group is None:
        return ""
    cards = "".join(f"<li>{_card(card)}</li>" for card in group.cards)
    return _section(CLASSES[group.name], group.heading, f'<ol class="cartes">{cards}</ol>')


def _card(card: Card) -> str:
    passage = "".join(
        f"<mark>{escaped(piece.text)}</mark>" if piece.marked else escaped(piece.text) for piece in card.passage
    )
    return (
        f'<div class="carte"><p class="titre"><span class="numero">{card.number}</span> <strong>{escaped(card.title)}'
        f'</strong></p><p class="origine"><span class="genre">{escaped(card.kind)}</span> {_day(card)}</p>'
        f"{''.join(line('rubrique', text) for text in card.lines)}<blockquote>{passage}</blockquote>"
        f"{_link(card)}{_picture(card)}</div>"
    )


def _picture(card: Card) -> str:
    """The page that is quoted, closed: opened, it is loaded, in the room that it will take."""
    if not card.picture:
        return ""
    width, height = card.picture_size
    return (
        f'<details class="vue"><summary>{escaped(card.picture_label)}</summary><img src="{escaped(card.picture)}" '
        f'alt="{escaped(card.picture_said)}" width="{width}" height="{height}" loading="lazy" decoding="async">'
        "</details>"
    )


def _day(card: Card) -> str:
    if not card.day:
        return ""
    said = escaped(card.day)
    if not card.iso_day:
        return f'<span class="date">{said}</span>'
    note = f' <span class="deduite">{escaped(card.note)}</span>' if card.note else ""
    return f'<time class="date" datetime="{escaped(card.iso_day)}">{said}</time>{note}'


def _figures(group: Group | None, charts: Sequence[str]) -> str:
    if group is None:
        return ""
    drawn = zip(group.cards, charts or [""] * len(group.cards), strict=True)
    cards = "".join(f"<li>{_figure(card, chart)}</li>" for card, chart in drawn)
    return _section(CLASSES[group.name], group.heading, f'<ul class="cartes">{cards}</ul>')


def _figure(card: Card, chart: str) -> str:
    said, source = card.lines
    title = (
        f'<p class="titre"><strong>{escaped(card.title)}</strong> <span class="code">{escaped(card.kind)}</span></p>'
        if card.title
        else ""
    )
    return f'<div class="carte">{title}{chart or line("mesure", said)}{line("origine", source)}{_link(card)}</div>'


def _links(heading: str, links: Sequence[Lookup]) -> str:
    items = "".join(f"<li>{anchor(link.url, link.label)}</li>" for link in links)
    return _section("liens", heading, f"<ul>{items}</ul>") if items else ""


def _link(card: Card) -> str:
    return f"<p>{anchor(card.link, card.link_label)}</p>" if card.link else ""


def _dial(phone: str, link: str) -> str:
    return f'<a class="telephone" href="{html.escape(link)}">{escaped(phone.replace(" ", chr(0xA0)))}</a>'


def _contact(contact: ShownContact | None) -> str:
    if contact is None:
        return ""
    lines = [
        f"<strong>{escaped(contact.name)}</strong>" if contact.name else "",
        escaped(contact.address),
        _dial(contact.phone, contact.phone_link) if contact.phone else "",
        anchor(contact.site, contact.site_label) if contact.site else "",
    ]
    shown = "<br>".join(line for line in lines if line)
    return f'<aside class="contact"><h3>{escaped(contact.heading)}</h3><p>{shown}</p></aside>'

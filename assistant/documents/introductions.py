"""What a page says of the files that it links to: « Voir la présentation de Jérôme DEPRES ici ».

The file takes from it the seminar at which it was shown, its date, who speaks in it, and the sentence that introduces
it. What that person is stands beside their name, further up in the page; silence rather than a guess.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from assistant.documents.sentences import LINK, split_sentences
from assistant.documents.speakers import NAME, names_in, person_of, speaker_of
from assistant.models import Block, Introduction, Link, Page

FILES = frozenset(".pdf .pptx .ppt .ppsx .pps .docx .doc .odt .odp .ods .xlsx .xls .csv .rtf .txt .zip".split())
POINTER = re.compile(
    r"(?i)(?:cliquez |cliquer )?(?:ici|là)|cliquez|(?:lire|voir|en savoir)\b.{0,12}|t[ée]l[ée]charg(?:er|ez|ement)\b.*"
    r"|(?:voir|lire|consulter|retrouver)\b.*\b(?:pr[ée]sentation|intervention|diaporama|document|note|support)\b.*"
    r"|(?:l[ae] )?(?:suite|note|document|fichier|pi[èe]ce)\b.{0,15}ci-jointe?"
)
# « la présentation de X », « l'intervention de X », « la de présentation X »: who comes after speaks in the file.
SPOKEN = re.compile(
    r"(?i)\b(?:pr[ée]sentation|intervention|diaporama|support|expos[ée]|allocution|discours|conf[ée]rence|diapositives?)\b"
)
ROLE_BEGINS = (
    r"(?i:chef|cheffe|vice|président|présidente|directeur|directrice|maire|conseill|responsable|chargé|ingénieur|technicien"
    r"|délégué|adjoint|consultant|gérant|fondat|secrétaire|préfet|sénat|député|expert|animat|coordin|professeur|associé"
    r"|du\s+(?:cabinet|groupe)|de\s+la\s+société)"
)
ROLE_ENDS = r"(?=\s*,?\s+(?:a|ont|est|était|avait|sera)\s|\s*[.;:!?\n]|\Z)"
ROLE = re.compile(rf"\s*,?\s+(?P<role>{ROLE_BEGINS}[^.;:!?\n]{{1,250}}?){ROLE_ENDS}")
LONGEST_ROLE = 120  # characters; of a longer one, what stands before its first comma


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody whom the page names, as it writes the name best, and what it says that they are."""

    name: str
    role: str | None = None


def introductions(page: Page) -> dict[str, Introduction]:
    """Linked address → what the page says of what is there: files, and whatever « ici » or « télécharger » opens.

    Give the page without its frame. Of two links to the same file, the one that names a speaker counts.
    """
    found: dict[str, Introduction] = {}
    persons: dict[str, _Person] | None = None
    for block, link in _held(page):
        anchor = link.span.folded(page.text)
        if not (is_file(link.url) or POINTER.fullmatch(anchor)):
            continue
        sentence = _sentence(page.text, block, link)
        names = _speakers(sentence)
        known = found.get(link.url)
        if known and (known.speaker or not names):
            continue
        persons = _persons(page) if persons is None else persons
        met = [persons.get(_folded(name), _Person(name)) for name in names]
        roles = [person.role for person in met]
        found[link.url] = Introduction(
            document_key=page.key,
            title=page.title,
            kind=page.kind,
            date=page.date,
            date_is_inferred=page.date_is_inferred,
            sentence=sentence,
            speaker=" et ".join(person.name for person in met) or None,
            role=" ; ".join(role for role in roles if role) or None if all(roles) else None,
        )
    return found


def is_file(url: str) -> bool:
    """Does the address end like that of a document, rather than of a page?"""
    return PurePosixPath(urlsplit(url).path.lower()).suffix in FILES


def _held(page: Page) -> Iterator[tuple[Block, Link]]:
    """The links of the page, each with the block that holds it."""
    starts = [block.span.start for block in page.blocks]
    for link in page.links:
        at = bisect_right(starts, link.span.start) - 1
        if at >= 0 and link.span.end <= page.blocks[at].span.end:
            yield page.blocks[at], link


def _sentence(text: str, block: Block, link: Link) -> str:
    """The sentence that holds the link; « Voir … ici » is one, whatever stands around it."""
    for pointing in LINK.finditer(text, block.span.start, block.span.end):
        if pointing.start() <= link.span.start < pointing.end():
            return " ".join(pointing.group().split())
    for span in split_sentences(text, block.span):
        if span.start <= link.span.start < span.end:
            return span.folded(text)
    return block.span.folded(text)


def _speakers(sentence: str) -> list[str]:
    """Who speaks in what the sentence introduces: those named after « présentation », or alone in a line, or shown
    speaking."""
    spoken = SPOKEN.search(sentence)
    if spoken:
        return names_in(sentence[spoken.end() :])
    names = names_in(sentence)
    if names and len(" ".join(names)) > len(sentence) / 2:
        return names
    speaker = speaker_of(sentence)
    return speaker.split(" et ") if speaker else []


def _persons(page: Page) -> dict[str, _Person]:
    """Everybody whom the page names, by the name without accents; the role is the first that stands beside the name.

    Of two mentions of a name, the one with its accents is the better written.
    """
    persons: dict[str, _Person] = {}
    for block in page.blocks:
        mentions = list(NAME.finditer(page.text, block.span.start, block.span.end))
        for mention, following in pairwise([*mentions, None]):
            if mention and (name := person_of(mention.group())):
                limit = _before_next(page.text, following.start()) if following else block.span.end
                match = ROLE.match(page.text, mention.end(), limit)
                known = persons.get(_folded(name), _Person(name))
                persons[_folded(name)] = _Person(
                    max(known.name, name, key=lambda written: sum(not c.isascii() for c in written)),
                    known.role or (_short(" ".join(match["role"].split())) if match else None),
                )
    return persons


def _before_next(text: str, limit: int) -> int:
    """Where what is said of one person ends when another one is named at `limit`: « … et Alix ONFRAY »."""
    between = re.search(r"\s+(?:et\s+)?\Z", text[max(0, limit - 12) : limit])
    return limit - len(between.group()) if between else limit


def _short(role: str) -> str:
    role = role.rstrip(" ,")
    return role if len(role) <= LONGEST_ROLE else role.split(",")[0]


def _folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()

"""Sections → chunks: the sentences of one topic together, never a slice of so many characters.

A long paragraph is parted where another person begins to speak, after a link to a presentation, before a turn of
phrase that opens a topic, and else, when it is still too long, where two neighbouring sentences share the fewest words.
Short paragraphs under the same heading are joined.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.documents.sentences import split_sentences
from assistant.documents.speakers import continues_speaking, speaker_of
from assistant.models import Block, BlockKind, Chunk, Page, Place, Section, Sentence, Span

LONG = 900  # characters: the longest chunk that is not a single sentence; about what a small embedder reads
SHORT = 500  # characters: paragraphs shorter than this together make one chunk
OPENER = re.compile(r"(?:En conclusion|Pour conclure|Pour finir|Les autres|En matière de|D['’]autre part|Concernant)\b")
LONGEST_POINTER = 140  # characters; a longer sentence says something besides
POINTER = re.compile(
    r"(?i)(?:voir|lire|t[ée]l[ée]charge[rz]|consulte[rz]|clique[rz]|retrouve[rz]|acc[ée]de[rz]|d[ée]couvr(?:ir|ez)"
    r"|[ée]coute[rz]|visionne[rz]|en savoir|vous (?:re)?trouverez|(?:lire )?la suite|retour)\b"
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Sentences that will be one chunk, and what they need from around them."""

    heading_path: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    lead_in: str
    speaker: str | None
    place: Place | None


def chunk_page(page: Page, sections: Iterable[Section]) -> tuple[Chunk, ...]:
    """The chunks of a page's sections, in reading order."""
    drafts = list(_join_short(page.text, (draft for section in sections for draft in _drafts(page, section))))
    introduced = [page.introduction.sentence] if page.introduction else []
    seen: Counter[str] = Counter()
    chunks = []
    for ordinal, draft in enumerate(drafts):
        span = Span(draft.sentences[0].span.start, draft.sentences[-1].span.end)
        text = span.folded(page.text)
        seen[text] += 1
        chunks.append(
            Chunk(
                document_key=page.key,
                ordinal=ordinal,
                title=page.title,
                kind=page.kind,
                date=page.date,
                date_is_inferred=page.date_is_inferred,
                url=page.url,
                access=page.access,
                heading_path=draft.heading_path,
                speaker=draft.speaker or page.speaker,
                text=text,
                span=span,
                sentences=draft.sentences,
                lead_in=draft.lead_in,
                before=drafts[ordinal - 1].sentences[-1].text if ordinal else "",
                after=drafts[ordinal + 1].sentences[0].text if ordinal + 1 < len(drafts) else "",
                digest=_digest(
                    page.key, page.title, *draft.heading_path, draft.lead_in, text, str(seen[text]), *introduced
                ),
                place=draft.place,
                role=_role(page, draft),
                occasion=page.introduction.kind if page.introduction else None,
                introduction=page.introduction.sentence if page.introduction else "",
            )
        )
    return tuple(chunks)


def _role(page: Page, draft: _Draft) -> str | None:
    """What the speaker is, when it is the one of whom the page that introduces the document says it."""
    known = page.introduction
    return known.role if known and known.speaker and (draft.speaker or page.speaker) == known.speaker else None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _drafts(page: Page, section: Section) -> Iterator[_Draft]:
    is_list = any(b.kind is BlockKind.ITEM and b.span.start == section.span.start for b in page.blocks)
    return _list(page, section) if is_list else _paragraph(page, section)


def _paragraph(page: Page, section: Section) -> Iterator[_Draft]:
    speaker: str | None = None
    for topic in _topics(page, section.span):
        named = next((found for s in topic if (found := speaker_of(s.text))), None)
        if named or not continues_speaking(topic[0].text):
            speaker = named
        for piece in _cut(topic):
            yield _Draft(section.heading_path, tuple(piece), "", speaker, section.place)


def _topics(page: Page, span: Span) -> Iterator[list[Sentence]]:
    topic: list[Sentence] = []
    for where in split_sentences(page.text, span):
        following = Sentence(where.folded(page.text), where)
        if _only_points(page, following):
            continue
        if topic and _parts(page.text, topic, following):
            yield topic
            topic = []
        topic.append(following)
    if topic:
        yield topic


def _left_out(text: str, first: Sentence, second: Sentence) -> bool:
    """Do words stand between two sentences that are in none: a link to a presentation, a line of the site's frame?"""
    return any(c.isalnum() for c in text[first.span.end : second.span.start])


def _only_points(page: Page, sentence: Sentence) -> bool:
    """« Télécharger la présentation de X »: a link that says where something is, and nothing else.

    Whoever looks for the thing finds it by itself: it knows the sentence that introduces it.
    """
    if len(sentence.text) > LONGEST_POINTER or not POINTER.match(sentence.text):
        return False
    span = sentence.span
    return any(span.start <= link.span.start and link.span.end <= span.end for link in page.links)


def _parts(text: str, topic: list[Sentence], following: Sentence) -> bool:
    """Does a new topic begin with the sentence that follows?"""
    if _left_out(text, topic[-1], following):
        return True
    if OPENER.match(following.text):
        return True
    newcomer = speaker_of(following.text)
    return newcomer is not None and newcomer not in {speaker_of(s.text) for s in topic}


def _cut(topic: list[Sentence]) -> Iterator[list[Sentence]]:
    """The topic, cut at its weakest joint until each piece is short enough or a single sentence."""
    if len(topic) == 1 or topic[-1].span.end - topic[0].span.start <= LONG:
        yield topic
        return
    joints = range(1, len(topic))
    middle = len(topic) / 2
    weakest = min(joints, key=lambda j: (_shared_words(topic[j - 1], topic[j]), abs(j - middle)))
    yield from _cut(topic[:weakest])
    yield from _cut(topic[weakest:])


def _shared_words(first: Sentence, second: Sentence) -> int:
    """Words of five letters and more in both: crude, and enough to choose a joint."""
    return len(set(re.findall(r"\w{5,}", first.text.lower())) & set(re.findall(r"\w{5,}", second.text.lower())))


def _list(page: Page, section: Section) -> Iterator[_Draft]:
    lead_in = section.lead_in.folded(page.text) if section.lead_in else ""
    speaker = speaker_of(lead_in)
    items = [b for b in page.blocks if b.span.start >= section.span.start and b.span.end <= section.span.end]
    for group in _groups(items):
        found = (Sentence(s.folded(page.text), s) for item in group for s in split_sentences(page.text, item.span))
        sentences = [sentence for sentence in found if not _only_points(page, sentence)]
        for run in _unbroken(page.text, sentences):
            for piece in _cut(run):
                yield _Draft(section.heading_path, tuple(piece), lead_in, speaker, section.place)


def _unbroken(text: str, sentences: list[Sentence]) -> Iterator[list[Sentence]]:
    """Sentences together for as long as nothing is left out between them."""
    run: list[Sentence] = []
    for sentence in sentences:
        if run and _left_out(text, run[-1], sentence):
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _groups(items: Iterable[Block]) -> Iterator[list[Block]]:
    """Items together while they fit in one chunk."""
    group: list[Block] = []
    for item in items:
        if group and item.span.end - group[0].span.start > LONG:
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _join_short(text: str, drafts: Iterable[_Draft]) -> Iterator[_Draft]:
    """Neighbouring paragraphs of the same heading, place and speaker become one chunk while they stay short."""
    current: _Draft | None = None
    for draft in drafts:
        if current and _joinable(text, current, draft):
            current = replace(current, sentences=(*current.sentences, *draft.sentences))
            continue
        if current:
            yield current
        current = draft
    if current:
        yield current


def _joinable(text: str, first: _Draft, second: _Draft) -> bool:
    if (first.heading_path, first.lead_in, first.speaker) != (second.heading_path, second.lead_in, second.speaker):
        return False
    if first.place != second.place:
        return False
    if first.lead_in or _left_out(text, first.sentences[-1], second.sentences[0]):
        return False
    return second.sentences[-1].span.end - first.sentences[0].span.start <= SHORT

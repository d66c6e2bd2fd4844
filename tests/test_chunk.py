"""Sections → chunks: topics that know where they come from, letter for letter."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.documents.chunk import LONG, SHORT, chunk_page
from assistant.documents.contact import contact_page
from assistant.documents.find import find_sources
from assistant.documents.frame import strip_frame
from assistant.documents.html import read_html
from assistant.documents.read import read_page
from assistant.documents.sections import split_sections
from assistant.documents.text import read_text
from assistant.models import Access, BlockKind, Chunk, Introduction, Page, Span
from assistant.settings import ROOT

SHARED = ROOT.parent / "shared" / "documents"
FOLDERS = [folder for folder in (ROOT / "corpus" / "public", SHARED) if folder.is_dir()]
LINK = re.compile(r"(?:Voir|Lire|Vous retrouverez) [^.]*? ici\.")


def _pages() -> list[Page]:
    stripped = [strip_frame(read_page(source)) for source in find_sources(ROOT / "corpus")]
    records = [
        replace(contact_page(contact, page.url), source_name=page.source_name) for page, contact in stripped if contact
    ]
    return [*(page for page, _ in stripped), records[-1]]


PAGES = _pages()
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)


def _fold(text: str) -> str:
    return " ".join(text.split())


def _chunks(page: Page) -> tuple[Chunk, ...]:
    return chunk_page(page, split_sections(page))


def _page(text: str, title: str = "Un titre", **fields: object) -> Page:
    values: dict[str, object] = {
        "key": "k", "title": title, "kind": "document", "date": None, "date_is_inferred": False, "url": None,
        "access": Access.PUBLIC, "text": text, "blocks": read_text(text, title), "source_name": "public/a",
        **fields,
    }  # fmt: skip
    return Page(**values)  # type: ignore[arg-type]


def _texts(text: str) -> list[str]:
    return [chunk.text for chunk in _chunks(_page(text))]


# ---------------------------------------------------------------------------------------------- the real corpus


@each_page
def test_every_chunk_and_every_sentence_leads_back_to_its_page(page: Page) -> None:
    for chunk in _chunks(page):
        assert _fold(page.text[chunk.span.start : chunk.span.end]) == chunk.text
        assert chunk.sentences
        for sentence in chunk.sentences:
            assert _fold(page.text[sentence.span.start : sentence.span.end]) == sentence.text
            assert chunk.span.start <= sentence.span.start < sentence.span.end <= chunk.span.end


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
@each_page
def test_every_sentence_stands_in_the_original_file_letter_for_letter(page: Page, folder: Path) -> None:
    original = _fold((folder / Path(page.source_name).name).read_text(encoding="utf-8"))
    for chunk in _chunks(page):
        assert chunk.text in original
        assert all(sentence.text in original for sentence in chunk.sentences)
        assert chunk.lead_in in original


@pytest.mark.parametrize("page", PAGES[:2], ids=lambda page: page.key)
def test_no_word_of_a_page_is_lost_but_the_frame_the_headings_and_the_links(page: Page) -> None:
    said = [sentence.span for chunk in _chunks(page) for sentence in chunk.sentences]
    beside = [Span(link.start(), link.end()) for link in LINK.finditer(page.text)]
    beside += [block.span for block in page.blocks if block.kind is BlockKind.HEADING]
    document = Span(page.blocks[0].span.start, page.blocks[-1].span.end)
    frame = _fold(page.text[: document.start] + "\n" + page.text[document.end :])
    assert frame == " ".join(dropped.text for dropped in page.dropped)
    for word in re.finditer(r"\w+", page.text):
        if document.start <= word.start() < document.end:
            places = [span for span in (*said, *beside) if span.start <= word.start() and word.end() <= span.end]
            assert len(places) == 1, page.text[word.start() - 40 : word.end() + 40]


def test_all_the_links_of_the_seminar_are_left_out_of_the_sentences() -> None:
    links = LINK.findall(PAGES[0].text)
    assert len(links) == 10
    sentences = [sentence.text for chunk in _chunks(PAGES[0]) for sentence in chunk.sentences]
    assert not [text for text in sentences if LINK.search(text)]


@each_page
def test_chunks_are_in_reading_order_and_never_overlap(page: Page) -> None:
    chunks = _chunks(page)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(chunks))
    for chunk in chunks:
        spans = [sentence.span for sentence in chunk.sentences]
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@each_page
def test_a_chunk_knows_its_document(page: Page) -> None:
    for chunk in _chunks(page):
        assert (chunk.document_key, chunk.title, chunk.kind, chunk.date) == (page.key, page.title, page.kind, page.date)
        assert (chunk.date_is_inferred, chunk.url, chunk.access) == (page.date_is_inferred, page.url, page.access)


@each_page
def test_a_chunk_knows_its_neighbours(page: Page) -> None:
    chunks = _chunks(page)
    assert chunks[0].before == chunks[-1].after == ""
    for first, second in itertools.pairwise(chunks):
        assert first.after == second.sentences[0].text
        assert second.before == first.sentences[-1].text


def test_digests_are_unique_and_stable() -> None:
    digests = [chunk.digest for page in PAGES for chunk in _chunks(page)]
    assert len(set(digests)) == len(digests)
    assert digests == [chunk.digest for page in PAGES for chunk in _chunks(page)]


@each_page
def test_a_chunk_is_short_or_a_single_sentence(page: Page) -> None:
    for chunk in _chunks(page):
        assert len(chunk.sentences) == 1 or chunk.span.end - chunk.span.start <= LONG


def test_the_long_paragraph_of_the_seminar_becomes_topics_by_speaker() -> None:
    page = PAGES[0]
    long = max((block.span for block in page.blocks), key=lambda span: span.end - span.start)
    assert long.end - long.start > 6_000
    inside = [chunk for chunk in _chunks(page) if long.start <= chunk.span.start and chunk.span.end <= long.end]
    assert len(inside) >= 12
    speakers = [chunk.speaker for chunk in inside if chunk.speaker]
    assert list(dict.fromkeys(speakers)) == [
        "Jérôme DEPRES",
        "Jean Claude LECLABART",
        "Mathieu PERRAIN",
        "Olivier DELESALLE",
        "Jean Michel SOULIER",
        "Vincent BALDACCHINO et Alix ONFRAY",
        "Frédéric LERMIGEAUX",
        "Monsieur Marcel LAGNIEZ",
        "Lenny CARTIER",
        "Laurent DEPOMMIER COTTON",
        "Philippe VARLET",
    ]


def test_the_communique_is_spoken_by_its_author_throughout() -> None:
    assert {chunk.speaker for chunk in _chunks(PAGES[1])} == {"PHILIPPE VARLET"}


def test_the_bullets_of_the_communique_keep_what_introduces_them() -> None:
    leads = {chunk.lead_in for chunk in _chunks(PAGES[1]) if chunk.lead_in}
    assert {lead.rpartition(" ")[0][:20] for lead in leads} == {"Voici en synthèse l’", "Je tenais enfin à so"}


# ---------------------------------------------------------------------------------------------- the rules


def test_short_neighbours_under_one_heading_are_joined() -> None:
    assert _texts("Un.\n\nDeux.\n\nTrois.") == ["Un. Deux. Trois."]


def test_paragraphs_under_two_headings_are_not_joined() -> None:
    chunks = _chunks(_page("Un titre\n\nUn.\n\nPartie\n\nDeux."))
    assert [(chunk.heading_path, chunk.text) for chunk in chunks] == [((), "Un."), (("Partie",), "Deux.")]


def test_paragraphs_longer_together_than_the_limit_are_not_joined() -> None:
    paragraph = "Le réseau avance dans la Somme. " * 9  # 288 characters
    assert len(_texts(f"{paragraph}\n\n{paragraph}")) == 2
    assert all(len(text) <= SHORT for text in _texts("\n\n".join(["Le réseau avance."] * 100)))


def test_a_list_is_not_joined_to_its_introduction_and_remembers_it() -> None:
    chunks = _chunks(_page("Voici le bilan :\n\n• Un;\n\n• Deux."))
    assert [(chunk.text, chunk.lead_in) for chunk in chunks] == [
        ("Voici le bilan :", ""),
        ("Un; • Deux.", "Voici le bilan :"),
    ]
    assert [sentence.text for sentence in chunks[1].sentences] == ["Un;", "Deux."]


def test_a_long_list_is_parted_between_items() -> None:
    item = "Le réseau avance dans toutes les communes de la Somme" * 6
    chunks = _chunks(_page("\n\n".join(f"• {number} {item};" for number in range(6))))
    assert len(chunks) == 3
    assert [len(chunk.sentences) for chunk in chunks] == [2, 2, 2]


def test_a_long_paragraph_is_cut_where_neighbours_share_the_fewest_words() -> None:
    fibre = "Le déploiement de la fibre optique avance dans les communes du déploiement. " * 7
    ecole = "Les espaces numériques de travail des écoles servent aux écoles et aux parents. " * 7
    texts = _texts(fibre + ecole)
    assert len(texts) == 2
    assert texts[0].endswith("du déploiement.")
    assert texts[1].startswith("Les espaces")


def test_another_speaker_begins_another_chunk() -> None:
    chunks = _chunks(_page("Anne UN a présenté le réseau. Il avance. Paul DEUX a exposé les coûts. Il a conclu."))
    assert [chunk.speaker for chunk in chunks] == ["Anne UN", "Paul DEUX"]


def test_the_speaker_of_the_page_speaks_when_no_one_else_does() -> None:
    (first, second) = _chunks(_page("Je me réjouis. Paul DEUX a exposé les coûts.", speaker="Anne UN"))
    assert (first.speaker, second.speaker) == ("Anne UN", "Paul DEUX")


def test_the_same_words_twice_are_two_chunks_with_two_digests() -> None:
    chunks = _chunks(_page("Un titre\n\nLot un\n\nLe réseau.\n\nLot deux\n\nLe réseau.\n\nLot un\n\nLe réseau."))
    assert len({chunk.digest for chunk in chunks}) == len(chunks) == 3


@pytest.mark.parametrize(
    "change",
    [{"key": "other"}, {"title": "Autre"}, {"text": "Un autre."}],
    ids=["key", "title", "text"],
)
def test_a_digest_changes_with_what_is_embedded(change: dict[str, str]) -> None:
    text = change.get("text", "Un.")
    plain = _chunks(_page("Un.", title="Un titre"))[0].digest
    assert _chunks(_page(text, title=change.get("title", "Un titre"), key=change.get("key", "k")))[0].digest != plain


def test_a_digest_does_not_change_with_what_is_not_embedded() -> None:
    plain = _chunks(_page("Un."))[0].digest
    other = _page("Un.", date="2020", kind="note", url="https://x.fr/", access=Access.STAFF, source_name="staff/b.txt")
    assert _chunks(other)[0].digest == plain


def test_a_page_without_blocks_has_no_chunk() -> None:
    assert _chunks(_page("Un.", blocks=())) == ()


def test_a_long_item_is_cut_like_a_paragraph() -> None:
    item = "Le réseau public avance dans toutes les communes de la Somme. " * 50
    assert all(len(chunk.text) <= LONG for chunk in _chunks(_page(f"Voici :\n\n• {item}")))


def test_the_label_of_a_link_is_not_in_the_text_of_a_chunk() -> None:
    assert not [
        text for text in _texts("Le réseau avance. Voir la note de Paul ici. Les coûts baissent.") if "ici" in text
    ]


# ---------------------------------------------------------------------------------------------- introduced, pointing

INTRODUCTION = Introduction(
    "tt_news=194", "Le séminaire", "séminaire", "2016-11-18", False, "Voir la présentation de Anne UN ici.", "Anne UN",
    "Chef de projet",
)  # fmt: skip


def test_a_chunk_of_an_introduced_document_knows_who_speaks_and_where() -> None:
    (chunk,) = _chunks(_page("Le réseau avance.", speaker="Anne UN", introduction=INTRODUCTION))
    assert (chunk.speaker, chunk.role, chunk.occasion) == ("Anne UN", "Chef de projet", "séminaire")
    assert chunk.introduction == INTRODUCTION.sentence


def test_the_role_is_not_given_to_another_speaker() -> None:
    page = _page("Je commence. Paul DEUX a exposé les coûts.", speaker="Anne UN", introduction=INTRODUCTION)
    assert [(chunk.speaker, chunk.role) for chunk in _chunks(page)] == [
        ("Anne UN", "Chef de projet"),
        ("Paul DEUX", None),
    ]


def test_a_document_that_nobody_introduces_has_no_occasion() -> None:
    (chunk,) = _chunks(_page("Le réseau avance."))
    assert (chunk.role, chunk.occasion, chunk.introduction) == (None, None, "")


def test_the_digest_changes_with_the_sentence_that_introduces_the_document() -> None:
    digests = {
        _chunks(_page("Un.", introduction=introduction))[0].digest
        for introduction in (None, INTRODUCTION, replace(INTRODUCTION, sentence="Autre."))
    }
    assert len(digests) == 3


def _html(body: str) -> list[str]:
    read = read_html(body, "https://x.fr/")
    return [chunk.text for chunk in _chunks(_page(read.text, blocks=read.blocks, links=read.links))]


@pytest.mark.parametrize(
    "pointer",
    [
        "Voir la présentation de Paul DEUX <a href='a.pdf'>ici</a>.",
        "<a href='a.pdf'>Télécharger la présentation de Paul DEUX</a> (pdf).",
        "<a href='a.pdf'>Lire la suite</a>",
        "Cliquez <a href='a.pdf'>là</a> pour ouvrir la note.",
        "Consultez <a href='a.pdf'>la note</a>.",
        "<a href='/actualites'>Retour à la liste</a>",
    ],
)
@pytest.mark.parametrize("tag", ["p", "li"])
def test_a_sentence_that_only_points_elsewhere_is_in_no_chunk(pointer: str, tag: str) -> None:
    assert _html(f"<{tag}>Le réseau avance.</{tag}><{tag}>{pointer}</{tag}>") == ["Le réseau avance."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Le bilan est dans <a href='a.pdf'>la note ci-jointe</a>.",
        "Voir grand est notre ambition.",
        "Vous trouverez, dans <a href='a.pdf'>la note ci-jointe</a> de notre prestataire, le bilan de ce mois de mars "
        "exceptionnel, avec un regard sur toutes les écoles de la Somme.",
    ],
)
def test_a_sentence_that_says_something_besides_is_kept(sentence: str) -> None:
    assert _html(f"<p>{sentence}</p>") == [re.sub(r"<.*?>", "", sentence)]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Le réseau avance. <a href='a.pdf'>Télécharger la note</a>. Les coûts baissent.</p>",
        "<p>Le réseau avance.</p><p><a href='a.pdf'>Télécharger la note</a>.</p><p>Les coûts baissent.</p>",
        "<ul><li>Le réseau avance.<li><a href='a.pdf'>Télécharger la note</a>.<li>Les coûts baissent.</ul>",
    ],
    ids=["sentences", "paragraphs", "items"],
)
def test_what_stands_around_a_pointer_is_two_chunks(body: str) -> None:
    assert _html(body) == ["Le réseau avance.", "Les coûts baissent."]


def test_a_block_that_was_left_out_is_in_no_chunk() -> None:
    page = _page("Un titre\n\nLe réseau avance.\n\nPartagez cette page.\n\nLes coûts baissent.")
    kept = tuple(block for block in page.blocks if "Partagez" not in block.span.folded(page.text))
    assert [chunk.text for chunk in _chunks(replace(page, blocks=kept))] == ["Le réseau avance.", "Les coûts baissent."]

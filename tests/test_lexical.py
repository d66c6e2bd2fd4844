"""The search by words: stems, neighbours of a misspelt word, and who reads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.documents.find import find_sources
from assistant.documents.frame import strip_frame
from assistant.documents.read import read_page
from assistant.documents.text import read_text
from assistant.index.database import SCHEMA_VERSION, TERMS, Database
from assistant.index.french import analyse
from assistant.index.lexical import WordSearch
from assistant.index.rarity import MOST_MENDED
from assistant.index.terms import SPELT_OUT, SYNONYM
from assistant.index.writer import DatabaseWriter
from assistant.models import Access, Document, Page, Term
from assistant.settings import ROOT
from ingest import cut_up


def _page(key: str, text: str, access: Access, title: str = "Note") -> Page:
    return Page(
        key, title, "note", None, False, None, access, text, read_text(text, title), f"{access.value}/{key}.txt"
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    pages = [strip_frame(read_page(source))[0] for source in find_sources(ROOT / "corpus")]
    pages += [
        _page("secret", "Le hamster orange raccorde les archives de Corbie.", Access.STAFF),
        _page("partie", "Le budget\n\nIl augmente.\n\nLes effectifs\n\nIls baissent.", Access.PUBLIC, "Rapport annuel"),
    ]
    folder = tmp_path_factory.mktemp("index")
    writer = DatabaseWriter(folder)
    for document in map(cut_up, pages):
        writer.add_document(document, "x")
    writer.finish({"schema": str(SCHEMA_VERSION)})
    opened = Database(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def public(database: Database) -> WordSearch:
    return WordSearch(database, Access.PUBLIC)


def _texts(database: Database, found: dict[int, float], reader: Access = Access.PUBLIC) -> list[str]:
    chunks = [database.chunk(reader, identifier) for identifier in found]
    assert all(chunks)
    return [chunk.text for chunk in chunks if chunk]


def test_every_chunk_is_found_by_its_own_words(database: Database) -> None:
    staff = WordSearch(database, Access.STAFF)
    for key in database.document_digests():
        for chunk in database.document_chunks(Access.STAFF, key):
            found = staff.search(chunk.text, limit=5)
            assert chunk.text in _texts(database, found, Access.STAFF)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param("qui est le fondateur de TUTOR", "Joel PERON", id="name"),
        pytest.param("data centers", "data center du MipiH", id="plural"),
        pytest.param("raccordement ftth", "1500 raccordements", id="singular"),
        pytest.param("1780781 connexions", "1 780 781 connexions", id="thousands-run-together"),
        pytest.param("1 780 781", "1 780 781 connexions", id="thousands-apart"),
        pytest.param("ENT EN MARS", "mois de mars", id="capitals"),
        pytest.param("l'etat d'urgence sanitaire", "état d’urgence sanitaire", id="without-accents"),
    ],
)
def test_the_words_of_a_question_find_the_passage(
    database: Database, public: WordSearch, question: str, words: str
) -> None:
    assert any(words in text for text in _texts(database, public.search(question, limit=3)))


@pytest.mark.parametrize(
    ("misspelt", "known"),
    [
        ("Viironchaux", "Vironchaux"), ("vironchau", "Vironchaux"), ("neuronexion", "Neuronnexion"),
        ("Hallencour", "Hallencourt"), ("mezotre", "Mezoutre"), ("sogertel", "Sogetrel"), ("covgae", "COVAGE"),
    ],
)  # fmt: skip
def test_a_typo_finds_its_word(public: WordSearch, misspelt: str, known: str) -> None:
    assert analyse(misspelt) != analyse(known)
    found = public.search(misspelt, limit=10)
    assert found
    assert found.keys() >= public.search(known, limit=10).keys()


@pytest.mark.parametrize("question", ["abcd", "zzzzzzzzzz", "12345", "5G", "le la les", "", "?!", "日本"])
def test_a_word_that_is_near_to_none_finds_nothing(public: WordSearch, question: str) -> None:
    assert public.search(question, limit=10) == {}


def test_words_of_nonsense_are_not_each_compared_with_every_word(public: WordSearch) -> None:
    """Each comparison costs: the first of them are mended, and what stands behind is not looked at."""
    nonsense = [f"zzq{chr(97 + number)}xw" for number in range(MOST_MENDED)]
    assert public.search(" ".join([*nonsense[1:], "covgae"]), limit=10) == public.search("covgae", limit=10) != {}
    assert public.search(" ".join([*nonsense, "covgae"]), limit=10) == {}
    assert public.search(" ".join([*nonsense, "fibre"]), limit=10) == public.search("fibre", limit=10)


def test_a_french_word_that_the_documents_do_not_hold_stands_for_no_other(public: WordSearch) -> None:
    assert public.search("piscine", limit=10) == {}
    assert public.search("fibres", limit=10) != {}


def test_a_number_is_never_taken_for_its_neighbour(public: WordSearch) -> None:
    assert public.search("1780782", limit=10) == {}


def test_a_word_known_to_the_reader_is_searched_as_it_is(database: Database, public: WordSearch) -> None:
    assert public.search("covage", limit=50) == database.match_words(Access.PUBLIC, '"covag"', 50)


def test_titles_and_headings_are_searched(database: Database, public: WordSearch) -> None:
    assert sorted(_texts(database, public.search("rapport annuel", limit=2))) == ["Il augmente.", "Ils baissent."]
    assert _texts(database, public.search("effectifs", limit=1)) == ["Ils baissent."]
    assert "en télétravail" in _texts(database, public.search("coronavirus télétravail", limit=1))[0]


def test_the_sentence_that_introduces_a_list_is_searched_with_its_items(database: Database, public: WordSearch) -> None:
    texts = _texts(database, public.search("synthèse Axians Sogetrel", limit=10))
    assert any("tirage optique" in text and "Sogetrel" not in text for text in texts)


@pytest.mark.parametrize("question", ["hamster", "orange", "Corbie", "hamstter", "hamsters orangés de corbi"])
def test_staff_words_are_unknown_to_the_public_even_as_neighbours(
    database: Database, public: WordSearch, question: str
) -> None:
    staff = WordSearch(database, Access.STAFF).search(question, limit=10)
    found = public.search(question, limit=10)
    assert not any("hamster" in text for text in _texts(database, found))
    assert any("hamster" in text for text in _texts(database, staff, Access.STAFF))


@pytest.mark.parametrize(
    "question",
    ['" OR 1', "fibre* NEAR(a b)", "title:fibre", "^fibre", "fibre AND NOT réseau", "(((", '"""', "-fibre", "{a b}: c",
     "fibre\x00réseau", "fibre \ud800", "';DROP TABLE chunks;--"],
)  # fmt: skip
def test_the_marks_of_the_search_language_are_only_marks(public: WordSearch, question: str) -> None:
    assert public.search(question, limit=10) == public.search(" ".join(analyse(question)), limit=10)


@pytest.mark.parametrize("count", [1_000, 5_000])
def test_a_question_of_any_length_is_searched(public: WordSearch, count: int) -> None:
    words = " ".join(f"mot{number}" for number in range(count))
    assert public.search(f"{words} fibre", limit=10) == public.search("fibre", limit=10)


def test_a_long_passage_is_found_by_all_its_words(tmp_path: Path) -> None:
    text = " ".join(f"mot{number}" for number in range(4_000)) + "."
    document = cut_up(_page("long", text, Access.PUBLIC))
    writer = DatabaseWriter(tmp_path)
    writer.add_document(document, "x")
    writer.finish({"schema": str(SCHEMA_VERSION)})
    opened = Database(tmp_path)
    assert len(WordSearch(opened, Access.PUBLIC).search(text, limit=5)) == 1
    opened.close()


def test_threads_share_one_search(public: WordSearch) -> None:
    questions = ["fibre", "Viironchaux", "covgae", "1780781", "zzzzzz"] * 40
    alone = [public.search(question, 5) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: public.search(question, 5), questions)) == alone


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    writer = DatabaseWriter(tmp_path)
    writer.finish({"schema": str(SCHEMA_VERSION)})
    opened = Database(tmp_path)
    assert WordSearch(opened, Access.PUBLIC).search("fibre", limit=5) == {}
    opened.close()


def test_scores_do_not_depend_on_what_only_staff_may_read(
    database: Database, public: WordSearch, tmp_path: Path
) -> None:
    writer = DatabaseWriter(tmp_path)
    for key in sorted(database.document_digests()):
        chunks = database.document_chunks(Access.PUBLIC, key)
        if chunks:
            page = replace(_page(key, "x", Access.PUBLIC), title=chunks[0].title, text="")
            writer.add_document(Document(page, (), chunks), page.key)
    writer.finish({"schema": str(SCHEMA_VERSION)})
    without = Database(tmp_path)
    for question in ("raccordement ftth", "archives", "coronavirus", "le budget"):
        expected = {_texts(database, {i: 0.0})[0]: score for i, score in public.search(question, 50).items()}
        alone = {
            _texts(without, {i: 0.0})[0]: s for i, s in WordSearch(without, Access.PUBLIC).search(question, 50).items()
        }
        assert alone == pytest.approx(expected)
    without.close()


# ---------------------------------------------------------------------------------------------- other forms of a term

LAMPS = Term(forms=("lampadaire", "réverbère à bras"))
OFFICE = Term(forms=("BEP", "bureau de l'éclairage public"), acronym="BEP", expansion="bureau de l'éclairage public")
FORMS = {
    "typed": "Le lampadaire éclaire la rue du port.",
    "twice": "Le lampadaire et le réverbère à bras, autre réverbère à bras, éclairent la rue du port.",
    "other": "Le réverbère à bras éclaire la rue du port.",
    "part": "Un réverbère neuf et deux bras dans la rue du port.",
    "again": "Un lampadaire neuf.",
    "office": "Le bureau de l'éclairage public ouvre.",
    "apart": "Le public du bureau aime cet éclairage.",
    **{f"rest{n}": f"La rue du port numéro {n} est calme." for n in range(9)},
}


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WordSearch, WordSearch, dict[int, str]]]:
    """The searches with and without the terms of a glossary, and the names of the chunks."""
    searches = []
    for terms in ((LAMPS, OFFICE), ()):
        folder = tmp_path_factory.mktemp("lamps")
        writer = DatabaseWriter(folder)
        for name, text in FORMS.items():
            writer.add_document(cut_up(_page(name, text, Access.PUBLIC)), name)
        writer.finish({"schema": SCHEMA_VERSION, "glossary": TERMS.dump_json(terms).decode()})
        searches.append(Database(folder))
    names = {n: chunk.document_key for n in range(1, 99) if (chunk := searches[0].chunk(Access.PUBLIC, n))}
    yield WordSearch(searches[0], Access.PUBLIC), WordSearch(searches[1], Access.PUBLIC), names
    for database in searches:
        database.close()


def _by_name(search: WordSearch, question: str, names: dict[int, str], limit: int = 100) -> dict[str, float]:
    return {names[identifier]: score for identifier, score in search.search(question, limit).items()}


@pytest.mark.parametrize(
    ("question", "other", "apart", "strength"),
    [
        ("le lampadaire", "other", "part", SYNONYM),
        ("lampadaires de la rue", "other", "part", SYNONYM),
        ("le BEP", "office", "apart", SPELT_OUT),
    ],
)
def test_another_form_of_a_term_is_found_as_a_whole_and_never_worth_more_than_what_was_typed(
    lamps: tuple[WordSearch, WordSearch, dict[int, str]], question: str, other: str, apart: str, strength: float
) -> None:
    with_terms, without, names = lamps
    plain, found = _by_name(without, question, names), _by_name(with_terms, question, names)
    assert found[other] > plain.get(other, 0)
    assert found.get(apart) == plain.get(apart)
    best = max(plain.values(), default=0.0)
    assert not best or found[other] - plain.get(other, 0) <= strength * best + 1e-9
    assert {name: score for name, score in found.items() if name != other} == pytest.approx(
        {name: score for name, score in plain.items() if name != other}
    )
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_passage_that_is_not_among_the_first_by_its_words_can_be_by_another_form(
    lamps: tuple[WordSearch, WordSearch, dict[int, str]],
) -> None:
    with_terms, _, names = lamps
    assert list(_by_name(with_terms, "BEP", names, limit=1)) == ["office"]
    assert len(_by_name(with_terms, "lampadaire", names, limit=3)) == 3

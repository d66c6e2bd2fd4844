"""The head of a file: what it may declare, and what is refused, with the field's name."""

from __future__ import annotations

import pytest

from assistant.documents.front_matter import FrontMatter, split_front_matter
from assistant.models import DocumentRefused


def _head(fields: str) -> FrontMatter:
    return split_front_matter(f"---\n{fields}\n---\nTexte.", "public/a.txt")[0]


def test_every_field_is_read() -> None:
    head, body = split_front_matter(
        '---\ntitle: "A : B"\nkind: compte rendu\ndate: 2024-06-12\ndate_is_inferred: true\n'
        'source_url: "https://exemple.fr/a?b=%5Bc%5D"\ncanonical_key: tt_news=1\nspeaker: Mme X\n---\n\nTexte.\n',
        "a.md",
    )
    assert head.title == "A : B"
    assert head.kind == "compte rendu"
    assert head.date == "2024-06-12"
    assert head.date_is_inferred is True
    assert str(head.source_url) == "https://exemple.fr/a?b=%5Bc%5D"
    assert head.canonical_key == "tt_news=1"
    assert head.speaker == "Mme X"
    assert body.strip() == "Texte."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Texte.\n---\nsuite", id="no-head"),
        pytest.param("\n---\ntitle: x\n---\n", id="not-on-the-first-line"),
        pytest.param("----\nx\n----\ny", id="four-dashes"),
        pytest.param("---suite", id="dashes-then-words"),
    ],
)
def test_a_file_without_a_head_is_all_body(text: str) -> None:
    assert split_front_matter(text, "a.txt") == (FrontMatter(), text)


@pytest.mark.parametrize("field", ["title", "kind", "speaker", "canonical_key"])
def test_what_hides_words_is_left_out_of_every_field(field: str) -> None:
    written = r'"\u202Eerref\u202C du\u200B  bilan\u0007\nde\xAD l\u2066an"'
    assert getattr(_head(f"{field}: {written}"), field) == "erref du bilan de lan"


def test_a_title_of_nothing_that_can_be_seen_is_none() -> None:
    assert not _head(r'title: "\u200B\u202E"').title


def test_an_empty_head_declares_nothing() -> None:
    assert split_front_matter("---\n---\nTexte.", "a.txt") == (FrontMatter(), "Texte.")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        pytest.param("2016-11-18", "2016-11-18", id="a-day"),
        pytest.param('"2016-11-18"', "2016-11-18", id="a-day-in-quotes"),
        pytest.param("2020-04", "2020-04", id="a-month"),
        pytest.param("2020", "2020", id="a-year"),
        pytest.param("2024-02-29", "2024-02-29", id="a-leap-day"),
        pytest.param("", None, id="nothing"),
        pytest.param("null", None, id="null"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(written: str, date: str | None) -> None:
    assert _head(f"date: {written}").date == date


@pytest.mark.parametrize(
    "written",
    [
        pytest.param('"2016-02-31"', id="no-such-day-in-quotes"),
        pytest.param("2016-13", id="no-such-month"),
        pytest.param("18/11/2016", id="french-order"),
        pytest.param("2016-1-5", id="without-zeros"),
        pytest.param("18 novembre 2016", id="in-words"),
        pytest.param("2016-11-18T10:00:00", id="with-a-time"),
        pytest.param("1816-11-18", id="two-centuries-off"),
        pytest.param("20161118", id="run-together"),
        pytest.param("[2016, 2017]", id="a-list"),
        pytest.param("true", id="a-truth"),
    ],
)
def test_a_date_that_is_none_is_refused_by_its_field(written: str) -> None:
    with pytest.raises(DocumentRefused, match="« date » ne peut pas valoir") as refusal:
        _head(f"date: {written}")
    assert refusal.value.name == "public/a.txt"


@pytest.mark.parametrize("written", ["2016-02-31", "0000-00-00", "2016-11-18 25:00:00"])
def test_an_unquoted_day_that_no_calendar_has_is_refused(written: str) -> None:
    with pytest.raises(DocumentRefused):
        _head(f"date: {written}")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        pytest.param("titre: x", "champ inconnu, « titre »", id="unknown-field"),
        pytest.param("Title: x", "champ inconnu, « Title »", id="unknown-by-its-case"),
        pytest.param("12: x", "« 12 »", id="a-number-as-field"),
        pytest.param("source_url: javascript:alert(1)", "« source_url »", id="script-address"),
        pytest.param("source_url: /actualites", "« source_url »", id="relative-address"),
        pytest.param("source_url: file:///etc/passwd", "« source_url »", id="file-address"),
        pytest.param("date_is_inferred: peut-être", "« date_is_inferred »", id="no-truth"),
        pytest.param("title: [a, b]", "« title »", id="a-list-as-title"),
        pytest.param("title: &a [*a]", "« title »", id="a-list-that-holds-itself"),
        pytest.param("kind:", "« kind »", id="a-kind-left-empty"),
        pytest.param("title: a: b", "mal écrit", id="colon-without-quotes"),
        pytest.param("title: [a", "mal écrit", id="unclosed"),
        pytest.param("title: !!python/object/apply:os.system [x]", "mal écrit", id="a-python-object"),
        pytest.param("title: " + "[" * 3000, "mal écrit", id="nested-without-end"),
    ],
)
def test_a_wrong_head_is_refused_with_what_is_wrong(fields: str, named: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        _head(fields)
    assert named in refusal.value.reason
    assert "\n" not in refusal.value.reason
    assert len(refusal.value.reason) < 300


def test_values_are_stripped() -> None:
    assert _head('title: "  Un titre  "').title == "Un titre"


@pytest.mark.parametrize(
    "head", [pytest.param("Bonjour à tous, voici le bilan.", id="a-sentence"), pytest.param("- a\n- b", id="a-list")]
)
def test_words_between_two_rules_are_not_lost(head: str) -> None:
    text = f"---\n{head}\n---\nTexte."
    try:
        _, body = split_front_matter(text, "a.txt")
    except DocumentRefused:
        return
    assert head in body


@pytest.mark.parametrize("text", ["---\ntitle: x\n\nTexte.", "---\ntitle: x\n...\nTexte."])
def test_a_head_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(DocumentRefused):
        split_front_matter(text, "a.txt")

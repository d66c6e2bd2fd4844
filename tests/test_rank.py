"""The sentence that answers comes first: words around it, words misspelt, the kind of answer expected."""

from __future__ import annotations

import pytest

from assistant.answering.question import understand
from assistant.answering.rank import RankedSentence, rank_sentences
from assistant.index.rarity import MOST_MENDED
from assistant.models import Access, Chunk, Evidence, Found, Sentence, Span


def chunk(*sentences: str, title: str = "Page", lead_in: str = "", before: str = "", after: str = "") -> Chunk:
    """A passage of these sentences."""
    text = " ".join(sentences)
    return Chunk(
        document_key="d", ordinal=0, title=title, kind="note", date="2020-04", date_is_inferred=False, url=None,
        access=Access.PUBLIC, heading_path=(), speaker=None, text=text, span=Span(0, len(text)),
        sentences=tuple(Sentence(s, Span(text.index(s), text.index(s) + len(s))) for s in sentences),
        lead_in=lead_in, before=before, after=after, digest=text,
    )  # fmt: skip


def rank(question: str, *chunks: Chunk) -> tuple[RankedSentence, ...]:
    evidence = tuple(Evidence(c, 1.0, 1.0, 0.0) for c in chunks)
    return rank_sentences(understand(question), Found(evidence, ()))


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("combien de lampadaires", "La ville compte 300 lampadaires.", "Les lampadaires éclairent la ville."),
        (
            "combien de lampadaires",
            "Une trentaine de lampadaires sont éteints.",
            "Les lampadaires datent de mars 2010.",
        ),
        ("quand le pont a-t-il ouvert", "Le pont a ouvert en mars 2010.", "Le pont a ouvert aux camions."),
        ("qui a dessiné le pont", "Jeanne MARTIN a dessiné le pont.", "Le pont a été dessiné avec soin."),
        ("combien coûte le pont", "Le coût du pont est de 3 millions d'euros.", "Le coût du pont est connu de tous."),
        ("où est le marché", "Le marché se tient à Roye.", "Le marché se tient le lundi."),
    ],
    ids=["number", "number-in-letters-not-a-date", "date", "person", "money", "place"],
)
def test_a_sentence_with_the_expected_kind_of_answer_comes_first(question: str, answer: str, other: str) -> None:
    assert rank(question, chunk(other), chunk(answer))[0].sentence.text == answer


@pytest.mark.parametrize(
    ("typed", "word"),
    [("lampadère", "lampadaire"), ("adhere", "adhérents"), ("telecom", "télécommunications"), ("ecole", "écoles")],
)
def test_a_word_misspelt_abridged_or_of_the_same_family_is_met(typed: str, word: str) -> None:
    best = rank(typed, chunk(f"Voici des {word} nouveaux.", "Rien d'autre."))[0]
    assert word in best.sentence.text
    assert best.missing == ()


def test_a_word_that_comes_near_nothing_is_missing() -> None:
    assert rank("le pont de Flixecourt", chunk("Le pont est ouvert."))[0].missing == ("flixecourt",)


@pytest.mark.parametrize("place", ["title", "lead_in", "before"])
def test_words_around_a_sentence_count_for_it(place: str) -> None:
    near = chunk("Ils sont fermés.", **{place: "Les lampadaires de la ville :"})
    far = chunk("Ils sont ouverts.")
    assert rank("lampadaires de la ville", far, near)[0].sentence.text == "Ils sont fermés."


@pytest.mark.parametrize(
    "said",
    [
        "Voici l'état du marché du pont :",
        "Jeanne MARTIN a présenté le marché du pont.",
        "Paul PETIT et Luc GRAND ont ensuite exposé le marché du pont.",
    ],
)
def test_a_sentence_that_only_announces_comes_after_the_one_that_tells(said: str) -> None:
    told = "Le marché du pont commence lundi."
    assert rank("le marché du pont", chunk(said), chunk(told))[0].sentence.text == told
    assert rank("qui a présenté le marché du pont", chunk(said), chunk(told))[0].signals.announces == 0


def test_what_was_said_is_no_announcement() -> None:
    assert rank("le marché", chunk("Jeanne MARTIN a expliqué que le marché commence lundi."))[0].signals.announces == 0


def test_what_the_question_already_says_is_no_answer() -> None:
    best = rank("combien de lampadaires en 2016", chunk("En 2016, 40 lampadaires.", "Les lampadaires de 2016."))[0]
    assert best.sentence.text == "En 2016, 40 lampadaires."
    assert rank("combien de ponts sur 12", chunk("Des ponts sur 12."))[0].has_kind is False


def test_the_same_question_gets_the_same_order() -> None:
    chunks = [chunk(f"Le pont {n}.") for n in ("rouge", "vert", "bleu")]
    assert rank("le pont", *chunks) == rank("le pont", *chunks)


def test_nothing_found_ranks_nothing() -> None:
    assert rank("le pont") == ()


def test_words_of_nonsense_are_not_each_compared_with_every_word_found() -> None:
    passage = chunk("La ville compte 300 lampadaires.")
    nonsense = [f"zzq{chr(97 + number)}xw" for number in range(MOST_MENDED)]
    assert rank(" ".join([*nonsense[1:], "lampadiares"]), passage)[0].context > 0
    assert rank(" ".join([*nonsense, "lampadiares"]), passage)[0].context == 0
    assert rank(" ".join([*nonsense, "lampadaires"]), passage)[0].context > 0

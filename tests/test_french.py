"""French text → the tokens that are compared."""

from __future__ import annotations

import random
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.index.french import STOP_WORDS, analyse, fold, stem, words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("l'école", ["ecol"], id="elision-straight"),
        pytest.param("l’école", ["ecol"], id="elision-curly"),
        pytest.param("l ‘école", ["ecol"], id="elision-astray"),
        pytest.param("l`école lʼécole l´école", ["ecol"] * 3, id="elision-other-apostrophes"),
        pytest.param("d'Amiens qu'Amiens jusqu'Amiens lorsqu’Amiens", ["amien"] * 4, id="all-elisions"),
        pytest.param("L’ENT", ["ent"], id="elision-before-an-acronym"),
        pytest.param("presqu'île", ["ile"], id="presqu"),
        pytest.param("aujourd'hui aujourd’hui d'aujourd'hui jusqu’aujourd’hui", [], id="today"),
        pytest.param("prud'hommes", ["prud", "homm", "prudhomm"], id="apostrophe-inside-a-word"),
        pytest.param("Été ÉTÉ", [], id="a-stop-word-after-folding"),
        pytest.param("Élèves élève ELEVE", ["elev"] * 3, id="accents-and-case"),
        pytest.param("cœur CŒUR coeur", ["coeur"] * 3, id="oe"),
        pytest.param("Lætitia", [stem("laetitia")], id="ae"),
        pytest.param("co\u0302te \u00e9cole\u0301", [stem("cote"), stem("ecole")], id="combining-accents"),
        pytest.param("ﬁbre", ["fibr"], id="ligature-fi"),
        pytest.param("1 780 781", ["1780781"], id="thousands-with-spaces"),
        pytest.param("1\u00a0780\u00a0781", ["1780781"], id="thousands-with-no-break-spaces"),
        pytest.param("1\u202f780\u202f781", ["1780781"], id="thousands-with-narrow-no-break-spaces"),
        pytest.param("1780781", ["1780781"], id="thousands-without"),
        pytest.param("1 500,50", ["1500_50"], id="thousands-and-decimals"),
        pytest.param("03 22 22 27 27", ["03", "22", "22", "27", "27"], id="a-phone-is-no-thousands"),
        pytest.param("80090 Amiens", ["80090", "amien"], id="postcode"),
        pytest.param("en 2019 100 communes", ["2019", "100", "commun"], id="a-year-is-no-thousands"),
        pytest.param("3,5 3.5", ["3_5", "3_5"], id="decimals"),
        pytest.param("100 % 100% +100", ["100", "100", "100"], id="percentages"),
        pytest.param("18/11/2016", ["18", "11", "2016"], id="date"),
        pytest.param("1er 1ère 1 er", ["1e", "1e", "1e"], id="first"),
        pytest.param("6e 6ème 6èmes 6 ème 6eme 6ième", ["6e"] * 6, id="ordinals"),
        pytest.param("2nd 2nde", ["2e", "2e"], id="second"),
        pytest.param("FttH FTTH ftth", ["ftth"] * 3, id="acronym-in-any-case"),
        pytest.param("SDTAN ENT SMS AMO", ["sdtan", "ent", "sms", "amo"], id="acronyms"),
        pytest.param("covid19 Covid-19", ["covid19", "covid", "19", "covid19"], id="letters-and-digits"),
        pytest.param("info-gérant", [stem("info"), stem("gerant"), stem("infogerant")], id="compound"),
        pytest.param("Haute-Picardie", [stem("haute"), stem("picardie"), stem("hautepicardie")], id="name"),
        pytest.param("rendez-vous", [stem("rendez")], id="compound-with-a-stop-word"),
        pytest.param("a-t-elle est-ce qu'est-ce", [], id="inversion"),
        pytest.param("le la les de du des et ou", [], id="stop-words"),
        pytest.param("contact@sommenumerique.fr", [stem("contact"), stem("sommenumerique"), "fr"], id="mail"),
        pytest.param("", [], id="nothing"),
        pytest.param(" …!? « » — ", [], id="marks"),
        pytest.param("日本 Ελλάδα", [], id="other-scripts"),
    ],
)
def test_words_that_mean_the_same_are_compared_alike(text: str, tokens: list[str]) -> None:
    assert analyse(text) == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("1re 1res 1ers", ["1e", "1e", "1e"], id="first-as-the-typographers-write-it"),
        pytest.param("2de 2des", ["2e", "2e"], id="second-as-the-typographers-write-it"),
        pytest.param("5G 4G", ["5g", "4g"], id="digit-then-letter"),
        pytest.param("30 e-mails", ["30", stem("mails"), stem("emails")], id="number-before-an-e-mail"),
        pytest.param("quelqu'un quelqu’une", [], id="someone"),
        pytest.param("1\u2009780\u2009781", ["1780781"], id="thousands-with-thin-spaces"),
        pytest.param("𝗙𝗶𝗯𝗿𝗲", ["fibr"], id="bold-letters-of-social-networks"),
        pytest.param("S.D.T.A.N.", ["sdtan"], id="dotted-acronym"),
    ],
)
def test_words_that_mean_the_same_should_be_compared_alike(text: str, tokens: list[str]) -> None:
    assert analyse(text) == tokens


@pytest.mark.parametrize(
    "forms",
    [
        "déploiement déploiements", "numérique numériques", "collectivité collectivités", "logement logements",
        "national nationale nationaux nationales", "élève élèves", "raccorder raccordement raccordements",
        "public publics", "réseau réseaux", "mutualisé mutualiser mutualise",
    ],
)  # fmt: skip
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len(set(analyse(forms))) == 1


@pytest.mark.parametrize(
    "forms", ["connexion connexions", "raccordé raccordée raccordés raccordées", "travail travaux"]
)
def test_the_forms_of_a_word_should_have_one_stem(forms: str) -> None:
    assert len(set(analyse(forms))) == 1


def test_stop_words_are_words_as_the_analysis_sees_them() -> None:
    assert all(fold(word) == word and word.isalpha() for word in STOP_WORDS)


def test_every_word_is_kept_and_stop_words_are_marked() -> None:
    assert [(word.surface, word.is_stop) for word in words("L'école de la Somme")] == [
        ("ecole", False),
        ("de", True),
        ("la", True),
        ("somme", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "L’œuvre de l'État : 1\u202f780\u202f781 élèves à 3,5 %, le 1er avril",
        "Communauté de communes d'Hallencourt — « Haute Picardie / Santerre »",
        "jusqu’au 6ème étage, c'est-à-dire aujourd’hui ; info-gérant Neuronnexion",
    ],
)
def test_folded_text_is_analysed_like_the_text(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert analyse(fold(text)) == analyse(text)


@pytest.mark.parametrize("character", ["№", "™", "℡", "𝐀", "ᴬ"])
def test_folding_twice_is_folding_once(character: str) -> None:
    assert fold(fold(character)) == fold(character)


def test_any_text_at_all_is_analysed_without_an_error() -> None:
    source = random.Random(42)
    french = "aàâéèêëîïôùûüçœæ'’-  \u00a0\u202f.,;:!?«»0123456789ABCDEFÉ\n\t\x00\u200b\ufeff\ud800\udfff"
    for _ in range(3_000):
        length = source.randint(0, 40)
        wild = [chr(source.randrange(sys.maxunicode + 1)) for _ in range(length)]
        text = "".join(source.choice((a, b)) for a, b in zip(wild, source.choices(french, k=length), strict=True))
        tokens = analyse(text)
        assert all(token and not any(c.isspace() or c in "\"'*" for c in token) for token in tokens), ascii(text)
        assert tokens == analyse(text)
        assert all(word.surface and word.stem for word in words(text)), ascii(text)
        assert not any(unicodedata.combining(c) for c in fold(text))


def test_a_very_long_word_is_no_trouble() -> None:
    assert len(analyse("a" * 100_000)) == 1
    assert len(analyse("1" * 100_000)) == 1


def test_elisions_without_end_are_no_trouble() -> None:
    assert analyse("l'" * 5_000 + "école") == ["ecol"]


def test_threads_give_the_same_stems() -> None:
    surfaces = [
        f"{root}{ending}"
        for root in ("raccord", "commun", "deploi", "numer")
        for ending in ("er", "ement", "ique", "ees")
    ]
    alone = [stem.__wrapped__(surface) for surface in surfaces]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(stem.__wrapped__, surfaces * 200))
    assert together == alone * 200

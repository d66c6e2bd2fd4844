"""`corpus/sources.toml`, as staff write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.crawl.canonical import canonical_key
from assistant.crawl.links import rule_of_address
from assistant.crawl.sources import Role, Sites, load_sites
from assistant.models import Access, SettingsError
from assistant.settings import ROOT
from tests.local_site import running, sources, sources_toml

RIGHT = """
contact = "a@example.org"
[[site]]
name = "Essai"
start = ["https://essai.fr/"]
hosts = ["essai.fr"]
[[site.follow]]
url = "x"
role = "document"
"""
HOME = "https://www.sommenumerique.fr"
TAKEN = {
    f"{HOME}/actualites/detail?tx_ttnews%5Btt_news%5D=194&cHash=d6e7": (Role.DOCUMENT, "actualité"),
    f"{HOME}/actualites/detail?tx_ttnews[tt_news]=223": (Role.DOCUMENT, "actualité"),
    f"{HOME}/fileadmin/user_upload/Pr%C3%A9sentation.PDF": (Role.DOCUMENT, "document joint"),
    f"{HOME}/uploads/media/note.odt?1480": (Role.DOCUMENT, "document joint"),
    f"{HOME}/actualites": (Role.LIST, "page"),
    f"{HOME}/actualites?tx_ttnews%5Bpointer%5D=3&cHash=ab": (Role.LIST, "page"),
}
LEFT = [
    f"{HOME}/fileadmin/templates/style.css",
    f"{HOME}/typo3/index.php",
    f"{HOME}/actualites-archives",
    "https://ailleurs.fr/note.pdf",
]
MISTAKES = {
    "no contact": ('contact = "a@example.org"\n', "", "contact : ce champ est obligatoire"),
    "a contact that no header can hold": ('"a@example.org"', '"écrire à Amiens"', "contact"),
    "an unknown field": ('name = "Essai"', 'name = "Essai"\nvitesse = 2', "site 1, vitesse : ce champ n'existe pas"),
    "no rule": ('[[site.follow]]\nurl = "x"\nrole = "document"\n', "", "site 1, follow"),
    "a wrong role": ('role = "document"', 'role = "livre"', "site 1, follow 1, role"),
    "the role of sitemaps": ('role = "document"', 'role = "sitemap"', "site 1, follow 1, role"),
    "a wrong access": ('role = "document"', 'role = "document"\naccess = "tous"', "site 1, follow 1, access"),
    "a wrong expression": ('url = "x"', 'url = "("', "site 1, follow 1, url"),
    "a wrong selector": ('url = "x"', 'css = "a["', "site 1, follow 1, css"),
    "a rule about nothing": ('url = "x"\n', "", "site 1, follow 1"),
    "a start elsewhere": ('start = ["https://essai.fr/"]', 'start = ["https://ailleurs.fr/"]', "site 1"),
    "a start that is a file": ('start = ["https://essai.fr/"]', 'start = ["file:///etc/passwd"]', "site 1"),
    "a host with a path": ('hosts = ["essai.fr"]', 'hosts = ["essai.fr/plan"]', "site 1, hosts"),
    "a host with a port": ('hosts = ["essai.fr"]', 'hosts = ["essai.fr:80"]', "site 1, hosts"),
    "a delay in words": ('name = "Essai"', 'name = "Essai"\ndelay_seconds = "lent"', "site 1, delay_seconds"),
    "no TOML": ("[[site]]", "[[site", "mal écrit"),
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_real_file_is_right() -> None:
    sites = load_sites(ROOT / "corpus" / "sources.toml")
    assert canonical_key(f"{HOME}/actualites/detail?tx_ttnews[tt_news]=194", sites.site[0]) == "tt_news=194"
    assert sites.contact in sites.user_agent


def test_the_tests_own_site_is_said_in_a_file_too(tmp_path: Path) -> None:
    with running() as site:
        assert load_sites(written(tmp_path, sources_toml(site))) == Sites.model_validate(sources(site))


@pytest.mark.parametrize(("url", "expected"), TAKEN.items())
def test_the_real_rules_take_what_they_say(url: str, expected: tuple[Role, str]) -> None:
    rule = rule_of_address(url, load_sites(ROOT / "corpus" / "sources.toml").site[0])
    assert rule is not None
    assert (rule.role, rule.kind) == expected
    assert rule.access is Access.PUBLIC


@pytest.mark.parametrize("url", LEFT)
def test_the_real_rules_leave_the_rest(url: str) -> None:
    site = load_sites(ROOT / "corpus" / "sources.toml").site[0]
    rule = rule_of_address(url, site)
    assert rule is None


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_said_with_its_field(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    load_sites(written(tmp_path, RIGHT))
    assert right in RIGHT
    with pytest.raises(SettingsError, match=r"sources\.toml") as caught:
        load_sites(written(tmp_path, RIGHT.replace(right, wrong)))
    assert said in str(caught.value)


def test_two_sites_need_two_prefixes(tmp_path: Path) -> None:
    second = RIGHT.replace('contact = "a@example.org"\n', "").replace("Essai", "Autre")
    with pytest.raises(SettingsError, match="prefix"):
        load_sites(written(tmp_path, RIGHT + second))
    load_sites(written(tmp_path, RIGHT + second.replace("[[site]]", '[[site]]\nprefix = "b:"')))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"rien\.toml"):
        load_sites(tmp_path / "rien.toml")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        pytest.param(
            'role = "document"', 'role = "liste"', "« liste » ; valeurs possibles : document, list.", id="role"
        ),
        pytest.param("[[site]]", "[[site", "à la ligne", id="toml"),
    ],
)
def test_a_mistake_is_said_in_french_with_what_is_possible(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in RIGHT
    with pytest.raises(SettingsError) as caught:
        load_sites(written(tmp_path, RIGHT.replace(right, wrong, 1)))
    assert said in str(caught.value)
    assert "Expected" not in str(caught.value)

"""Pages as the syndicate's TYPO3 serves them: a head, menus as lists in boxes, a breadcrumb, a column, a footer.

Functions that give HTML text; the two real pages are built from the corpus, their lost links given back.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.documents.front_matter import split_front_matter
from assistant.settings import ROOT

SITE = "https://www.sommenumerique.fr/"
SITE_TITLE = "Somme Numérique"
SEMINAR_URL = f"{SITE}actualites/detail?tx_ttnews%5Btt_news%5D=194&cHash=d6e797b738f08dc46c8120a17a42fb90"
COMMUNIQUE_URL = f"{SITE}actualites/detail?tx_ttnews%5Btt_news%5D=223&cHash=b7ade6fa00276c0b5d1555d152f8db4e"
SEMINAR_TITLE = "AMENAGEMENT NUMERIQUE : OU EN SOMME NOUS ?"
COMMUNIQUE_TITLE = "CORONAVIRUS : COMMUNIQUE DE PHILIPPE VARLET"
FILES = "fileadmin/user_upload/seminaire_2016/"

# The links of the seminar's page, in its order: what follows « Voir » or « Lire » … , and the file that « ici » opens.
SEMINAR_FILES = (
    ("Lire l'intervention de Philippe VARLET", f"{FILES}intervention_varlet.docx"),
    ("Voir la présentation de Jerôme DEPRES", f"{FILES}presentation_depres.pptx"),
    ("Voir la de présentation Mathieu PERRAIN", f"{FILES}presentation_perrain.pdf"),
    ("Voir la présentation d’Olivier DELESALLE", f"{FILES}presentation_delesalle.pdf"),
    ("Voir la présentation Jean Michel SOULIER", f"{FILES}presentation_soulier.pdf"),
    ("Voir la présentation de Vincent BALDACCHINO et Alix ONFRAY", f"{FILES}presentation_idate.pptx"),
    ("Voir la présentation de Frédéric LERMIGEAUX", f"{FILES}presentation_cisop.pdf"),
    ("Voir la présentation Lenny CARTIER", f"{FILES}presentation_cartier_factures.pptx"),
    ("Voir la présentation Lenny CARTIER", f"{FILES}presentation_cartier_datacenter.pptx"),
    ("Vous retrouverez la présentation intégrale de Laurent DEPOMMIER COTTON", f"{FILES}presentation_cdc.pdf"),
)
COMMUNIQUE_FILES = (
    ("la note ci-jointe", "fileadmin/user_upload/covid/bilan_ent_mars_2020.pdf"),
    ("la note d’informations ci-jointe", "fileadmin/user_upload/covid/note_equipements.docx"),
)

MENU = {
    "Le syndicat": ("Présentation", "Les élus", "L'équipe", "Les membres", "Statuts", "Marchés publics"),
    "Très haut débit": ("Le SDTAN", "La fibre dans ma commune", "Montée en débit", "Carte de couverture", "FAQ"),
    "Services numériques": ("Espaces Numériques de Travail", "Administration numérique", "Archivage", "SMS", "Achats"),
    "Actualités": ("Communiqués", "Séminaires", "Lettres d'information", "Agenda"),
    "Contact": ("Nous écrire", "Plan d'accès", "Espace membres"),
}
TOP = """<div id="logo"><a href="/"><img src="/fileadmin/logo.png" alt="Logo Somme Numérique"></a></div>
<p class="baseline">Réseau public pour les communications numériques</p>
<div class="coordonnees"><p class="bodytext"><b>Somme numérique</b></p>
<p class="bodytext">43 avenue d'Italie<br />80090 Amiens</p>
<p class="bodytext">Tél. : 03 22 22 27 27<br />Fax : 03 22 22 03 57</p>
<p class="bodytext"><a href="fileadmin/plan_acces.pdf">Télécharger<br />le plan d'accès</a></p></div>"""
SIDEBAR = """<div id="colonne"><div class="csc-default"><h3>Lettre d'information</h3>
<p class="bodytext">Inscrivez-vous à notre lettre mensuelle.</p></div>
<div class="csc-default"><h3>Accès directs</h3><ul><li><a href="/ent">Connexion à l'ENT</a></li>
<li><a href="/eligibilite">Testez votre éligibilité</a></li></ul></div></div>"""
FOOTER = """<div id="footer"><ul class="menu-bas"><li><a href="/mentions">Mentions légales</a></li>
<li><a href="/plan">Plan du site</a></li></ul><p class="copyright">Somme numérique {year}</p></div>"""


@dataclass(frozen=True)
class Item:
    """A line of a list of news: its address, title and the date shown beside it, or ""."""

    url: str
    title: str
    shown_date: str = ""


def page(
    content: str,
    title: str = "",
    *,
    head: str = "",
    menu: Mapping[str, Sequence[str]] | None = None,
    breadcrumb: Sequence[str] = ("Accueil", "Actualités"),
    year: int = 2024,
) -> str:
    """A whole page: `content` is HTML, between the site's frame; `head` is more HTML for its head."""
    name = f"{html.escape(title)} - {SITE_TITLE}" if title else SITE_TITLE
    trail = " &gt; ".join(f'<a href="/{slug(step)}">{html.escape(step, quote=False)}</a>' for step in breadcrumb)
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><base href="{SITE}"><title>{name}</title>
<meta name="generator" content="TYPO3 4.5 CMS"><link rel="stylesheet" href="typo3temp/style.css">{head}
<script>var _paq = _paq || [];</script></head>
<body><div id="page"><div id="header">{TOP}</div>
<div id="menu">{_menu(MENU if menu is None else menu)}</div>
<div id="fil">Vous êtes ici : {trail}</div>
<!--TYPO3SEARCH_begin--><div id="contenu">{content}</div><!--TYPO3SEARCH_end-->
{SIDEBAR}
{FOOTER.format(year=year)}</div></body></html>
"""


def slug(name: str) -> str:
    """The address part of a menu's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def news(title: str, body: str, *, date: str = "") -> str:
    """The content of a news page: tt_news's single view; `date` is shown as written, if given."""
    shown = f'<span class="news-single-timedate">{date}</span>' if date else ""
    return (
        f'<div class="csc-default"><div class="news-single-item">{shown}<h1>{html.escape(title)}</h1>{body}'
        '<div class="news-single-backlink"><a href="/actualites">Retour à la liste</a></div></div></div>'
    )


def news_list(items: Sequence[Item], *, pages: Sequence[str] = ()) -> str:
    """The content of a page that lists news; `pages` are the addresses of its numbered pages."""
    rows = "".join(
        f'<div class="news-list-item"><span class="news-list-date">{item.shown_date}</span>'
        f'<h2><a href="{html.escape(item.url)}">{html.escape(item.title)}</a></h2>'
        f'<p class="bodytext"><a href="{html.escape(item.url)}">Lire la suite</a></p></div>'
        for item in items
    )
    numbers = "".join(f'<li><a href="{html.escape(url)}">{n}</a></li>' for n, url in enumerate(pages, 1))
    browse = f'<div class="browseLinksWrap"><ul>{numbers}</ul></div>' if pages else ""
    return f'<div class="csc-default"><h1>Actualités</h1>{rows}{browse}</div>'


def seminar_page(*, files: Sequence[str] | None = None, title: str = SEMINAR_TITLE) -> str:
    """The page of the seminar of 18 November 2016; `files` are the ten addresses of its « ici »."""
    body = _body("2016-11-18_seminaire-amenagement-numerique.txt")
    heading, rest = body.split("\n\n", 1)
    text = _paragraphs(rest)
    position = 0
    for (words, _), url in zip(SEMINAR_FILES, files or [url for _, url in SEMINAR_FILES], strict=True):
        found = text.index(f"{html.escape(words, quote=False)} ici", position)
        end = found + len(html.escape(words, quote=False)) + 1
        link = f'<a href="{html.escape(url)}" target="_blank">ici</a>'
        text = text[:end] + link + text[end + 3 :]
        position = end + len(link)
    return page(news(title, f"<h2>{html.escape(heading, quote=False)}</h2>{text}"), title)


def communique_page(*, files: Sequence[str] | None = None, title: str = COMMUNIQUE_TITLE) -> str:
    """The page of the communiqué of spring 2020; `files` are the two addresses of its attached notes."""
    text = _paragraphs(_body("2020-04_communique-coronavirus.txt"))
    for (words, _), url in zip(COMMUNIQUE_FILES, files or [url for _, url in COMMUNIQUE_FILES], strict=True):
        text = text.replace(words, f'<a href="{html.escape(url)}">{words}</a>', 1)
    lone = "https://solidarite-numerique.fr/"
    return page(news(title, text.replace(lone, f'<a href="{lone}">{lone}</a>', 1)), title)


@cache
def _body(name: str) -> str:
    """The document of a file of the corpus, without its head, its frame and its title."""
    text = (ROOT / "corpus" / "public" / name).read_text("utf-8")
    head, body = split_front_matter(text, name)
    return body.partition(f"{head.title}\n")[2].rpartition("Somme numérique 2024")[0].strip()


def _paragraphs(text: str) -> str:
    """TYPO3's `bodytext` paragraphs, and lists where the text has bullets at the beginning of a line."""
    shown = []
    for block in re.split(r"\n\s*\n|\n(?=\s*•)", text):
        line = html.escape(block.strip(), quote=False).replace("\n", "<br />")
        bullet = re.match(r"[•⇒]\s*", line)
        shown.append(f"<li>{line[bullet.end() :]}</li>" if bullet else f'<p class="bodytext">{line}</p>')
    joined = "\n".join(shown)
    return re.sub(r"(?:<li>.*?</li>\n?)+", lambda run: f"<ul>{run.group()}</ul>", joined, flags=re.S)


def _menu(menu: Mapping[str, Sequence[str]]) -> str:
    def entry(name: str, below: Sequence[str] = ()) -> str:
        inner = f"<ul>{''.join(entry(child) for child in below)}</ul>" if below else ""
        return f'<li><a href="/{slug(name)}">{html.escape(name, quote=False)}</a>{inner}</li>'

    return f"<ul>{''.join(entry(name, below) for name, below in menu.items())}</ul>"

"""Where the files of open data are: stable addresses, or an interface that says which file is the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from assistant.fibre.loading.load import Given
from assistant.fibre.quarters import day_in, quarter_in
from assistant.ingestion.download import Downloaded, Downloader
from assistant.models import FibreFileRefused
from assistant.wording import sentence

MCI = "https://data.arcep.fr/fixe/maconnexioninternet"
# In this order: of a pair, what is counted first.
MCI_FILES = (
    f"{MCI}/statistiques/last/commune/commune.csv",
    f"{MCI}/statistiques/last/commune/commune_techno.csv",
    f"{MCI}/reference/last/operateur/operateur.csv",
    f"{MCI}/base_imb/last/departement/base_imb_80.csv.gz",
    f"{MCI}/eligibilite/last/departement/actuel_80.csv.gz",
)
COPPER_ABOUT = "https://data.economie.gouv.fr/api/explore/v2.1/catalog/datasets/fermeture-reseau-cuivre"
COPPER = f"{COPPER_ABOUT}/exports/csv"
BAN = "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/adresses-80.csv.gz"
OBSERVATOIRE = "https://www.data.gouv.fr/api/1/datasets/le-marche-du-haut-et-tres-haut-debit-fixe-deploiements/"
# What ends the titles of its newest resources: « 2026T2-Commune », « 2026t2-obs-hd-thd-deploiement-vf.xlsx ».
# The buildings (« -Immeuble ») are 4.5 GB for the whole country: whoever wants them gives their address.
WANTED_TITLES = ("-commune", "obs-hd-thd-deploiement")


class _Resource(BaseModel):
    title: str = ""
    url: str


class _Resources(BaseModel):
    resources: list[_Resource]


class _Default(BaseModel):
    modified: str = ""
    data_processed: str = ""


class _Metas(BaseModel):
    default: _Default


class _About(BaseModel):
    metas: _Metas


@dataclass(frozen=True, slots=True)
class Addresses:
    """What to ask; tests put theirs."""

    mci: tuple[str, ...] = MCI_FILES
    copper: str = COPPER
    copper_about: str = COPPER_ABOUT
    ban: str = BAN
    observatoire: str = OBSERVATOIRE


def online(downloader: Downloader, addresses: Addresses) -> Iterator[Given | FibreFileRefused]:
    """Each file in turn, as it is downloaded; or why it is not there."""
    yield from _ma_connexion(downloader, addresses)
    for url in _newest(downloader, addresses):
        yield url if isinstance(url, FibreFileRefused) else from_url(downloader, url)
    yield _copper(downloader, addresses)
    yield _ban(downloader, addresses)


def from_url(
    downloader: Downloader, url: str, quarter: str | None = None, day: str | None = None
) -> Given | FibreFileRefused:
    """The file of an address. Its quarter may be in the address that answers, after redirects."""
    try:
        answer = downloader.download(url)
    except FibreFileRefused as refusal:
        return refusal
    return Given(answer.path, answer.name, answer.url, quarter, day)


def _ma_connexion(downloader: Downloader, addresses: Addresses) -> Iterator[Given | FibreFileRefused]:
    """Files of « last », published together: the quarter that one of them tells holds for the others."""
    quarter: str | None = None
    for url in addresses.mci:
        given = from_url(downloader, url, quarter)
        if isinstance(given, Given):
            quarter = quarter or quarter_in(given.url) or _quarter_inside(given.path)
        yield given


def _quarter_inside(path: Path) -> str | None:
    """The quarter of a small file by commune, whose rows end with their date."""
    from assistant.fibre.quarters import quarter_of

    with path.open("rb") as file:
        day = day_in(file.read(2000).decode("utf-8", "replace"))
    return quarter_of(day) if day else None


def _newest(downloader: Downloader, addresses: Addresses) -> Iterator[str | FibreFileRefused]:
    """The addresses of the newest file of each wanted title."""
    try:
        answer = downloader.download(addresses.observatoire)
        found = _Resources.model_validate_json(answer.path.read_bytes()).resources
    except FibreFileRefused as refusal:
        yield refusal
        return
    except ValidationError:
        yield FibreFileRefused(addresses.observatoire, sentence("fibre_data.refused.interface"))
        return
    for wanted in WANTED_TITLES:
        dated = [(quarter, each.url) for each in found if (quarter := _quarter_of_title(each.title, wanted))]
        if dated:
            yield max(dated)[1]
        else:
            yield FibreFileRefused(wanted, sentence("fibre_data.refused.title"))


def _quarter_of_title(title: str, wanted: str) -> str | None:
    plain = title.strip().lower().removesuffix(".zip")
    is_it = plain.endswith(wanted) if wanted.startswith("-") else wanted in plain and plain.endswith("xlsx")
    return quarter_in(plain) if is_it else None


def _copper(downloader: Downloader, addresses: Addresses) -> Given | FibreFileRefused:
    """The export does not say when it was changed; the catalogue does."""
    try:
        answer = downloader.download(addresses.copper_about)
        told = _About.model_validate_json(answer.path.read_bytes()).metas.default
    except FibreFileRefused as refusal:
        return refusal
    except ValidationError:
        return FibreFileRefused(addresses.copper_about, sentence("fibre_data.refused.interface"))
    return from_url(downloader, addresses.copper, day=day_in(told.data_processed[:10]) or day_in(told.modified[:10]))


def _ban(downloader: Downloader, addresses: Addresses) -> Given | FibreFileRefused:
    try:
        answer = downloader.download(addresses.ban)
    except FibreFileRefused as refusal:
        return refusal
    return Given(answer.path, answer.name, answer.url, day=_day_modified(answer))


def _day_modified(answer: Downloaded) -> str | None:
    try:
        return parsedate_to_datetime(answer.last_modified or "").date().isoformat()
    except ValueError:
        return None

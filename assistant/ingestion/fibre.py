"""`python ingest.py --fibre`: files or addresses of open data → the fibre data, told in one French sentence a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.crawl.sources import Site
from assistant.fibre.loading.load import BY_DAY, Given, Loaded, Outcome, load
from assistant.fibre.loading.settle import HALVES, PAIR
from assistant.fibre.quarters import is_day, quarter_in, quarter_of
from assistant.figures import Connectable, Coverage, Dataset, DatasetKind
from assistant.ingestion.download import OPEN_DATA, Downloader, open_fetcher
from assistant.ingestion.open_data import Addresses, from_url, online
from assistant.models import BuildFailed, FibreFileRefused, SettingsError
from assistant.wording import french_date, french_number, sentence

COUNTING_PREMISES = {DatasetKind.LAYER, *HALVES}


@dataclass(frozen=True, slots=True)
class FibreOptions:
    """What is asked. `quarter` and `day` are said of all the files that do not say it themselves."""

    files: tuple[str, ...] = ()
    online: bool = False
    quarter: str | None = None
    day: str | None = None
    force: bool = False
    dry_run: bool = False

    def checked(self) -> FibreOptions:
        """The same.

        Raises:
            SettingsError: there is nothing to load, or a quarter or a day is none.
        """
        if not self.files and not self.online:
            raise SettingsError(sentence("fibre_data.nothing_given"))
        if self.quarter and quarter_in(self.quarter) != self.quarter:
            raise SettingsError(sentence("fibre_data.bad_quarter", value=self.quarter))
        if self.day and not is_day(self.day):
            raise SettingsError(sentence("fibre_data.bad_date", value=self.day))
        return self


def load_fibre(
    data: Path, options: FibreOptions, addresses: Addresses | None = None, site: Site = OPEN_DATA
) -> Outcome:
    """Fetch what is asked for, from the hosts of `site`, and load it.

    Raises:
        SettingsError: it is asked for badly.
        BuildFailed: nothing could be written.
    """
    options = options.checked()
    with _downloader(data, site) as downloader:
        asked = list(_given(downloader, options, addresses or Addresses()))
        outcome = load(data, [each for each in asked if isinstance(each, Given)], options.force, options.dry_run)
    missed = tuple(each for each in asked if isinstance(each, FibreFileRefused))
    return Outcome(outcome.loaded, (*missed, *outcome.refused), outcome.version)


@contextmanager
def _downloader(data: Path, site: Site) -> Iterator[Downloader]:
    """Files lie beside the data while they are read: `/tmp` may be small, or in memory."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="download-", dir=data))
    except OSError as error:
        raise BuildFailed(sentence("errors.data_folder", folder=data)) from error
    try:
        with open_fetcher() as fetcher:
            yield Downloader(fetcher, folder, site)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _given(downloader: Downloader, options: FibreOptions, addresses: Addresses) -> Iterator[Given | FibreFileRefused]:
    for file in options.files:
        if "://" in file:
            yield from_url(downloader, file, options.quarter, options.day)
        else:
            path = Path(file)
            yield Given(path, path.name, "", options.quarter, options.day)
    if options.online:
        yield from online(downloader, addresses)


def told(outcome: Outcome) -> str:
    """A run, one sentence a file."""
    lines = [_loaded(each) for each in outcome.loaded]
    lines += [str(refusal) for refusal in outcome.refused]
    done = "published" if outcome.version else "trial" if outcome.loaded else "unchanged"
    return "\n".join((*lines, sentence(f"fibre_data.{done}", version=outcome.version)))


def _loaded(loaded: Loaded) -> str:
    what = sentence(f"fibre_data.kind.{loaded.kind}")
    key = "loaded" if loaded.day else "loaded_undated"
    line = sentence(
        f"fibre_data.{key}", file=loaded.name, what=what, when=when(loaded.kind, loaded.day),
        rows=french_number(loaded.rows), change=_change(loaded),
    )  # fmt: skip
    if not loaded.waiting:
        return line
    pair = PAIR if loaded.kind in PAIR else tuple(HALVES)
    other = next(kind for kind in pair if kind is not loaded.kind)
    return f"{line} {sentence('fibre_data.waiting', other=sentence(f'fibre_data.kind.{other}'))}"


def _change(loaded: Loaded) -> str:
    """From what was in place to what is: premises where a file counts some, else rows."""
    before, after = (None if number is None else french_number(number) for number in (loaded.before, loaded.after))
    if loaded.kind in COUNTING_PREMISES:
        return sentence(f"fibre_data.{'changed' if before else 'first'}", before=before, after=after)
    return sentence("fibre_data.lines", before=before) if before else ""


def when(kind: DatasetKind, day: str | None) -> str:
    """ "2026-T2", or the day of a file that has one, in French."""
    if not day:
        return ""
    return french_date(day) if kind in BY_DAY else quarter_of(day)


def dataset_line(dataset: Dataset) -> str:
    """A file that was loaded, for `python -m assistant status`."""
    line = sentence(
        "fibre_data.status" if dataset.day else "fibre_data.status_undated",
        what=sentence(f"fibre_data.kind.{dataset.kind}"), when=when(dataset.kind, dataset.day),
        rows=french_number(dataset.rows), loaded=french_date(dataset.imported_at[:10]),
    )  # fmt: skip
    return line + sentence("fibre_data.status_waiting") if dataset.waiting else line


def figures_line(department: Coverage[Connectable], communes: int) -> str:
    """Whose figures by commune are answered with."""
    publication = department.publication
    told = {"source": publication.source, "quarter": publication.quarter, "communes": communes}
    return sentence("fibre_data.status_figures", **told)

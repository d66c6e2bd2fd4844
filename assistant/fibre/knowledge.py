"""All that is known of fibre, opened once: the figures, the names of places, and the way to the geocoder."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.fibre.gazetteer.places import Gazetteer
from assistant.fibre.geocoder import Geocoder
from assistant.fibre.store import FibreStore, open_fibre
from assistant.settings import Settings
from assistant.versions import current_version, fibre_versions


@dataclass(frozen=True, slots=True)
class Fibre:
    """The figures, and the places that a question may name. Safe to share between threads.

    `geocoder` is None where nobody may be asked. `version` is the one that was published when it was opened, "" for
    what comes with the program: should it be damaged, the shipped figures stand in for it until there is another one.
    """

    version: str
    store: FibreStore
    gazetteer: Gazetteer
    geocoder: Geocoder | None

    def close(self) -> None:
        """Give the figures back, and end what is asked of the geocoder."""
        self.store.close()
        if self.geocoder:
            self.geocoder.close()


def know_fibre(settings: Settings) -> Fibre:
    """Open the figures and learn the names of their communes."""
    published = current_version(fibre_versions(settings.data))
    store = open_fibre(settings.data)
    counted = ((commune.code, store.coverage(commune.code)) for commune in store.communes)
    gazetteer = Gazetteer(store.communes, {code: figure.premises for code, figure in counted if figure})
    geocoder = Geocoder(settings.geocoder, proxy=settings.geocoder_proxy) if settings.geocoder else None
    return Fibre(published.name if published else "", store, gazetteer, geocoder)

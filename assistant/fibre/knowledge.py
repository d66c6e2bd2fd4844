"""All that is known of fibre, opened once: the figures, the names of places, and the way to the geocoder."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.fibre.geocoder import Geocoder
from assistant.fibre.places import Gazetteer
from assistant.fibre.store import FibreStore, open_fibre
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Fibre:
    """The figures, and the places that a question may name. Safe to share between threads.

    `geocoder` is None where nobody may be asked.
    """

    store: FibreStore
    gazetteer: Gazetteer
    geocoder: Geocoder | None


def know_fibre(settings: Settings) -> Fibre:
    """Open the figures and learn the names of their communes."""
    store = open_fibre()
    counted = ((commune.code, store.coverage(commune.code)) for commune in store.communes)
    gazetteer = Gazetteer(store.communes, {code: figure.premises for code, figure in counted if figure})
    geocoder = Geocoder(settings.geocoder, proxy=settings.geocoder_proxy) if settings.geocoder else None
    return Fibre(store, gazetteer, geocoder)

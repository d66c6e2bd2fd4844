"""All that is known of fibre, opened once: the figures, and the names of places."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.fibre.places import Gazetteer
from assistant.fibre.store import FibreStore, open_fibre


@dataclass(frozen=True, slots=True)
class Fibre:
    """The figures, and the places that a question may name. Safe to share between threads."""

    store: FibreStore
    gazetteer: Gazetteer


def know_fibre() -> Fibre:
    """Open the figures and learn the names of their communes."""
    store = open_fibre()
    return Fibre(store, Gazetteer(store.communes))

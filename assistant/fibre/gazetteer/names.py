"""Every way to write the name of a place of the Somme, run together: « cretoy », « lecrotoy » → Le Crotoy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.fibre.gazetteer.former import former_communes
from assistant.fibre.gazetteer.ordinary import Rarity, rarity
from assistant.fibre.gazetteer.words import words
from assistant.figures import Commune

ARTICLES = frozenset(("le", "la", "l", "les"))
JOINING = frozenset(("en", "sur", "sous", "le", "la", "l", "les", "de", "du", "des", "d", "au", "aux", "a", "et"))
MOST = 8  # communes to ask among
SHORTEST_HALF = 6  # letters
SHORTEST_PART = 3  # letters of the first words that stand for a name: « Bus »


@dataclass(frozen=True, slots=True)
class Name:
    """What a key stands for. `former`: the name of a commune that is no more; `whole`: not only the first words."""

    communes: tuple[Commune, ...]
    rarity: Rarity
    whole: bool
    former: str = ""

    @property
    def one_word(self) -> bool:
        """Whether it is a whole name of a single word: « Lachapelle »."""
        return self.whole and len(self._words) == 1

    def lacks_article(self, key: str) -> bool:
        """Whether the key leaves out the article of a whole name: « titre »."""
        return self._words[0] in ARTICLES and key == "".join(self._words[1:])

    def may_follow(self, article: str) -> bool:
        """Whether the name may stand after a determiner ("" when there is none): only after its own article."""
        return not article or article == self._words[0] or (self._words[0] == "le" and article in ("au", "du"))

    @property
    def _words(self) -> tuple[str, ...]:
        return tuple(word.text for word in words(self.former or self.communes[0].name))


class NameTable:
    """Keys → names. A whole name comes before a former one, and that one before the first words of another."""

    def __init__(self, communes: Sequence[Commune], sizes: Mapping[str, int]) -> None:
        self._sizes = sizes
        self.names: dict[str, Name] = {}
        by_code = {commune.code: commune for commune in communes}
        wholes = [((commune,), commune.name, "") for commune in communes]
        formers = [((by_code[code],), name, name) for name, code in former_communes() if code in by_code]
        for several, name, former in (*wholes, *formers):
            lone = len(_parts(name)) == 1
            self._add(name, Name(several, rarity(_parts(name)) if lone else Rarity.PLAIN, True, former))
        self._add_shortened(communes)
        for several, name, former in formers:
            first = _parts(name)[0]  # « Yaucourt » for Yaucourt-Bussus
            if len(first) >= SHORTEST_HALF:
                self.names.setdefault(first, Name(several, rarity((first,)), False, former))
        self.second_halves = frozenset(self._add_second_halves(communes))
        every = [_parts(name) for _, name, _ in (*wholes, *formers)]
        self.parts = frozenset(part for parts in every for part in parts if part not in JOINING)

    def largest(self, communes: Sequence[Commune]) -> tuple[Commune, ...]:
        """At most eight of them, the largest first."""
        return tuple(sorted(communes, key=lambda commune: -self._sizes.get(commune.code, 0))[:MOST])

    def _add(self, name: str, meant: Name) -> None:
        every = tuple(word.text for word in words(name))
        self.names.setdefault("".join(every), meant)
        self.names.setdefault("".join(_parts(name)), meant)

    def _add_shortened(self, communes: Sequence[Commune]) -> None:
        """First words, and names without their small words: those of several communes stand for all of them."""
        shortened: dict[str, dict[Commune, tuple[str, ...]]] = defaultdict(dict)
        for commune in communes:
            parts = _parts(commune.name)
            forms = [parts[:n] for n in range(1, len(parts)) if parts[n - 1] not in JOINING]
            for form in (*forms, tuple(part for part in parts if part not in JOINING)):
                shortened["".join(form)][commune] = form
        for key, meant in shortened.items():
            if len(key) >= SHORTEST_PART:
                self.names.setdefault(key, Name(tuple(meant), rarity(next(iter(meant.values()))), False))

    def _add_second_halves(self, communes: Sequence[Commune]) -> Iterator[str]:
        """« Escarbotin » for Friville-Escarbotin: the last word of a name of two, where no other name has it."""
        users = Counter(part for commune in communes for part in set(_parts(commune.name)))
        for commune in communes:
            first, last = (*_parts(commune.name), "")[:2]
            pair = len(_parts(commune.name)) == 2 and not first.startswith("saint") and last not in self.names
            if pair and len(last) >= SHORTEST_HALF and users[last] == 1 and rarity((last,)) is Rarity.PLAIN:
                self.names[last] = Name((commune,), Rarity.DOUBTFUL, False)
                yield last


def _parts(name: str) -> tuple[str, ...]:
    """The words of a name without its leading article."""
    every = tuple(word.text for word in words(name))
    return every[1:] if len(every) > 1 and every[0] in ARTICLES else every

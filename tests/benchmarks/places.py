"""How well places are recognised: the 771 names as people write them, and questions that name none.

`python -m tests.benchmarks.places [SEED [WRONG]]` prints the share of names read right by kind of noise, how many
questions without a commune were given one, how long a recognition takes, and WRONG of the questions read wrong. A
reading is right when it gives the commune that the question was made from, or asks among communes with that one among
them. Rules were tuned on seed 1.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.fibre.gazetteer.places import Gazetteer, PlaceKind, PlaceNamed
from assistant.fibre.store import FibreStore, open_fibre
from assistant.figures import Commune
from tests.benchmarks.noise import noisy, without_accents

WITHOUT_PLACE = Path(__file__).parents[1] / "fibre" / "questions_without_place.txt"
HERE = (PlaceKind.COMMUNE, PlaceKind.FORMER, PlaceKind.SEVERAL)
# {} is the name; « à » and « de » before it are contracted as French does.
PATTERNS = (
    "est-ce que la fibre est disponible à {} ?",
    "la fibre a {} c'est pour quand",
    "{} c est tout fibré ou pas ?",
    "Bonjour, j'habite à {} et je n'ai toujours pas la fibre, est-ce normal ?",
    "cc c kan la fibre a {} svp",
    "vous coupez quand l'adsl à {}",
    "Quand le cuivre s'arrête-t-il à {} ?",
    "fibre {}",
    "{} fibre",
    "y a t il la fibre sur {} ?",
    "Je viens d'acheter une maison à {}, puis-je avoir la fibre ?",
    "on est combien a pas avoir la fibre a {}",
    "la commune de {} est-elle raccordée ?",
    "panne internet à {} depuis hier soir",
    "jhabite {} et mon voisin a la fibre mais pas moi",
    "pourquoi {} n'est pas encore fibré ?",
    "et à {} ?",
    "quel est le taux de couverture fibre de {}",
    "Mes parents vivent à {}. Auront-ils bientôt la fibre ?",
    "le déploiement de la fibre à {} est fini ?",
    "jai une ferme pres de {} jai droit a la fibre ?",
    "Combien de locaux sont raccordables à {} ?",
    "ya la fibre a {} ??",
    "je déménage à {} le mois prochain, fibre ou adsl ?",
    "avancement fibre optique {} svp",
    "Habitant de {}, je voudrais savoir si je suis éligible à la fibre.",
    "mairie de {} : où en est la fibre ?",
    "slt c mort la fibre a {} ou bien ?",
    "fermeture adsl {} date",
    "entreprise située à {}, quelle offre fibre ?",
)
_KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_SMS = (("qu", "k"), ("ph", "f"), ("eau", "o"), ("au", "o"), ("ck", "k"), ("ss", "s"), ("ll", "l"), ("tt", "t"))

Noise = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made from a commune."""

    commune: Commune
    noise: str
    text: str


def slipped(name: str, chance: random.Random) -> str:
    """One slip of the finger in a name of five letters or more, two from twelve on."""
    letters = sum(c.isalpha() for c in name)
    for _ in range(0 if letters < 5 else 1 if letters < 12 else 2):
        name = _slip(name, chance)
    return name


def _slip(name: str, chance: random.Random) -> str:
    place = chance.choice([n for n, letter in enumerate(name) if letter.isalpha()])
    letter, after = name[place], name[place + 1 : place + 2]
    changed = chance.choice([_beside(letter, chance) + after, after, letter + letter + after, after + letter])
    return name[:place] + changed + name[place + 1 + len(after) :]


def _beside(letter: str, chance: random.Random) -> str:
    plain = without_accents(letter).lower()
    row = next((row for row in _KEYBOARD if plain in row), None)
    if row is None:
        return letter
    place = row.index(plain)
    return chance.choice(row[max(0, place - 1) : place] + row[place + 1 : place + 2])


def short_message(name: str, chance: random.Random) -> str:
    """As it sounds: « kentin », « s » for « sur »."""
    name = without_accents(name.replace("œ", "oe").replace("Œ", "Oe")).lower().replace("-", " ")
    name = re.sub(r"\bsainte?\b", lambda m: "ste" if m.group().endswith("e") else "st", name)
    for written, heard in chance.sample(_SMS, 4):
        name = name.replace(written, heard)
    return name


def abbreviated(name: str, _: random.Random) -> str:
    """St, Ste, s/, /s."""
    name = re.sub(r"\bSaint(e?)-", r"St\1 ", name)
    return name.replace("-sur-", " s/").replace("-lès-", " lez ").replace("-sous-", " ss ")


def without_article(name: str, _: random.Random) -> str:
    return re.sub(r"^(Le |La |Les |L')", "", name)


def worn(name: str, chance: random.Random) -> str:
    """What a hurried thumb makes: small letters, no accents nor hyphens, a slip."""
    return slipped(without_accents(name).lower().replace("-", " "), chance)


NOISES: dict[str, Noise] = {
    "as it is": lambda name, _: name,
    "small letters": lambda name, _: name.lower(),
    "capitals": lambda name, _: name.upper(),
    "accents dropped": lambda name, _: without_accents(name.replace("œ", "oe").replace("Œ", "Oe")),
    "hyphens dropped": lambda name, _: name.replace("-", " "),
    "joined words": lambda name, _: without_accents(re.sub(r"[-' ]", "", name)).lower(),
    "apostrophes lost": lambda name, _: name.replace("'", "").lower(),
    "apostrophes spaced": lambda name, _: name.replace("'", " ").lower(),
    "article left out": without_article,
    "St, s/": abbreviated,
    "SMS": short_message,
    "slips": slipped,
    "worn": worn,
}


def asked(communes: tuple[Commune, ...], seed: int, noises: tuple[str, ...] = tuple(NOISES)) -> Iterator[Asked]:
    """Every commune under every noise, each in a pattern drawn by chance."""
    chance = random.Random(seed)
    for commune in communes:
        for noise in noises:
            name = NOISES[noise](commune.name, chance)
            yield Asked(commune, noise, contracted(chance.choice(PATTERNS).format(name)))


def contracted(text: str) -> str:
    """« à Le Crotoy » → « au Crotoy », « de Amiens » → « d'Amiens »."""
    text = re.sub(r"\b[àa] le (?=\w)", "au ", text, flags=re.IGNORECASE)
    text = re.sub(r"\bde le (?=\w)", "du ", text, flags=re.IGNORECASE)
    return re.sub(r"\bde (?=[AEIOUÉÈaeioué])", "d'", text)


def right(found: tuple[PlaceNamed, ...], commune: Commune) -> bool:
    """Whether one place was read, and it is the commune or asks for it."""
    here = [place for place in found if place.kind in HERE]
    return len(here) == 1 and commune in here[0].communes


def gazetteer(store: FibreStore) -> Gazetteer:
    sizes = {c.code: coverage.premises for c in store.communes if (coverage := store.coverage(c.code))}
    return Gazetteer(store.communes, sizes)


def without_place() -> list[str]:
    return WITHOUT_PLACE.read_text(encoding="utf-8").splitlines()


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. `milliseconds` in order; `wrong` holds a line for each question read wrong."""

    good: Counter[str]
    total: Counter[str]
    asked_back: int
    another: int
    milliseconds: list[float]
    wrong: list[str]


def measure(read: Gazetteer, questions: list[Asked], alone: bool) -> Figures:
    """Every question read once."""
    figures = Figures(Counter(), Counter(), 0, 0, [], [])
    asked_back = another = 0
    for question in questions:
        start = time.perf_counter()
        found = read.places(question.text, alone)
        figures.milliseconds.append(1000 * (time.perf_counter() - start))
        good = right(found, question.commune)
        figures.total[question.noise] += 1
        figures.good[question.noise] += good
        asked_back += good and any(place.kind is PlaceKind.SEVERAL for place in found)
        another += not good and any(place.kind in HERE for place in found)
        if not good:
            told = ", ".join(f"{place.kind.value} {place.name}" for place in found)
            figures.wrong.append(f"{question.noise} | {question.commune.name} | {question.text} | {told}")
    figures.milliseconds.sort()
    return replace(figures, asked_back=asked_back, another=another)


def tell(figures: Figures) -> None:
    """Print the shares and the times."""
    every = figures.total.total()
    for noise in NOISES:
        print(f"  {noise:<20} {100 * figures.good[noise] / figures.total[noise]:6.2f} %")
    print(f"  {'all':<20} {100 * figures.good.total() / every:6.2f} % of {every}")
    print(f"  {'of them asked back':<20} {100 * figures.asked_back / every:6.2f} %")
    print(f"  {'another commune':<20} {100 * figures.another / every:6.2f} %")
    times = figures.milliseconds
    print(f"  ms a question: p50 {times[len(times) // 2]:.2f}, p95 {times[int(0.95 * len(times))]:.2f}")


def false_communes(read: Gazetteer, questions: list[str], alone: bool) -> list[str]:
    """The questions that name no commune and were given one."""
    every = [(text, read.places(text, alone)) for text in questions]
    return [
        f"{text} → {', '.join(place.name for place in found)}"
        for text, found in every
        if any(place.kind in HERE for place in found)
    ]


def main(seed: int, wrong: int) -> None:
    """Print the figures, and as many of the questions read wrong."""
    store = open_fibre()
    read = gazetteer(store)
    questions = list(asked(store.communes, seed))
    clean = without_place()
    for alone in (True, False):
        print(f"\na place is expected: {alone}")
        figures = measure(read, questions, alone)
        tell(figures)
        print("\n".join(figures.wrong[:wrong]))
        for kind, none in (("clean", clean), ("noisy", noisy(clean, seed))):
            false = false_communes(read, none, alone)
            print(f"  false communes, {kind}: {len(false)} of {len(none)} ({100 * len(false) / len(none):.2f} %)")
            print("".join(f"    {line}\n" for line in false), end="")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    main(*(numbers + [1, 0][len(numbers) :]))

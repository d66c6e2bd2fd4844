"""Who speaks, when the text says so: « Philippe VARLET … a introduit », « COMMUNIQUE DE PHILIPPE VARLET ».

The syndicate writes surnames in capitals; that, and a verb of speech after the name, is what the rule asks for. It
prefers silence to a guess.
"""

from __future__ import annotations

import re

_FIRST = r"[A-ZÀ-Þ][a-zà-ÿ]+(?:[- ][A-ZÀ-Þ][a-zà-ÿ]+){0,4}"
_LAST = r"[A-ZÀ-Þ]{2,}(?:[- ][A-ZÀ-Þ]{2,}){0,4}"
NAME = re.compile(rf"\b(?:(?:Monsieur|Madame|M\.|Mme)\s+(?:{_FIRST}\s+)?|{_FIRST}\s+){_LAST}\b")
SPEAKS = re.compile(
    r"\b(?:a|ont)\s+(?:\w+ment\s+|ensuite\s+|aussi\s+)?"
    r"(?:présenté|exposé|introduit|centré|évoqué|salué|animé|montré|rappelé|souligné|insisté|indiqué|précisé|conclu"
    r"|expliqué|déclaré|annoncé|détaillé|porté la voix)"
)
SPEAKS_IN_TITLE = re.compile(
    r"\b(?i:communiqu[ée]|discours|intervention|allocution|message|mot|pr[ée]sentation)\s+(?i:de\s+|d['’]\s*)"
    r"(?!(?i:presse|la|le|les|l['’])\b)(?P<name>[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+){1,3})\s*$"
)
PRONOUN = re.compile(r"\A(?:Il|Elle|Ils|Elles)\b")
NOT_FIRST_NAMES = frozenset(
    "Le La Les Un Une Des Du Au Aux Ce Cet Cette Ces Notre Nos Votre Vos Son Sa Ses Leur Leurs"
    " Somme Cabinet Société Région Syndicat Groupe Projet Programme Réseau".split()
)
# What stands with a capital before a name when a link begins with it: « Présentation Jérôme DEPRES ».
NOT_NAMES = NOT_FIRST_NAMES | frozenset(
    "Présentation Presentation Intervention Discours Diaporama Support Exposé Allocution Conférence Voir Lire"
    " Télécharger Consulter Retrouvez Écouter Avec Par Document Diapositives".split()
)


def speaker_of(sentence: str) -> str | None:
    """The person or persons whom the sentence shows speaking, as written, or None."""
    verb = SPEAKS.search(sentence)
    if verb is None:
        return None
    names = [m.group() for m in NAME.finditer(sentence, 0, verb.start()) if m.group().split()[0] not in NOT_FIRST_NAMES]
    if not names:
        return None
    return " et ".join(names) if verb.group().startswith("ont") else names[0]


def names_in(text: str) -> list[str]:
    """The persons named in a text, as written, surnames in capitals; each once, in order."""
    return list(dict.fromkeys(name for match in NAME.finditer(text) if (name := person_of(match.group()))))


def person_of(match: str) -> str | None:
    """The person whom a match of NAME names, without the words with a capital that stand before; None for a thing."""
    words = match.split()
    while words and words[0] in NOT_NAMES:
        words.pop(0)
    return " ".join(words) if len(words) > 1 else None


def speaker_of_title(title: str) -> str | None:
    """« CORONAVIRUS : COMMUNIQUE DE PHILIPPE VARLET » → "PHILIPPE VARLET"; None when the title names nobody."""
    match = SPEAKS_IN_TITLE.search(title)
    return match.group("name") if match else None


def continues_speaking(sentence: str) -> bool:
    """Does the sentence begin with a pronoun that stands for whoever spoke before?"""
    return bool(PRONOUN.match(sentence))

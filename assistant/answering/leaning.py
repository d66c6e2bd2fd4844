"""Does a question lean on the one before it: « **il** habite où », « qui **l'**a présenté », « **son** poste »?"""

from __future__ import annotations

import re

from assistant.answering.phrases import Phrases, Token, is_chosen, pattern
from assistant.answering.question import contact_fields_asked
from assistant.index.french import fold

INFINITIVE = re.compile(r"[^aeiou][eio]r$|(?:tt|nd|it|oi|ai)re$")


def is_contact_question(asked: Phrases) -> bool:
    """« votre adresse », « le fax ? »: the contact record answers by itself, unless it is somebody else's address."""
    if not contact_fields_asked(asked.question):
        return False
    if any(token.is_a("possessives", "neutral", "pronouns") for token in asked.tokens):
        return any(token.folded in ("vos", "votre") for token in asked.tokens)
    return len(asked.tokens) > 1


def leaning_word(asked: Phrases) -> Token | None:
    """The pronoun, possessive or « ce » of a question that stands for something said before it; None when none does.

    Of several, the one that may stand for a person: « c'est quoi **son** mail ».
    """
    nobody = [match.span() for match in pattern("impersonal").finditer(fold(asked.text))]
    leaning = [
        token
        for at, token in enumerate(asked.tokens)
        if not any(start <= token.start < end for start, end in nobody) and _leans(asked, at, token)
    ]
    return next((token for token in leaning if not token.is_a("neutral")), leaning[0] if leaning else None)


def _leans(asked: Phrases, at: int, token: Token) -> bool:
    after = asked.after(at)
    if token.is_a("demonstratives") and after and after.is_content:
        return not after.is_a("periods")
    before = [place for place in asked.nouns() if place < at]
    if any(not is_chosen(asked, place) for place in before):
        return False  # it stands for something in the question itself
    if token.is_a("object_pronouns") and _is_object_pronoun(asked, at):
        return True
    return not before and _leans_first(asked, at, token)


def _is_object_pronoun(asked: Phrases, at: int) -> bool:
    """« qui l'a présenté », « qui s'en occupe »: before its verb, and what it stands for does not come after."""
    ahead = asked.before(at)
    if ahead is None or not ahead.is_a("subjects", "clitics") or asked.text[ahead.end : asked.tokens[at].start] == "-":
        return False
    return at + 1 in asked.verbs() and not any(place > at for place in asked.direct_nouns())


def _leans_first(asked: Phrases, at: int, token: Token) -> bool:
    """Does a word that comes before any noun stand for something said earlier?"""
    after = asked.after(at)
    if token.is_a("possessives"):
        return after is not None and after.is_content and not _is_anybody(asked, at)
    if token.is_a("pronouns"):
        return not _is_echoed(asked, at)
    if token.is_a("neutral"):
        return not asked.direct_nouns() and not _is_named_after(asked, at)
    return token.is_a("pointing")


def _is_anybody(asked: Phrases, at: int) -> bool:
    """« peut-on vendre son logement », « comment obtenir sa carte », « qui abandonne ses … »: nobody in particular."""
    before = asked.before(at)
    has_infinitive = before is not None and INFINITIVE.search(before.folded) is not None
    return has_infinitive or any(
        token.folded in ("on", "qui") and place < at for place, token in enumerate(asked.tokens)
    )


def _is_echoed(asked: Phrases, at: int) -> bool:
    """« elle arrive quand, la fibre »: the subject comes after; « il a présenté le marché »: an object does."""
    return any(place > at and not _is_object(asked, place, at) for place in asked.direct_nouns())


def _is_object(asked: Phrases, noun: int, subject: int) -> bool:
    """Does the noun follow its verb at once: « il présente le marché », but not « elle est prête, la fibre »?"""
    verb = noun - 2
    if verb not in asked.verbs() or asked.tokens[verb].is_a("verbs"):
        return False
    return verb - subject == 1 or any(token.is_a("has") for token in asked.tokens[subject:verb])


def _is_named_after(asked: Phrases, at: int) -> bool:
    """« c'est qui Lenny Cartier »: what it is about is named, without a determiner."""
    names = (place for place in asked.nouns() if place > at and asked.tokens[place].is_name)
    return any(not asked.tokens[place - 1].is_a("prepositions") for place in names)

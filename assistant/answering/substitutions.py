"""« et les collèges ? », « et à Amiens ? »: the last question with that part of it replaced."""

from __future__ import annotations

import re
from functools import cache

from assistant.answering.phrases import Phrases, is_chosen, is_year, replaced, runs_of
from assistant.index.french import fold, stem
from assistant.wording import texts

PLACE_PREPOSITIONS = ("a", "sur", "vers")
MOST_PHRASE = 4  # content words of a phrase that replaces another one; a longer one stands by itself


def other_sibling(asked: Phrases, topic: Phrases) -> str | None:
    """« et les collèges ? » after a question on schools: one for the other."""
    if len(asked.content) != 1:
        return None
    named = asked.content[0]
    for group in _siblings():
        if stem(named.folded) not in group:
            continue
        same = [t for t in topic.content if stem(t.folded) in group]
        if same and all(stem(t.folded) != stem(named.folded) for t in same):
            return _elided(replaced(topic, same[-1].start, same[-1].end, named.text), named.text)
    return None


def other_counted(asked: Phrases, topic: Phrases) -> str | None:
    """« et de parents ? », « et combien d'élèves ? »: how many of something else."""
    named = asked.content[0]
    counts = _is_counted(asked, asked.tokens.index(named))
    says_of = asked.tokens[0].folded in ("de", "d") and not named.text[0].isupper()
    counted = [at for at in topic.nouns() if _is_counted(topic, at)]
    if len(asked.content) != 1 or not counted or not (counts or says_of):
        return None
    end = topic.tokens[_end_of_phrase(topic, counted[0], complements=False)].end
    return _elided(replaced(topic, topic.tokens[counted[0]].start, end, named.text), named.text)


def _is_counted(phrases: Phrases, at: int) -> bool:
    return is_chosen(phrases, at) and any(token.folded == "combien" for token in phrases.tokens[max(0, at - 2) : at])


def other_complement(asked: Phrases, topic: Phrases) -> str | None:
    """« et de Tutor ? » after « le président de Covage »: somebody else's."""
    if asked.tokens[0].folded not in ("de", "du", "des", "d"):
        return None
    starts = [at for at in range(1, len(topic.tokens)) if _is_complement(topic, at)]
    if not starts:
        return None
    first = next(at for at in range(starts[-1], len(topic.tokens)) if topic.tokens[at].is_content)
    end = topic.tokens[_end_of_phrase(topic, first)].end
    return replaced(topic, topic.tokens[starts[-1]].start, end, asked.text)


def _is_complement(topic: Phrases, at: int) -> bool:
    if topic.tokens[at].folded not in ("de", "du", "des", "d") or not topic.tokens[at - 1].is_content:
        return False
    after = topic.tokens[at + 1 : at + 3]
    return any(token.is_content for token in after) and not any(token.is_a("interrogatives") for token in after)


def other_place(asked: Phrases, topic: Phrases) -> str | None:
    """« et à Amiens ? »: the same question about another place, where one was named."""
    first = asked.content[0]
    before = asked.before(asked.tokens.index(first))
    if before is not None and before.folded not in PLACE_PREPOSITIONS:
        return None
    found = _place(topic) if before is not None or first.is_name else None
    return replaced(topic, found[0], found[1], asked.text[first.start :]) if found else None


def other_name(asked: Phrases, topic: Phrases) -> str | None:
    """« et Mathieu Perrain ? »: another person, where one was named."""
    if not all(token.is_name for token in asked.tokens):
        return None
    runs = runs_of(topic, lambda at: topic.tokens[at].is_name)
    named = [run for run in runs if run[1] - run[0] >= 2 and not _has_place_before(topic, run[0])]
    if not named:
        return None
    start, end = named[0]
    return replaced(topic, topic.tokens[start].start, topic.tokens[end - 1].end, asked.text)


def other_noun(asked: Phrases, topic: Phrases) -> str | None:
    """« et le data center ? »: what the last question asked of one thing, asked of another."""
    if not asked.tokens[0].is_a("determiners") or asked.tokens[0].folded in ("au", "aux", "du", "des"):
        return None
    direct = topic.direct_nouns()
    for at in direct:
        if topic.tokens[at - 1].folded == "des":
            continue
        end = _end_of_phrase(topic, at)
        return replaced(topic, topic.tokens[at - 1].start, topic.tokens[end].end, asked.text)
    return None


def is_one_phrase(asked: Phrases) -> bool:
    """« les écoles de la Somme »: not « la fibre à Amiens »."""
    contents = [at for at, token in enumerate(asked.tokens) if token.is_content]
    if not contents or len(contents) > MOST_PHRASE:
        return False
    between = asked.tokens[contents[0] : contents[-1] + 1]
    apart = re.search(r"[,;.!?]", asked.text[between[0].start : between[-1].end])
    return not apart and all(token.is_content or token.is_a("joiners") for token in between)


def _place(topic: Phrases) -> tuple[int, int] | None:
    """The characters of the place that a question names: a preposition, then a name without determiner."""
    tokens = topic.tokens
    for at, token in enumerate(tokens):
        if token.is_content and _has_place_before(topic, at) and not is_year(token):
            end = at
            while end + 1 < len(tokens) and _continues_place(topic, end + 1):
                end += 1
            while not tokens[end].is_content:
                end -= 1
            return token.start, tokens[end].end
    return None


def _has_place_before(topic: Phrases, at: int) -> bool:
    before = topic.before(at)
    if before is None or before.folded not in PLACE_PREPOSITIONS:
        return False
    is_accented = not before.is_bare_a and topic.tokens[at].folded not in ("partir", "jour")
    return is_accented or topic.tokens[at].is_name or topic.tokens[at].is_a("places")


def _continues_place(topic: Phrases, at: int) -> bool:
    token = topic.tokens[at]
    if is_year(token) or re.search(r"[,;:.!?]", topic.text[topic.tokens[at - 1].end : token.start]):
        return False
    return token.is_content or token.is_a("joiners")


def _end_of_phrase(topic: Phrases, at: int, complements: bool = True) -> int:
    """The place of the last word of the noun phrase of the noun at `at`, with its complements in « de » or not."""
    nouns = topic.nouns()
    end = place = at
    while place + 1 < len(topic.tokens) and (place + 1 in nouns or (complements and _links(topic, place + 1))):
        place += 1
        if place in nouns:
            end = place
    return end


def _links(topic: Phrases, at: int) -> bool:
    """« de », « du », « d' », and the article after them."""
    word, before = topic.tokens[at].folded, topic.tokens[at - 1].folded
    return word in ("de", "du", "des", "d") or (word in ("la", "l", "les") and before in ("de", "d"))


def _elided(text: str, named: str) -> str:
    """« de élèves » → « d'élèves », « d'parents » → « de parents », before the word that was put there."""
    at = text.find(named)
    before = text[:at]
    vowel = fold(named)[0] in "aeiouyh"
    mended = re.sub(r"\b([dD])(?:e |['\u2019])$", r"\1'" if vowel else r"\1e ", before)
    return mended + text[at:]


@cache
def _siblings() -> tuple[frozenset[str], ...]:
    groups = texts("question")["follow_up"]["siblings"]
    return tuple(frozenset(stem(word) for word in group.split()) for group in groups)

"""« et en 2020 ? », « et les collèges ? », « et à Amiens ? »: the last question with that part of it replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from assistant.answering.phrases import Phrases, Token, is_year
from assistant.index.french import fold, stem
from assistant.wording import texts

MOST_PHRASE = 4  # content words of a phrase that replaces another one; a longer one stands by itself


def other_time(asked: Phrases, topic: Phrases) -> str:
    """« et en 2020 ? », « et aujourd'hui ? »: the same question about another time.

    « en 2020 » after « en mars 2019 » changes the year alone, « en avril » after « en mars 2019 » the month alone.
    """
    years = [token.text for token in asked.tokens if is_year(token)]
    told = [token for token in topic.tokens if is_year(token)]
    is_part = any(token.is_a("parts", "months") for token in asked.tokens)
    if years and told and not is_part:
        return _with(topic, told[-1].start, told[-1].end, years[-1])
    text = topic.text
    for start, end in reversed(_time_runs(topic)):
        text = text[:start].rstrip() + text[end:]
    year = f" {told[-1].text}" if told and is_part and not years else ""
    bare_year = years and len(asked.tokens) == 1
    time = texts("question")["follow_up"]["in_year"].format(time=asked.text) if bare_year else asked.text
    return f"{text.strip()} {time}{year}"


def is_time(asked: Phrases) -> bool:
    """Is it a time and nothing else?"""
    said = [token for token in asked.tokens if not token.folded.isdigit() or is_year(token)]
    return any(is_time_word(token) for token in said) and all(
        is_time_word(token) or token.is_a("around_time", "ordinals") for token in said
    )


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
            return _elided(_with(topic, same[-1].start, same[-1].end, named.text), named.text)
    return None


def other_place(asked: Phrases, topic: Phrases) -> str | None:
    """« et à Amiens ? »: the same question about another place, where one was named."""
    first = asked.content[0]
    at = asked.tokens.index(first)
    before = asked.before(at)
    if before is not None and before.folded not in ("a", "sur", "vers"):
        return None
    if before is None and not first.is_name:
        return None
    found = _place(topic)
    return _with(topic, found[0], found[1], asked.text[first.start :]) if found else None


def other_name(asked: Phrases, topic: Phrases) -> str | None:
    """« et Mathieu Perrain ? »: another person, where one was named."""
    if not all(token.is_name for token in asked.tokens):
        return None
    runs = _runs(topic, lambda at: topic.tokens[at].is_name)
    named = [run for run in runs if run[1] - run[0] >= 2 and not _has_place_before(topic, run[0])]
    if not named:
        return None
    start, end = named[0]
    return _with(topic, topic.tokens[start].start, topic.tokens[end - 1].end, asked.text)


def other_noun(asked: Phrases, topic: Phrases) -> str | None:
    """« et le data center ? »: what the last question asked of one thing, asked of another."""
    if not asked.tokens[0].is_a("determiners") or asked.tokens[0].folded in ("au", "aux", "du", "des"):
        return None
    direct = topic.direct_nouns()
    for at in direct:
        if topic.tokens[at - 1].folded == "des":
            continue
        end = _end_of_phrase(topic, at)
        return _with(topic, topic.tokens[at - 1].start, topic.tokens[end].end, asked.text)
    return None


def is_one_phrase(asked: Phrases) -> bool:
    """« les écoles de la Somme »: not « la fibre à Amiens »."""
    contents = [at for at, token in enumerate(asked.tokens) if token.is_content]
    if not contents or len(contents) > MOST_PHRASE:
        return False
    between = asked.tokens[contents[0] : contents[-1] + 1]
    apart = re.search(r"[,;.!?]", asked.text[between[0].start : between[-1].end])
    return not apart and all(token.is_content or token.is_a("joiners") for token in between)


def is_time_word(token: Token) -> bool:
    """A year, a month, a day, « maintenant »…"""
    return is_year(token) or token.is_a("periods", "now")


def _time_runs(topic: Phrases) -> list[tuple[int, int]]:
    """The characters of the times of a question, with the small words before them."""
    tokens = topic.tokens

    def belongs(at: int) -> bool:
        token = tokens[at]
        day = token.folded.isdigit() and at + 1 < len(tokens) and tokens[at + 1].is_a("months")
        return is_time_word(token) or token.is_a("around_time") or day

    spans = []
    for start, end in _runs(topic, belongs):
        cores = [at for at in range(start, end) if is_time_word(tokens[at])]
        if cores:
            last = cores[-1]
            while last + 1 < end and tokens[last + 1].is_a("ordinals"):
                last += 1
            spans.append((tokens[start].start, tokens[last].end))
    return spans


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
    if before is None or before.folded not in ("a", "sur", "vers"):
        return False
    is_accented = not before.is_bare_a and topic.tokens[at].folded not in ("partir", "jour")
    return is_accented or topic.tokens[at].is_name


def _continues_place(topic: Phrases, at: int) -> bool:
    token = topic.tokens[at]
    if is_year(token) or re.search(r"[,;:.!?]", topic.text[topic.tokens[at - 1].end : token.start]):
        return False
    return token.is_content or token.is_a("joiners")


def _end_of_phrase(topic: Phrases, at: int) -> int:
    """The place of the last word of the noun phrase whose noun is at `at`, its complements in « de » included."""
    nouns = topic.nouns()
    end = at
    while end + 1 < len(topic.tokens) and (
        end + 1 in nouns or topic.tokens[end + 1].folded in ("de", "du", "des", "d", "la", "l", "les")
    ):
        token = topic.tokens[end + 1]
        if token.folded in ("la", "l", "les") and topic.tokens[end].folded not in ("de", "d"):
            break
        end += 1
    while end not in nouns:
        end -= 1
    return end


def _runs(topic: Phrases, belongs: Callable[[int], bool]) -> list[tuple[int, int]]:
    """The maximal runs of words that belong, as places [start, end)."""
    runs: list[tuple[int, int]] = []
    for at in range(len(topic.tokens)):
        if belongs(at):
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
    return runs


def _with(topic: Phrases, start: int, end: int, text: str) -> str:
    return topic.text[:start] + text + topic.text[end:]


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

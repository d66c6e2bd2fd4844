"""« et en 2020 ? », « et aujourd'hui ? »: the last question, asked of another time."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.phrases import Phrases, Token, added, is_year, replaced, runs_of
from assistant.wording import texts


def other_time(asked: Phrases, topic: Phrases) -> str:
    """« et en 2020 ? », « et aujourd'hui ? »: the same question about another time.

    « en 2020 » after « en mars 2019 » changes the year alone, « en avril » after « en mars 2019 » the month alone.
    """
    years = [token.text for token in asked.tokens if is_year(token)]
    told = [token for token in topic.tokens if is_year(token)]
    is_part = any(token.is_a("parts", "months") for token in asked.tokens)
    if years and told and not is_part:
        return replaced(topic, told[-1].start, told[-1].end, years[-1])
    timeless = topic
    for start, end in reversed(_time_runs(topic)):
        timeless = replace(timeless, text=timeless.text[:start].rstrip() + timeless.text[end:])
    year = f" {told[-1].text}" if told and is_part and not years else ""
    bare_year = years and len(asked.tokens) == 1
    time = texts("question")["follow_up"]["in_year"].format(time=asked.text) if bare_year else asked.text
    return added(timeless, f"{time}{year}")


def is_time(asked: Phrases) -> bool:
    """Is it a time and nothing else?"""
    said = [token for token in asked.tokens if not token.folded.isdigit() or is_year(token)]
    return any(is_time_word(token) for token in said) and all(
        is_time_word(token) or token.is_a("around_time", "ordinals") for token in said
    )


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
    for start, end in runs_of(topic, belongs):
        cores = [at for at in range(start, end) if is_time_word(tokens[at])]
        if cores:
            last = cores[-1]
            while last + 1 < end and tokens[last + 1].is_a("ordinals"):
                last += 1
            spans.append((tokens[start].start, tokens[last].end))
    return spans

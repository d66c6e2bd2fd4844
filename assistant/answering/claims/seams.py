"""Where a claim leaves its passage and takes it up elsewhere: what may lie between, and whose words come after.

« Le mycélium couvre des hectares. Le sporophore pousse » does not say « Le sporophore couvre des hectares »: the words
that come after the seam belong, in the passage, to a word that the claim leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from assistant.answering.claims.alignment import Alignment, Pair, Placed
from assistant.answering.claims.claim import Claim
from assistant.answering.claims.facts import carriers
from assistant.answering.claims.matching import KIN, alike
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.reading import Token
from assistant.wording import texts

SHORT = 2  # words that may be left out in any place, or that come first in a sentence that is turned about
ROW = 14  # words after a place of a claim among which it says the title of a row
RUN = 8  # words between two places of one run
POINTING = 3  # words after a run among which « ce sujet » stands
SOON = 2  # sentences after the one that says who, before which « elle » stands for them
WITHIN = 3  # sentences before the one that says who, in which a pronoun stands for them
_ASIDE = re.compile(r"\s*\([^()]*\),?\s*")
_STOP = re.compile(r"[,;:()–/]")
_ADVERB = re.compile(r".{3,}ment")


@dataclass(frozen=True, slots=True)
class Seam:
    """Two words that follow one another in a claim, `after` being elsewhere in the passage than next to `before`."""

    claim: Claim
    before: Placed
    after: Placed

    @property
    def passage(self) -> Passage:
        """The passage."""
        return self.claim.passage

    @property
    def alignment(self) -> Alignment:
        """The alignment."""
        return self.claim.alignment

    @property
    def is_in_a_sentence(self) -> bool:
        """Are both in one sentence of the passage?"""
        return self.passage.sentences[self.before.place] == self.passage.sentences[self.after.place]

    @property
    def is_forward(self) -> bool:
        """Does the passage have them in the same order?"""
        return self.after.place > self.before.place

    @property
    def said_between(self) -> frozenset[int]:
        """The places of the small words that the claim has between both."""
        first, last = self.before.token.place, self.after.token.place
        pairs = (pair for pair in self.alignment.pairs if first < pair.token.place < last)
        return frozenset(pair.place for pair in pairs if pair.place is not None)


def seams(claim: Claim) -> Iterator[Seam]:
    """Those of a claim, in order."""
    passage = claim.passage
    for before, after in pairwise(claim.alignment.placed):
        between = range(before.place + 1, after.place)
        is_near = before.place < after.place and passage.sentences[before.place] == passage.sentences[after.place]
        if not is_near or any(place in passage.content for place in between):
            yield Seam(claim, before, after)


def spliced(claim: Claim) -> bool:
    """Words of the passage are joined that say nothing of one another there."""
    return any(_is_splice(seam) for seam in seams(claim))


def replaced(claim: Claim) -> bool:
    """« sa durée est plus longue que prévu », where the passage has « plus courte », and « longue » elsewhere."""
    words = [pair for pair in claim.alignment.pairs if pair.unit]
    return any(_is_replaced(claim, *three) for three in zip(words, words[1:], words[2:], strict=False))


def _is_replaced(claim: Claim, before: Pair, word: Pair, after: Pair) -> bool:
    """Does a word of elsewhere stand between two of a run, of which another is left out?"""
    sentences = claim.passage.sentences
    if before.place is None or after.place is None or (word.unit and word.place is None and word.unit.item):
        return False
    is_run = before.place < after.place <= before.place + RUN and sentences[before.place] == sentences[after.place]
    if not is_run or (word.place is not None and before.place < word.place < after.place):
        return False
    left_out = set(range(before.place + 1, after.place)) & claim.passage.content
    return 0 < len(left_out - claim.alignment.places) <= SHORT


def _is_splice(seam: Seam) -> bool:
    may = (_shortens, _turns_about, _goes_on, _tells_who, _points, _qualifies)
    said, place = _run_begins(seam)
    if _is_of_another(seam, place):
        return True
    if any(allowed(seam) for allowed in may):
        return False
    if any(not _is_said(seam, one, said) for one in _owners(seam, place)):
        return True
    if _is_of_speaker(seam, place) or _is_conditional(seam, place):
        return True
    return not seam.is_in_a_sentence and _is_bare(seam, said, place)


def _is_of_another(seam: Seam, place: int) -> bool:
    """« Lucie, présidente du club », of « Lucie a cité Jeanne, présidente du club »: is the run beside another name?"""
    if not (seam.is_in_a_sentence and seam.is_forward and place) or seam.before.unit.is_figure:
        return False
    beside = seam.passage.whole.tokens[place - 1]
    first = seam.passage.whole.tokens[place]
    is_noun = first.says or first.surface in texts("claims")["links"]["articles"].split()
    is_apposed = is_noun and seam.claim.said.text.startswith(",", seam.before.token.end)
    is_name = beside.is_capital and seam.passage.gap(beside.place).strip() in ("", ",")
    return is_apposed and is_name and beside.place not in seam.alignment.places


def _is_of_speaker(seam: Seam, place: int) -> bool:
    """« j' » or « nous » stands before the run, and the claim tells it of somebody else than who speaks."""
    tokens, sentences = seam.passage.whole.tokens, seam.passage.sentences
    before = (one for one in seam.alignment.placed if one.token.place < seam.after.token.place)
    is_told = any(one.unit.is_everywhere and one.token.piece == seam.before.token.piece for one in before)
    if is_told or seam.is_in_a_sentence:
        return False
    for one in range(place - 1, -1, -1):
        if sentences[one] != sentences[place] or one in seam.passage.content or one in seam.alignment.places:
            return False
        if tokens[one].surface in _set("speakers"):
            return True
    return False


def _is_conditional(seam: Seam, place: int) -> bool:
    """« Si … » begins the sentence of the run, and the claim leaves that out."""
    passage = seam.passage
    begins = passage.rows[passage.sentences[place]]
    left_out = begins[: place - begins[0].place]
    if seam.is_in_a_sentence or not any(token.surface in _set("conditions") for token in left_out[:POINTING]):
        return False
    return not any(token.says and token.place in seam.alignment.places for token in left_out)


def _shortens(seam: Seam) -> bool:
    """A complement, an apposition, a relative clause or a few words are left out of a sentence."""
    if not (seam.is_in_a_sentence and seam.is_forward):
        return False
    tokens = seam.passage.whole.tokens
    first = seam.before.place
    while first + 1 < seam.after.place and first + 1 in seam.said_between:
        first += 1
    between = tokens[first + 1 : seam.after.place]
    if not between:
        return True
    left_out = seam.passage.whole.text[tokens[first].end : tokens[seam.after.place].start]
    if left_out.startswith(",") or _ASIDE.fullmatch(left_out):
        return True
    closes = seam.claim.said.text.startswith(",", seam.before.token.end)
    if closes and between[0].surface in _set("joins"):
        return True  # « Lucie, cheffe de projet, … », of « Lucie, cheffe de projet et maire de Rue … »
    clauses = between[1:] if between[0].surface in _set("relatives") else between
    if not _STOP.search(left_out) and not any(_begins_clause(seam, token) for token in clauses):
        return True
    content = [token for token in between if token.place in seam.passage.content]
    return len(content) <= SHORT and not any(token.is_item for token in content)


def _begins_clause(seam: Seam, token: Token) -> bool:
    """« et d'accueil », « ou à la mairie » begin none."""
    following = seam.passage.whole.tokens[token.place + 1]
    joins = token.surface in _set("joins") and following.surface in _set("joined")
    return token.surface in _set("clauses") and not joins


def _turns_about(seam: Seam) -> bool:
    """« Le retard est constaté », of « constater le retard »: the word comes just before the run that it follows here.
    Numbers are not turned about.
    """
    if not seam.is_in_a_sentence or seam.is_forward or seam.before.unit.is_figure or seam.after.unit.is_figure:
        return False
    first = seam.before.place
    for one in reversed([one for one in seam.alignment.placed if one.token.place < seam.after.token.place]):
        if not first - RUN <= one.place <= first:
            break
        first = one.place
    turned = [place for place in range(seam.after.place, first) if place in seam.passage.content]
    return 0 < len(turned) <= SHORT and seam.alignment.places.issuperset(turned)


def _goes_on(seam: Seam) -> bool:
    """The word follows one that the claim has said before; a number does so in any place that has it."""
    earlier = {one.place for one in seam.alignment.placed if one.token.place < seam.after.token.place}
    places = {seam.after.place}
    if seam.after.unit.is_figure:
        places.update(seam.passage.whole.place_at(found.at) for found in seam.after.unit.found)
    return any(_follows_one_of(earlier, place, seam.passage) for place in places)


def _follows_one_of(earlier: set[int], place: int, passage: Passage) -> bool:
    """Is the word of the same sentence that says something, and comes next before a place, one of those?"""
    sentence = passage.sentences[place]
    near = next((o for o in range(place - 1, -1, -1) if o in passage.content or passage.sentences[o] != sentence), -1)
    return near in earlier and passage.sentences[near] == sentence


def _tells_who(seam: Seam) -> bool:
    """The passage has « il », « le » or « son » here, and says who a little before."""
    place, tokens, sentences = seam.before.place, seam.passage.whole.tokens, seam.passage.sentences
    if seam.is_forward or sentences[place] - sentences[seam.after.place] > WITHIN:
        return False
    if place and tokens[place - 1].surface in _set("pronouns") and place - 1 not in seam.alignment.places:
        return True
    following = tokens[place + 1 : place + 2]
    return any(o.surface in _set("he") and sentences[o.place] == sentences[place] for o in following)


def _points(seam: Seam) -> bool:
    """« ce sujet »: the claim points at what it has said, or says what the passage points at."""
    before = _small_before(seam)
    if before and before[0].surface in _set("this"):
        return True
    place, sentences = seam.before.place, seam.passage.sentences
    after = seam.passage.whole.tokens[place + 1 : place + 1 + POINTING]
    return any(token.surface in _set("this") for token in after if sentences[token.place] == sentences[place])


def _small_before(seam: Seam) -> list[Token]:
    """The small words of the claim before the seam, the nearest first."""
    found: list[Token] = []
    for token in reversed(seam.claim.said.tokens[: seam.after.token.place]):
        if token.says or token.is_item:
            break
        found.append(token)
    return found


def _qualifies(seam: Seam) -> bool:
    """« 1500 raccordements FTTH »: the passage goes on with the same word, of which one word more is said elsewhere."""
    said, tokens = seam.claim.said.tokens, seam.passage.whole.tokens
    one, other, shared = seam.after.token.place, seam.before.place + 1, False
    while one < len(said) and other < len(tokens):
        if alike(said[one], tokens[other]) >= KIN:
            shared |= other in seam.passage.content
            one += 1
        elif other in seam.passage.content:
            break
        other += 1
    return shared and len(_rest_of_run(seam, one)) <= 1


def _rest_of_run(seam: Seam, said: int) -> list[Placed]:
    """The words of the run that begins with the seam, from a place of the claim on."""
    run: list[Placed] = []
    last = seam.after.place
    for one in (one for one in seam.alignment.placed if one.token.place > seam.after.token.place):
        if not last < one.place <= last + POINTING:
            break
        run.append(one)
        last = one.place
    return [one for one in run if one.token.place >= said]


def _run_begins(seam: Seam) -> tuple[int, int]:
    """The places, in the claim and in the passage, back to which both have the same words before the seam."""
    said, passage = seam.claim.said, seam.passage
    one, other = seam.after.token.place, seam.after.place
    while one and other and passage.sentences[other - 1] == passage.sentences[other]:
        if _STOP.search(said.text[said.tokens[one - 1].end : said.tokens[one].start]):
            break
        if alike(said.tokens[one - 1], passage.whole.tokens[other - 1]) < KIN:
            break
        one, other = one - 1, other - 1
    return one, other


def _owners(seam: Seam, place: int) -> Iterator[int]:
    """The words of the passage, back from a place, of which the words there may be said: those of its piece when the
    claim only leaves something out, else those of its clause or of its sentence. A pronoun stands for all before it.
    """
    tokens, sentences = seam.passage.whole.tokens, seam.passage.sentences
    is_narrow = seam.is_in_a_sentence and seam.is_forward
    for one in range(place - 1, -1, -1):
        gap = seam.passage.gap(one)
        if sentences[one] != sentences[place] or "\n" in gap or _is_subject(seam.passage, one):
            return
        if is_narrow and tokens[one].piece != tokens[one + 1].piece and not ("(" in gap and ")" not in gap):
            return
        is_back = seam.is_in_a_sentence and not seam.is_forward
        if is_back and (tokens[one + 1].surface in _set("scopes") or re.search("[:;]", gap)):
            return
        counts_off = gap.startswith("°")  # « 1° », before a point of a list
        if one in seam.passage.content and not (counts_off or _is_light(tokens[one]) or _is_latter(tokens, one)):
            yield one


def _is_subject(passage: Passage, place: int) -> bool:
    """« elle », and not that of « la région a-t-elle »."""
    is_inverted = place > 0 and passage.gap(place - 1) == "-"
    return passage.whole.tokens[place].surface in _set("subjects") and not is_inverted


def _is_light(token: Token) -> bool:
    return token.surface in carriers() or bool(_ADVERB.fullmatch(token.surface))


def _is_latter(tokens: tuple[Token, ...], place: int) -> bool:
    return place > 0 and tokens[place - 1].surface in _set("this") and tokens[place].surface in _set("latter")


def _is_said(seam: Seam, place: int, said: int) -> bool:
    """Does the claim say a word of the passage before a place of its own, or in the same piece? Or a little after, when
    it is of the title of a row: « 1 semaine pour les apprentis », of « Pour les apprentis : 1 semaine »?
    """
    token, piece = seam.passage.whole.tokens[place], seam.claim.said.tokens[said].piece
    last = said + (ROW if seam.passage.begins_line(seam.passage.sentences[place]) else 0)
    near = (one for one in seam.alignment.pairs if one.unit and (one.token.place < last or one.token.piece == piece))
    return any(one.place == place or alike(one.token, token) >= KIN for one in near)


def _is_bare(seam: Seam, said: int, place: int) -> bool:
    """Does the run begin a sentence of the passage that takes nothing up, and go on with a piece of the claim?"""
    passage = seam.passage
    sentence = passage.sentences[seam.after.place]
    if passage.takes_up(sentence) or passage.begins_line(sentence) or _follows_subject(seam, place):
        return False
    if not seam.is_forward and passage.is_title(sentence):
        return False
    begins = passage.rows[sentence][0].place
    if any(one in passage.content for one in range(begins, place)):
        return False
    piece = seam.claim.said.tokens[said].piece
    return any(o.unit and o.token.piece == piece for o in seam.alignment.pairs if o.token.place < said)


def _follows_subject(seam: Seam, place: int) -> bool:
    """« elle » stands just before the run, and the claim says who a sentence or two before."""
    tokens, sentences = seam.passage.whole.tokens, seam.passage.sentences
    if not 0 < sentences[place] - sentences[seam.before.place] <= SOON:
        return False
    for one in range(place - 1, -1, -1):
        if sentences[one] != sentences[place] or one in seam.passage.content:
            return False
        if tokens[one].surface in _set("subjects"):
            return True
    return False


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(texts("claims")["seams"][key].split())

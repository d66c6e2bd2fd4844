"""How many people at once: `python -m tests.benchmarks.web_load` (`--minutes 30`, `--only most crowd burst long`).

The real service in one process, visitors in another (this one), over loopback: fibre of the 771 communes, documents,
follow-ups, text-message French and nonsense, each person from an address of their own. Linux. Beside each figure
stand the cores that were kept busy meanwhile, those of other processes too: a machine that is shared answers later.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from statistics import fmean, median

from assistant.evaluation.figures import percentile
from tests.benchmarks.asking import Outcome, Person, Through
from tests.benchmarks.service import Running, Spent, running_service

CROWD = 100  # people with some seconds of thought between questions
THOUGHT = (3, 7)  # seconds
CROWD_SECONDS = 60
BURST = 500  # people who ask in the same instant
LOOP = 8  # people without a second of thought, to find the most that is answered
LOOP_SECONDS = 20
RATE = 5  # questions a second, for long
LONG = 300  # people who ask in turn meanwhile
EACH = 10  # seconds between two looks at the memory


def told(outcomes: Sequence[Outcome]) -> str:
    """How many, how long, and what was not an answer."""
    seconds = [outcome.seconds for outcome in outcomes if outcome.answered] or [0]
    others = Counter(f"{one.status} {one.ending}".strip() for one in outcomes if not one.answered)
    return (
        f"{len(outcomes)} questions, {len(outcomes) - others.total()} answered: p50 {1000 * median(seconds):.0f} ms, "
        f"p95 {1000 * percentile(seconds, 95):.0f} ms, max {1000 * max(seconds):.0f} ms; "
        f"{', '.join(f'{count} x {name}' for name, count in others.items()) or 'no error'}"
    )


async def most(running: Running) -> None:
    """The most that is answered: a few people who ask without a pause, through each door."""
    for through in Through:
        outcomes: list[Outcome] = []
        before = running.spent()
        ends = time.monotonic() + LOOP_SECONDS
        people = [Person(running.address, 1000 + number, through, moving=True) for number in range(LOOP)]
        await asyncio.gather(*(_until(person, ends, outcomes) for person in people))
        per_second = sum(outcome.answered for outcome in outcomes) / LOOP_SECONDS
        _print(f"most, {through}", f"{per_second:.1f} answers/s; {told(outcomes)}", running, before)


async def _until(person: Person, ends: float, outcomes: list[Outcome], thought: tuple[float, float] = (0, 0)) -> None:
    await asyncio.sleep(random.uniform(0, thought[1]))
    while time.monotonic() < ends:
        outcomes.append(await person.ask())
        await asyncio.sleep(random.uniform(*thought))


async def crowd(running: Running) -> None:
    """People who read before they ask again; half of them by JSON, half by events."""
    outcomes: list[Outcome] = []
    before = running.spent()
    ends = time.monotonic() + CROWD_SECONDS
    doors = (Through.JSON, Through.EVENTS)
    people = [Person(running.address, number, doors[number % 2]) for number in range(CROWD)]
    await asyncio.gather(*(_until(person, ends, outcomes, THOUGHT) for person in people))
    _print(f"{CROWD} people", told(outcomes), running, before)


async def burst(running: Running) -> None:
    """Everybody in the same instant; then, how long until a question alone is answered as fast as before."""
    alone = Person(running.address, 5000, moving=True)
    usual = [(await alone.ask()).seconds for _ in range(20)]
    people = [Person(running.address, 6000 + number) for number in range(BURST)]
    before, started = running.spent(), time.monotonic()
    outcomes = await asyncio.gather(*(person.ask() for person in people))
    lasted = time.monotonic() - started
    _print(f"{BURST} at once", f"{told(outcomes)}; all within {lasted:.1f} s", running, before)
    refused = [one for one in outcomes if one.status == 503]
    print(f"    longest wait {max(one.seconds for one in outcomes):.1f} s; refused: {len(refused)}, all with "
          f"Retry-After: {all(one.retry_after for one in refused)}, the slowest after "
          f"{max([one.seconds for one in refused], default=0):.1f} s")  # fmt: skip
    limit, ended = max(usual), time.monotonic()
    in_a_row = 0
    while in_a_row < 5 and time.monotonic() - ended < 60:
        in_a_row = in_a_row + 1 if (await alone.ask()).seconds <= limit else 0
    print(f"    a question alone took {1000 * median(usual):.0f} ms (at most {1000 * limit:.0f}) before; five in a "
          f"row are as fast again {time.monotonic() - ended:.1f} s after the last reply")  # fmt: skip


async def long(running: Running, minutes: float) -> None:
    """A steady rate, and the memory each ten seconds."""
    outcomes: list[Outcome] = []
    memory: list[float] = []
    before, started = running.spent(), time.monotonic()
    people = [Person(running.address, number) for number in range(LONG)]
    async with asyncio.TaskGroup() as group:

        async def asked(person: Person) -> None:
            outcomes.append(await person.ask())

        for number in range(round(RATE * 60 * minutes)):
            await asyncio.sleep(max(0, started + number / RATE - time.monotonic()))
            group.create_task(asked(people[number % LONG]))
            if number % (RATE * EACH) == 0:
                memory.append(running.resident())
    _print(f"{RATE}/s for {minutes:g} min", told(outcomes), running, before)
    third = max(1, len(memory) // 3)
    growth = (fmean(memory[-third:]) - fmean(memory[:third])) / (minutes / 60 * (1 - third / len(memory)))
    print(f"    memory {memory[0]:.0f} MB at the beginning, {memory[-1]:.0f} at the end, at most {max(memory):.0f}; "
          f"from the first third to the last {growth:+.0f} MB an hour")  # fmt: skip
    print("    each minute: " + " ".join(f"{one:.0f}" for one in memory[:: 60 // EACH]))


def _print(name: str, figures: str, running: Running, before: Spent) -> None:
    print(f"{name:<18} {figures} ({running.cores(before)})", flush=True)


def main() -> None:
    """The measures, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--only", nargs="+", choices=("most", "crowd", "burst", "long"))
    wanted = parser.parse_args()
    measures: dict[str, Callable[[Running], Coroutine[None, None, None]]] = {
        "most": most, "crowd": crowd, "burst": burst, "long": lambda running: long(running, wanted.minutes)
    }  # fmt: skip
    with running_service() as running:
        for name in wanted.only or measures:
            asyncio.run(measures[name](running))
        print(f"memory at the end: {running.resident():.0f} MB")
        print(running.log.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

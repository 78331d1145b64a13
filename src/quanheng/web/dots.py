"""A distribution as dots on an axis, one for each person, or as bars where they are many. Geometry only: drawn by a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

MOST: Final = 150  # dots; more become bars
APART: Final = Decimal(2)  # per cent of the width that a dot needs
STEP: Final = 20  # pixels from dot to dot
At = Callable[[Decimal], Decimal]
TOP: Final = 36  # room above for the names of the bands


@dataclass(frozen=True, slots=True)
class Dot:
    """One person."""

    x: str
    y: int
    place: int  # of the grade, from the best
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """All people of a class."""

    x: str
    width: str
    y: int
    height: int
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """Where a grade begins and ends."""

    x: str
    width: str
    middle: str
    place: int
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing."""

    height: int
    ground: int
    dots: list[Dot]
    bars: list[Bar]
    bands: list[Band]
    ticks: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Value:
    """What is drawn of one person."""

    score: Decimal
    grade: str
    href: str
    label: str


def picture(values: Sequence[Value], grades: Sequence[str]) -> Picture | None:
    """The drawing of scores in rising order; `grades` from the best."""
    if not values:
        return None
    low, high, step = _axis(values[0].score, values[-1].score)
    place = {grade: min(nr, 4) for nr, grade in enumerate(grades, 1)}

    def at(score: Decimal) -> Decimal:
        return (score - low) * 100 / (high - low)

    dots, bars = _dots(values, place, at) if len(values) <= MOST else [], []
    if len(values) > MOST:
        bars = _bars(values, low, high, step, at)
    ground = max([TOP + 3 * STEP, *(TOP + STEP * (level + 1) for _, level in _levels(values, at))]) if dots else TOP + 120
    dots = [Dot(dot.x, ground - dot.y, dot.place, dot.href, dot.label) for dot in dots]
    ticks = [(_text(at(low + step * nr)), f"{low + step * nr:f}") for nr in range(int((high - low) / step) + 1)]
    return Picture(ground + 26, ground, dots, bars, _bands(values, grades, at), ticks)


def _axis(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Round ends and a round step, so that about eight figures stand under the axis."""
    span = max(high - low, Decimal(1))
    step = next(step for power in range(-2, 12) for figure in (1, 2, 5) if (step := Decimal(figure).scaleb(power)) * 8 >= span)
    start, end = (low / step).to_integral_value(ROUND_FLOOR) * step, (high / step).to_integral_value(ROUND_CEILING) * step
    return start, end if end > start else start + step, step


def _levels(values: Sequence[Value], at: At) -> list[tuple[Decimal, int]]:
    """Where each dot stands, and on how many others: the lowest row in which nothing is in the way."""
    ends: list[Decimal] = []
    made = []
    for value in values:
        x = at(value.score)
        level = next((nr for nr, end in enumerate(ends) if x - end >= APART), len(ends))
        if level == len(ends):
            ends.append(x)
        ends[level] = x
        made.append((x, level))
    return made


def _dots(values: Sequence[Value], place: dict[str, int], at: At) -> list[Dot]:
    levels = zip(values, _levels(values, at), strict=True)
    return [Dot(_text(x), 12 + STEP * level, place.get(value.grade, 3), value.href, value.label) for value, (x, level) in levels]


def _bars(values: Sequence[Value], low: Decimal, high: Decimal, step: Decimal, at: At) -> list[Bar]:
    width = step / 2
    count = int((high - low) / width)
    heads = [0] * count
    for value in values:
        heads[min(int((value.score - low) / width), count - 1)] += 1
    most = max(heads)
    made = []
    for nr, each in enumerate(heads):
        start = low + width * nr
        tall = each * 110 // most
        x, end = at(start), at(start + width)
        made.append(Bar(_text(x), _text(end - x), TOP + 120 - tall, tall, f"{start:f}–{start + width:f}: {each}"))
    return made


def _bands(values: Sequence[Value], grades: Sequence[str], at: At) -> list[Band]:
    """Grades as stretches of the axis, where they do not overlap."""
    seen = [grade for grade in reversed(grades) if any(value.grade == grade for value in values)]
    ends = [(min(each.score for each in values if each.grade == grade), max(each.score for each in values if each.grade == grade)) for grade in seen]
    if any(before[1] > after[0] for before, after in pairwise(ends)):
        return []
    borders = [Decimal(0), *(at((before[1] + after[0]) / 2) for before, after in pairwise(ends)), Decimal(100)]
    made = []
    for nr, grade in enumerate(seen):
        heads = sum(each.grade == grade for each in values)
        start, end = borders[nr], borders[nr + 1]
        made.append(Band(_text(start), _text(end - start), _text((start + end) / 2), min(list(grades).index(grade) + 1, 4), f"{grade} {heads}"))
    return made


def _text(value: Decimal) -> str:
    return f"{value:.2f}"

"""What values of several rows make together: folds, running sums, runs, group keys. Pure, for the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from quanheng.engine.plan.model import Policy
from quanheng.engine.run.expression import BrokenPromise, is_yes, number, strongest
from quanheng.engine.values import Missing, Value


def key(values: Iterable[Value]) -> tuple[Value, ...]:
    """What tells one group from another. A missing value is a value of its own; it is wrapped, since `Missing` is
    an integer and would otherwise equal a day, a month or an amount of 1."""
    wrapped: list[Any] = [(value,) if type(value) is Missing else value for value in values]
    return tuple(wrapped)


def aggregate(kind: str, values: list[Value], missing: Policy) -> Value:
    """What an aggregate other than a count makes of the values of the rows it counts.

    >>> marks: list[Value] = [Fraction(90), Missing.PENDING]
    >>> [str(aggregate("mean", marks, missing)) for missing in ("skip", "zero")]
    ['90', '45']
    """
    if any(type(value) is Missing for value in values):
        match missing:
            case "propagate":
                return strongest(values)
            case "skip":
                values = [value for value in values if type(value) is not Missing]
            case "zero":
                values = [Fraction(0) if type(value) is Missing else value for value in values]
    return _folded(kind, values)


def _folded(kind: str, values: list[Any]) -> Value:
    match kind:
        case "any":
            return any(is_yes(value) for value in values)
        case "all":
            return all(is_yes(value) for value in values)
        case "sum":
            return sum(values, Fraction(0))
    if not values:
        return Missing.NOTHING
    fold: dict[str, Callable[[list[Any]], Any]] = {"min": min, "max": max, "mean": _mean, "one": _the_one}
    result: Value = fold[kind](values)
    return result


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _the_one(values: list[Value]) -> Value:
    if len(values) != 1:
        raise BrokenPromise(f"{len(values)} rows where at most one can be")
    return values[0]


def running_sums(values: Sequence[Value]) -> list[Value]:
    """The sum of the values up to each row."""
    sums, total = list[Value](), Fraction(0)
    for value in values:
        total += number(value)
        sums.append(total)
    return sums


def runs(values: Sequence[Value]) -> list[Value]:
    """For each row how many rows in a row, up to it, hold; 0 where it does not hold itself.

    >>> [int(length) for length in runs([True, True, False, True])]
    [1, 2, 0, 1]
    """
    lengths, length = list[Value](), 0
    for value in values:
        length = length + 1 if is_yes(value) else 0
        lengths.append(Fraction(length))
    return lengths

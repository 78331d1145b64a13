"""Shares to the last unit: what 零头 (left-over units) and 上限 (limit) of a 分配 mean, done as an auditor would do it.

A pool is a whole number of units (fen, heads, places), so it seldom divides: every way of a regulation to deal with the
left-over units is one small function here, and what must hold of the result is asserted where the result is made. The
functions know nothing of tables. Weights come in the order of the regulation (`序`), which decides where it matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Literal

Remainder = Literal["largest", "first", "cumulate", "rest", "stay"]
AllZero = Literal["refuse", "equal", "none"]
OverCap = Literal["stays", "others"]


def split(
    pool: int,
    weights: Sequence[Fraction],
    remainder: Remainder,
    all_zero: AllZero,
    caps: Sequence[int] | None = None,
    over_cap: OverCap | None = None,
) -> list[int]:
    """The whole operation: weights that are all zero first, then the limit, then the left-over.

    >>> [split(7, [Fraction(0), Fraction(0)], "largest", all_zero) for all_zero in ("equal", "none")]
    [[4, 3], [0, 0]]
    """
    if not any(weights):
        if all_zero != "equal":
            return [0] * len(weights)
        weights = [Fraction(1)] * len(weights)
    if caps is None:
        return apportion(pool, weights, remainder)
    assert over_cap is not None, "a limit says what becomes of what is above it"
    return apportion_capped(pool, weights, caps, remainder, over_cap)


def apportion(pool: int, weights: Sequence[Fraction], remainder: Remainder) -> list[int]:
    """Split `pool` units by `weights`. Nobody has a claim when there is no weight at all: then nothing is paid.

    >>> one_each = [Fraction(1)] * 3
    >>> [apportion(100_00, one_each, how) for how in ("largest", "cumulate", "rest", "stay")]
    [[3334, 3333, 3333], [3333, 3334, 3333], [3333, 3333, 3334], [3333, 3333, 3333]]
    """
    assert pool >= 0 and all(weight >= 0 for weight in weights)
    whole = sum(weights, Fraction(0))
    if whole == 0:
        return [0] * len(weights)

    exact = [pool * weight / whole for weight in weights]
    match remainder:
        case "largest":
            parts = _largest(pool, exact)
        case "first":
            parts = _first(pool, exact)
        case "cumulate":
            parts = _cumulate(exact)
        case "rest":
            parts = _rest(pool, exact)
        case "stay":
            parts = _stay(exact)

    assert all(part >= 0 for part in parts)
    # 不突破核定总量; and unless the left-over stays (less than one unit each), nothing is left in the drawer
    paid = sum(parts)
    assert pool - len(parts) < paid <= pool if remainder == "stay" else paid == pool
    return parts


def apportion_capped(
    pool: int, weights: Sequence[Fraction], caps: Sequence[int], remainder: Remainder, over_cap: OverCap
) -> list[int]:
    """Split `pool` by `weights`, nobody above the limit in `caps` (whole units).

    >>> weights, caps = [Fraction(6), Fraction(3), Fraction(1)], [50, 50, 50]
    >>> [apportion_capped(100, weights, caps, "largest", over_cap) for over_cap in ("stays", "others")]
    [[50, 30, 10], [50, 38, 12]]

    When all limits together are below the pool, the pool cannot be paid out:

    >>> apportion_capped(100, weights, [10, 10, 10], "largest", "others")
    [10, 10, 10]
    """
    assert len(caps) == len(weights) and all(cap >= 0 for cap in caps)
    match over_cap:
        case "stays":
            parts = [min(part, cap) for part, cap in zip(apportion(pool, weights, remainder), caps, strict=True)]
        case "others":
            parts = _to_the_others(pool, weights, caps, remainder)

    assert all(0 <= part <= cap for part, cap in zip(parts, caps, strict=True))
    payable = min(pool, sum(cap for cap, weight in zip(caps, weights, strict=True) if weight > 0))
    if over_cap == "others" and remainder in ("largest", "first", "cumulate"):
        assert sum(parts) == payable, "what one may not take, the others get, while they have room"
    else:
        assert sum(parts) <= pool
    return parts


def _to_the_others(pool: int, weights: Sequence[Fraction], caps: Sequence[int], remainder: Remainder) -> list[int]:
    """Whoever reaches the limit gets the limit and steps out; the rest of the pool is shared again among the others.

    Reaching is enough: somebody whose exact share *is* the limit must not be handed a left-over unit afterwards.
    """
    parts = [0] * len(weights)
    left, others = pool, list(range(len(weights)))
    while others:
        whole = sum((weights[i] for i in others), Fraction(0))
        # without any weight nobody steps out either: they have no claim on what is left
        full = {i for i in others if whole and left * weights[i] >= caps[i] * whole}
        if not full:
            break
        for i in full:
            parts[i] = caps[i]
        left -= sum(caps[i] for i in full)
        others = [i for i in others if i not in full]

    for i, part in zip(others, apportion(left, [weights[i] for i in others], remainder), strict=True):
        # Only 差额归末位 can hand the last one more than its limit; what is above is not paid then.
        assert part <= caps[i] or (remainder == "rest" and i == others[-1])
        parts[i] = min(part, caps[i])
    return parts


def _largest(pool: int, exact: Sequence[Fraction]) -> list[int]:
    """大者先得: cut down, then one unit each to the largest remainders; equal remainders in order.

    >>> _largest(7, [Fraction("2.1"), Fraction("2.8"), Fraction("2.1")])
    [2, 3, 2]
    """
    parts = [floor(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: pool - sum(parts)]:
        parts[i] += 1
    return parts


def _first(pool: int, exact: Sequence[Fraction]) -> list[int]:
    """依次先得: cut down, then one unit each in order.

    >>> _first(7, [Fraction("2.1"), Fraction("2.8"), Fraction("2.1")])
    [3, 2, 2]
    """
    parts = [floor(share) for share in exact]
    for i in range(pool - sum(parts)):
        parts[i] += 1
    return parts


def _cumulate(exact: Sequence[Fraction]) -> list[int]:
    """累计取整: what all up to me get is rounded half-up; mine is what comes on top of those before me.

    >>> _cumulate([Fraction("2.3"), Fraction("2.3"), Fraction("2.4")])
    [2, 3, 2]
    """
    parts, total, paid = [], Fraction(0), 0
    for share in exact:
        total += share
        parts.append(_half_up(total) - paid)
        paid += parts[-1]
    return parts


def _rest(pool: int, exact: Sequence[Fraction]) -> list[int]:
    """差额归末位: each rounded half-up, never more than is left, and the last takes what is left.

    >>> _rest(2, [Fraction("0.5"), Fraction("0.5"), Fraction("0.5"), Fraction("0.5")])
    [1, 1, 0, 0]
    """
    parts, left = [], pool
    for share in exact[:-1]:
        parts.append(min(_half_up(share), left))
        left -= parts[-1]
    return [*parts, left]


def _stay(exact: Sequence[Fraction]) -> list[int]:
    """不分: cut down; the left-over is not paid.

    >>> _stay([Fraction("2.9"), Fraction("3.1")])
    [2, 3]
    """
    return [floor(share) for share in exact]


def _half_up(share: Fraction) -> int:
    """四舍五入 of a share, which is never negative."""
    return floor(share + Fraction(1, 2))

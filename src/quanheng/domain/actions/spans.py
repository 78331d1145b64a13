"""The closure of the tree of units, derived from their places: who lay below whom on which days.

A unit whose place has ended stays below its last parent, so that its past remains visible to those who now answer for it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from quanheng.domain.models import Org, UnitPlace, UnitSpan
from quanheng.domain.refusal import Refusal

Day = datetime.date
END: Final = Day.max  # an open end, so that days can be compared
Span = tuple[int, int, int, Day, Day]  # top, under, depth, since, until


def rebuild(org: Org) -> int:
    """Make the spans of the organisation those that its places give; returns how many rows that changed. Raises
    `Refusal` when a unit would lie below itself on some day."""
    wanted = set(_spans(_parents(org)))
    there: dict[Span, int] = {}
    rows = UnitSpan.objects.filter(org=org).values_list("pk", "top_id", "under_id", "depth", "since", "until")
    for pk, top, under, depth, since, until in rows:
        there[top, under, depth, since, until or END] = pk
    gone = [pk for span, pk in there.items() if span not in wanted]
    for start in range(0, len(gone), 500):
        UnitSpan.objects.filter(pk__in=gone[start : start + 500]).delete()
    new = sorted(wanted - there.keys())
    UnitSpan.objects.bulk_create(
        [
            UnitSpan(org=org, top_id=top, under_id=under, depth=depth, since=since, until=None if until == END else until)
            for top, under, depth, since, until in new
        ],
        batch_size=1_000,
    )
    return len(gone) + len(new)


Places = dict[int, list[tuple[Day, Day, int | None]]]  # of each unit, in time: since, until, parent


def _parents(org: Org) -> Places:
    rows = UnitPlace.objects.filter(unit__org=org).order_by("unit_id", "since").values_list("unit_id", "since", "parent_id")
    listed: dict[int, list[tuple[Day, int | None]]] = defaultdict(list)
    for unit, since, parent in rows:
        listed[unit].append((since, parent))
    # a place holds until the next one begins, whatever its own end: the closed unit stays where it was
    return {
        unit: [(since, following[0], parent) for (since, parent), following in pairwise([*places, (END, None)])]
        for unit, places in listed.items()
    }


def _spans(places: Places) -> Iterator[Span]:
    for unit, held in places.items():
        merged: list[tuple[int, int, Day, Day]] = []
        for top, depth, since, until in sorted(_above(places, unit, held[0][0], END, (unit,))):
            if merged and merged[-1][:2] == (top, depth) and merged[-1][3] == since:
                merged[-1] = (top, depth, merged[-1][2], until)
            else:
                merged.append((top, depth, since, until))
        for top, depth, since, until in merged:
            yield top, unit, depth, since, until


def _above(places: Places, unit: int, since: Day, until: Day, path: tuple[int, ...]) -> Iterator[tuple[int, int, Day, Day]]:
    """The unit itself and all above it, with the days on which that holds."""
    yield unit, len(path) - 1, since, until
    for start, end, parent in places.get(unit, ()):
        first, last = max(since, start), min(until, end)
        if parent is None or first >= last:
            continue
        if parent in path:
            raise Refusal("这样一来，这个机构会在自己下面。", "The unit would then lie below itself.")
        yield from _above(places, parent, first, last, (*path, parent))

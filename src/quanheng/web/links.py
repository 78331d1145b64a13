"""Addresses that several pages give: where a figure comes from, where a record is."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from quanheng.domain.queries.explain import Place

STROKE = "\N{FULLWIDTH VERTICAL LINE}"  # between the parts of a place in a query


def why(run: str, place: Place, of: str = "", path: Sequence[Place] = ()) -> str:
    """The explanation of a figure; `of`: the subject through whom it was reached, `path`: the figures above it."""
    asked = [("of", of)] if of and of != place.row else []
    asked += [("up", STROKE.join((each.table, each.row, each.column))) for each in path]
    return reverse("explain", args=[run, place.table, place.row, place.column]) + (f"?{urlencode(asked)}" if asked else "")


def places(listed: Sequence[str]) -> list[Place]:
    """The figures above, as the address names them; what is not one is left out."""
    return [Place(*parts) for each in listed[:12] if len(parts := each.split(STROKE)) == 3]


def to(name: str, *args: object) -> str:
    """The address of a page, "" where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

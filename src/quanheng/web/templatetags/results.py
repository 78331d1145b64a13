"""Parts that only pages of results and schemes need: {% load results %}."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quanheng.web import links
from quanheng.web.figures import MINUS, Value, figure, share
from quanheng.web.templatetags import qh

if TYPE_CHECKING:
    from quanheng.domain.models import Record
    from quanheng.domain.queries.results import Share

register = template.Library()


@register.filter
def true_minus(text: str) -> str:
    """A value with its unit, as explanations speak of it, with the sign that stands in all figures.

    >>> true_minus("-3 分"), true_minus("2026-10")
    ('−3 分', '2026-10')
    """
    return MINUS + text[1:] if text.startswith("-") else text


@register.filter
def signed(value: Value, digits: int) -> str:
    """A difference: +0.60, −0.90."""
    return figure(value, digits, sign=True)


@register.simple_tag
def graded(name: str, shares: Sequence[Share]) -> SafeString:
    """A grade by its place among those of the scheme."""
    return qh.grade(name, next((place for place, each in enumerate(shares, 1) if each.grade == name), 3))


@register.simple_tag
def measure(value: str, full: str, before: str = "") -> SafeString:
    """A bar beside a figure and its full mark; the mark is the period before. It says nothing of its own."""
    tick = format_html('<rect class="tick" x="{}%" width="2" height="10"/>', share(before, 0, full)) if before else SafeString("")
    rail = SafeString('<rect class="rail" y="3" width="100%" height="5" rx="2"/>')
    fill = format_html('<rect class="fill" y="3" width="{}%" height="5" rx="2"/>', _share(value, full))
    return format_html('<svg class="qh-measure" aria-hidden="true">{}{}{}</svg>', rail, fill, tick)


def _share(value: str, full: str) -> str:
    try:
        return share(Decimal(value), 0, full)
    except InvalidOperation:
        return "0.00"


@register.simple_tag
def values(record: Record) -> str:
    """What a record holds, in a line: the first few of its columns, without whom it is about."""
    named = (record.person.number, record.person.name) if record.person is not None else ()
    return "，".join(f"{name} {value}" for name, value in record.values.items() if value not in named)[:80]


@register.simple_tag
def linked(name: str, word: str, *args: object) -> SafeString:
    """A word that leads to a page, where there is that page."""
    url = links.to(name, *args)
    return format_html('<a href="{}">{}</a>', url, word) if url else format_html("{}", word)

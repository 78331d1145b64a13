"""The board of a cycle: how much of a stage a unit has done; and the fields of a filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import template
from django.forms import BoundField, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quanheng.domain.words import say
from quanheng.web.templatetags.qh import bar

if TYPE_CHECKING:
    from quanheng.domain.queries.cycles import Lane, Square

register = template.Library()


@register.simple_tag
def lane(square: Square) -> SafeString:
    """Done of all, per cent, how many are late; the bar says the same."""
    if not square.of:
        return format_html('<span class="qh-mute" aria-label="{}" role="img">—</span>', say("没有事项", "no tasks"))
    late = format_html('<span class="qh-bad">{}</span>', say(f"逾期 {square.late}", f"{square.late} late")) if square.late else ""
    drawn = bar(square.done, square.of, "over" if square.late else "")
    return format_html('<div><div class="qh-lane-figure"><b>{}/{}</b>{}<span>{}%</span></div>{}</div>', square.done, square.of, late, square.percent, drawn)


@register.simple_tag
def lane_title(lanes: Sequence[Lane], place: int) -> str:
    """What the column is called, for a phone."""
    return lanes[place].stage.called


@register.simple_tag
def widget(bound: BoundField) -> SafeString:
    """A field of a filter, without the words that a form to be filled in needs."""
    return bound.as_widget(attrs={"class": "form-select" if isinstance(bound.field.widget, Select) else "form-control"})

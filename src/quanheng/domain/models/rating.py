"""Score sheets: one cell is a mark, each change a new row, each standing on the records it cites."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.base import Kept, among, chosen, key_to, one_of
from quanheng.domain.models.cycle import Part
from quanheng.domain.states import SheetState
from quanheng.domain.words import bi


class Sheet(models.Model):
    """What one rater or one committee scores in a cycle."""

    cycle = key_to("domain.Cycle", name="sheets")
    part = chosen(Part)
    rater = key_to("domain.Person", null=True, name="sheets")
    committee = key_to("domain.Committee", null=True, name="sheets")
    state = chosen(SheetState, default=SheetState.OPEN)
    rev = models.PositiveIntegerField("第几版", default=0)
    salt = models.CharField(max_length=32)
    returned = models.CharField("退回理由", max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("sheet", "rater", "committee"),
            models.UniqueConstraint(fields=["cycle", "part", "rater"], condition=Q(rater__isnull=False), name="sheet_rater_once"),
            models.UniqueConstraint(fields=["cycle", "part", "committee"], condition=Q(committee__isnull=False), name="sheet_committee_once"),
            among("sheet", "part", Part),
            among("sheet", "state", SheetState),
        ]


class Missing(models.TextChoices):
    """Why there is no value. None of them is a zero."""

    UNRATED = "unrated", bi("未评", "Not rated")
    NO_DATA = "no_data", bi("无数据", "No data")
    NOT_APPLICABLE = "not_applicable", bi("不适用", "Not applicable")


class Mark(Kept):
    """One cell as it was entered. The newest revision counts; the older ones tell how it came about."""

    sheet = key_to("domain.Sheet", name="marks")
    subject = key_to("domain.Subject", name="marks")
    item = models.CharField("项目", max_length=100)
    rev = models.PositiveIntegerField()
    value = models.CharField("分数", max_length=40, blank=True)
    missing = chosen(Missing, blank=True)
    note = models.TextField("评语", blank=True)
    member = key_to("domain.Person", null=True)
    by = key_to("domain.Person")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "subject", "item", "rev"], condition=Q(member__isnull=True), name="mark_rev_once"),
            models.UniqueConstraint(
                fields=["sheet", "subject", "item", "member", "rev"], condition=Q(member__isnull=False), name="mark_member_rev_once"
            ),
            models.CheckConstraint(condition=Q(value="") ^ Q(missing=""), name="mark_value_or_missing"),
            among("mark", "missing", Missing, empty=True),
        ]


class Cite(Kept):
    """A mark stands on this record."""

    mark = key_to("domain.Mark", name="cites")
    record = key_to("domain.Record", name="cites")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mark", "record"], name="cite_once")]

"""What a unit hands in about itself before its items are reviewed (单位自评材料): a statement for each item, with its proofs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.base import Kept, among, chosen, key_to, one_of
from quanheng.domain.states import ReportState


class Report(models.Model):
    """One unit's report in a cycle. Once it is handed in it only grows."""

    subject = models.OneToOneField("domain.Subject", on_delete=models.PROTECT, related_name="report")
    state = chosen(ReportState, default=ReportState.DRAFT)
    rev = models.PositiveIntegerField("第几版", default=0)
    salt = models.CharField(max_length=32)
    handed_by = key_to("domain.Person", null=True)
    handed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [among("report", "state", ReportState)]


class Statement(Kept):
    """What the unit says on one item, and the points it claims. A later one replaces it in the draft; with a reason it is an
    addition, and both stand."""

    report = key_to("domain.Report", name="statements")
    item = models.CharField("项目", max_length=100)
    rev = models.PositiveIntegerField()
    text = models.TextField("说明", blank=True)
    claim = models.CharField("自报分", max_length=40, blank=True)
    reason = models.CharField("补充理由", max_length=200, blank=True)
    by = key_to("domain.Person")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "item", "rev"], name="statement_rev_once")]


class Proof(Kept):
    """A record or a file that a statement stands on. In the draft it may be dropped again."""

    MOVING = ("dropped",)

    report = key_to("domain.Report", name="proofs")
    item = models.CharField("项目", max_length=100)
    record = key_to("domain.Record", null=True)
    attachment = key_to("domain.Attachment", null=True)
    dropped = models.BooleanField("已撤下", default=False)
    by = key_to("domain.Person")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("proof", "record", "attachment"),
            models.UniqueConstraint(fields=["report", "item", "record"], condition=Q(record__isnull=False, dropped=False), name="proof_record_once"),
        ]

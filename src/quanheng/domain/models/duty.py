"""Every obligation with a name and a date; reminders of it; signatures."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from quanheng.domain.models.access import Capacity
from quanheng.domain.models.base import About, Kept, among, chosen, key_to
from quanheng.domain.states import TaskState
from quanheng.domain.words import bi


class TaskKind(models.TextChoices):
    PLAN = "plan", bi("起草计划", "Draft a plan")
    AGREE = "agree", bi("确认计划", "Agree to a plan")
    RATE = "rate", bi("评分", "Rate")
    SELF = "self", bi("自评", "Self-evaluation")
    REVIEW = "review", bi("审阅评分", "Review a sheet")
    VERIFY = "verify", bi("核实记录", "Verify a record")
    GAP = "gap", bi("说明评分差距", "Explain a gap")
    GUIDE = "guide", bi("定期指导", "Periodic guidance")
    READ = "read", bi("阅读", "Read")
    REPORT = "report", bi("单位自报", "Self-report")
    RUN = "run", bi("计算核对", "Run and check")
    CONFIRM = "confirm", bi("确认定稿", "Confirm the release")


class Task(models.Model):
    """Something somebody has to do until a day. Opened and closed by deeds; late is computed, never stored."""

    org = key_to("domain.Org", name="tasks")
    cycle = key_to("domain.Cycle", null=True, name="tasks")
    stage = key_to("domain.Stage", null=True, name="tasks")
    kind = chosen(TaskKind)
    about_kind = chosen(About)
    about_id = models.BigIntegerField()
    person = key_to("domain.Person", name="tasks")
    subject_person = key_to("domain.Person", null=True)
    opens = models.DateField("开始")
    due = models.DateField("截止")
    due_at = models.DateTimeField("截止时刻")
    state = chosen(TaskState, default=TaskState.OPEN)
    done_by = key_to("domain.Person", null=True)
    done_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("取消理由", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due__gte=F("opens")), name="task_forward"),
            models.UniqueConstraint(
                fields=["kind", "about_kind", "about_id", "person"], condition=Q(state="open"), name="task_open_once"
            ),
            among("task", "kind", TaskKind),
            among("task", "about_kind", About),
            among("task", "state", TaskState),
        ]
        indexes = [models.Index(fields=["person", "state", "due"]), models.Index(fields=["about_kind", "about_id"])]


class Channel(models.TextChoices):
    IN_APP = "in_app", bi("站内", "In the application")


class Nudge(Kept):
    """A reminder that was given: one digest for each person, channel and day."""

    MOVING = ("seen_at",)

    org = key_to("domain.Org")
    person = key_to("domain.Person", name="nudges")
    channel = chosen(Channel, default=Channel.IN_APP)
    day = models.DateField()
    text = models.CharField(max_length=200)
    tasks = models.ManyToManyField("domain.Task", related_name="nudges")
    by = key_to("domain.Person", null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel", "day"], name="nudge_one_digest"),
            among("nudge", "channel", Channel),
        ]


class Meaning(models.TextChoices):
    SUBMITTED = "submitted", bi("提交", "Submitted")
    AGREED = "agreed", bi("同意", "Agreed")
    DISSENT = "dissent", bi("保留意见", "Dissent")
    COUNTERSIGNED = "countersigned", bi("审阅通过", "Countersigned")
    CONFIRMED = "confirmed", bi("确认", "Confirmed")
    EXPLAINED = "explained", bi("说明", "Explained")


class Signature(Kept):
    """Somebody signed exactly this content. It is void when the content's digest is another."""

    org = key_to("domain.Org")
    about_kind = chosen(About)
    about_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    person = key_to("domain.Person", name="signatures")
    capacity = chosen(Capacity)
    meaning = chosen(Meaning)
    text = models.CharField("附言", max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about_kind", "about_id", "digest", "person", "meaning"], name="signature_once"),
            among("signature", "about_kind", About),
            among("signature", "meaning", Meaning),
        ]
        indexes = [models.Index(fields=["about_kind", "about_id"])]

"""What is wanted and agreed: goals, plans per subject, and the guidance given on the way."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.base import Kept, Texts, among, chosen, key_to
from quanheng.domain.states import GoalState, GuidanceState, PlanState
from quanheng.domain.words import bi


class Goal(models.Model):
    """What the organisation, a unit or a person wants to reach, and which demand it serves."""

    org = key_to("domain.Org", name="goals")
    cycle = key_to("domain.Cycle", null=True, name="goals")
    unit = key_to("domain.Unit", null=True, name="goals")
    person = key_to("domain.Person", null=True, name="goals")
    parent = key_to("domain.Goal", null=True, name="children")
    text = models.CharField("目标", max_length=200)
    standard = models.CharField("标准", max_length=200, blank=True)
    due = models.DateField("完成日", null=True, blank=True)
    demand = models.CharField("上级的要求", max_length=200, blank=True)
    state = chosen(GoalState, default=GoalState.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(unit__isnull=False) | Q(person__isnull=False), name="goal_has_owner"),
            among("goal", "state", GoalState),
        ]

    def __str__(self) -> str:
        return self.text


class Plan(models.Model):
    """The agreed work of one subject. Changed while it is a draft; afterwards by an amendment that replaces it."""

    subject = key_to("domain.Subject", name="plans")
    rev = models.PositiveIntegerField("第几稿", default=1)
    replaces = models.OneToOneField("domain.Plan", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField("变更理由", max_length=200, blank=True)
    state = chosen(PlanState, default=PlanState.DRAFT)
    salt = models.CharField(max_length=32)
    proposed_by = key_to("domain.Person", null=True)
    drafted_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(state="agreed"), name="plan_one_agreed"),
            models.UniqueConstraint(fields=["subject"], condition=Q(state__in=["draft", "proposed"]), name="plan_one_pending"),
            among("plan", "state", PlanState),
        ]


class LineKind(models.TextChoices):
    INDICATOR = "indicator", bi("指标", "Indicator")
    WORK = "work", bi("工作目标", "Work goal")
    BEHAVIOUR = "behaviour", bi("行为清单", "Behaviour checklist")
    OBSERVED = "observed", bi("只观察不计分", "Observed, not scored")


class PlanLine(models.Model):
    """One item of a plan. Frozen once the plan is proposed (a database trigger holds it)."""

    plan = key_to("domain.Plan", name="lines")
    order = models.PositiveSmallIntegerField()
    kind = chosen(LineKind)
    item = models.CharField("项目", max_length=100)
    standard = models.CharField("标准", max_length=200, blank=True)
    weight = models.CharField("分值", max_length=20, blank=True)
    target = models.CharField("目标值", max_length=40, blank=True)
    due = models.DateField("完成日", null=True, blank=True)
    checklist = Texts("行为清单", default=list)
    goal = key_to("domain.Goal", null=True, name="lines")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="plan_line_order_once"), among("plan_line", "kind", LineKind)]


class GuidanceKind(models.TextChoices):
    DAILY = "daily", bi("日常指导", "Daily guidance")
    PERIODIC = "periodic", bi("定期指导", "Periodic guidance")


class Guidance(Kept):
    """日常指导: what was said and seen, and what comes next."""

    MOVING = ("state", "seen_at")

    org = key_to("domain.Org", name="guidance")
    cycle = key_to("domain.Cycle", null=True, name="guidance")
    person = key_to("domain.Person", name="guidance")
    by = key_to("domain.Person", name="guidance_given")
    day = models.DateField("日期")
    kind = chosen(GuidanceKind)
    text = models.TextField("说了什么")
    agreed = models.TextField("下一步", blank=True)
    state = chosen(GuidanceState, default=GuidanceState.NOTED)
    seen_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=models.F("by")), name="guidance_not_to_oneself"),
            among("guidance", "kind", GuidanceKind),
            among("guidance", "state", GuidanceState),
        ]
        indexes = [models.Index(fields=["person", "day"])]

"""One period under one version of a scheme: stages, who is assessed, where they were, who rates them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from quanheng.domain.models.base import Dated, Kept, Texts, among, chosen, forward, key_to, one_of
from quanheng.domain.states import CycleState, StageState
from quanheng.domain.words import bi, say


class Cycle(models.Model):
    """A month, a term, a year of assessment, bound to the version it was opened under."""

    org = key_to("domain.Org", name="cycles")
    scheme = key_to("domain.Scheme", name="cycles")
    version = key_to("domain.SchemeVersion", name="cycles")
    ref = models.CharField("编号", max_length=24)
    title = models.CharField("名称", max_length=100)
    since = models.DateField("自")
    until = models.DateField("至（不含）")
    period = models.CharField("周期", max_length=10, help_text="2026、2026-10：办法的表里这个周期的写法")
    reference_day = models.DateField("基准日")
    state = chosen(CycleState, default=CycleState.PREPARED)
    previous = models.OneToOneField("domain.Cycle", on_delete=models.PROTECT, null=True, blank=True, related_name="next")
    show_superior = models.BooleanField("评分锁定后本人看得到上级评分", default=True)
    gap_limit = models.CharField("自评与上级评相差多少要说明", max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "ref"], name="cycle_ref_once"),
            models.UniqueConstraint(fields=["scheme", "period"], condition=~Q(state="cancelled"), name="cycle_period_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="cycle_forward"),
            among("cycle", "state", CycleState),
        ]

    def __str__(self) -> str:
        return self.title


class SourceKind(models.TextChoices):
    PEOPLE = "people", bi("人员", "People")
    UNITS = "units", bi("机构", "Units")
    SUBJECTS = "subjects", bi("考核对象", "Subjects")
    REGISTER = "register", bi("台账", "Register")
    RELEASE = "release", bi("定稿", "Release")


class CycleSource(models.Model):
    """Which register, house view or locked run feeds a table of the scheme in this cycle."""

    cycle = key_to("domain.Cycle", name="sources")
    table = models.CharField("办法里的表", max_length=60)
    kind = chosen(SourceKind)
    register = key_to("domain.Register", null=True)
    release = key_to("domain.Release", null=True)
    columns = Texts("由人员机构给出的列", default=dict)  # column of the table → attribute of the house
    whole = models.BooleanField("不分周期", default=True)  # rows of every day; else only of the days of the cycle

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "table"], name="source_table_once"), among("source", "kind", SourceKind)]


class StageKind(models.TextChoices):
    PLAN = "plan", bi("计划确认", "Plan")
    DAILY = "daily", bi("日常记录", "Daily records")
    GUIDANCE = "guidance", bi("定期指导", "Periodic guidance")
    REPORT = "report", bi("单位自报", "Self-report")
    SELF = "self", bi("自评", "Self-evaluation")
    SUPERIOR = "superior", bi("上级评分", "Superior rating")
    GROUP = "group", bi("小组审核", "Group review")
    UPPER = "upper", bi("上级审阅", "Upper review")
    RUN = "run", bi("计算核对", "Run and check")
    RELEASE = "release", bi("定稿", "Release")


class Stage(models.Model):
    """A step of the cycle with its days. Due days are working days; they move by `StageMove` alone."""

    cycle = key_to("domain.Cycle", name="stages")
    kind = chosen(StageKind)
    order = models.PositiveSmallIntegerField()
    title = models.CharField("名称", max_length=40)
    title_en = models.CharField("英文名称", max_length=60, blank=True)
    opens = models.DateField("开始")
    due = models.DateField("截止")
    due_at = models.DateTimeField("截止时刻")
    state = chosen(StageState, default=StageState.WAITING)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "order"], name="stage_order_once"),
            models.CheckConstraint(condition=Q(due__gte=F("opens")), name="stage_forward"),
            among("stage", "kind", StageKind),
            among("stage", "state", StageState),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def called(self) -> str:
        """The title in the language of the reader, as far as one was given for it."""
        return say(self.title, self.title_en or self.title)


class StageMove(Kept):
    """Why and from when to when a stage was moved, and what moved with it. The old days stay."""

    stage = key_to("domain.Stage", name="moves")
    old_opens = models.DateField()
    old_due = models.DateField()
    new_opens = models.DateField()
    new_due = models.DateField()
    reason = models.CharField("理由", max_length=200)
    together_with = key_to("domain.StageMove", null=True, name="moved_along")
    by = key_to("domain.Person")
    at = models.DateTimeField()


class Counted(models.TextChoices):
    IN = "in", bi("参加", "Takes part")
    OUT = "out", bi("不参加", "Does not take part")
    DECIDED = "decided", bi("另行决定", "Decided elsewhere")


class Subject(models.Model):
    """A person or a unit assessed in the cycle."""

    cycle = key_to("domain.Cycle", name="subjects")
    person = key_to("domain.Person", null=True, name="subjects")
    unit = key_to("domain.Unit", null=True, name="subjects")
    group = models.CharField("评议组", max_length=60, blank=True)
    counted = chosen(Counted, default=Counted.IN)
    reason = models.CharField("理由", max_length=200, blank=True)
    row_key = models.CharField("办法表里的行键", max_length=200)

    class Meta:
        constraints = [
            one_of("subject", "person", "unit"),
            models.UniqueConstraint(fields=["cycle", "person"], condition=Q(person__isnull=False), name="subject_person_once"),
            models.UniqueConstraint(fields=["cycle", "unit"], condition=Q(person__isnull=True), name="subject_unit_once"),
            models.UniqueConstraint(fields=["cycle", "row_key"], name="subject_row_once"),
            models.CheckConstraint(condition=Q(counted="in") | ~Q(reason=""), name="subject_reasoned"),
            among("subject", "counted", Counted),
        ]

    @property
    def last_spell(self) -> Spell | None:
        """Where and under whom the subject was in the end. Its spells are read at once where they were prefetched."""
        return max(self.spells.all(), key=lambda each: each.since, default=None)


class Spell(Dated):
    """Where and under whom a subject was for some days of the period: a transfer makes two of them."""

    subject = key_to("domain.Subject", name="spells")
    unit = key_to("domain.Unit", name="spells")
    post_class = models.CharField(max_length=40, blank=True)
    superior = key_to("domain.Person", null=True, name="led_spells")
    upper = key_to("domain.Person", null=True, name="overseen_spells")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "since"], name="spell_day_once"), forward("spell")]
        indexes = [models.Index(fields=["unit"]), models.Index(fields=["superior"]), models.Index(fields=["upper"])]


class Part(models.TextChoices):
    """Which part of a rating: whose view it is."""

    SELF = "self", bi("自评", "Self-evaluation")
    SUPERIOR = "superior", bi("上级评分", "Superior rating")
    GROUP = "group", bi("小组审核", "Group review")
    PEER = "peer", bi("同事互评", "Peer rating")
    UPPER = "upper", bi("部长评分", "Department head")


class Duty(models.Model):
    """Who rates which part of whom. Nobody rates himself, except in the self-evaluation: the database refuses it."""

    subject = key_to("domain.Subject", name="duties")
    subject_person = key_to("domain.Person", null=True)
    part = chosen(Part)
    rater = key_to("domain.Person", null=True, name="duties")
    committee = key_to("domain.Committee", null=True, name="duties")
    items = Texts("评哪几项", default=list)

    class Meta:
        constraints = [
            one_of("duty", "rater", "committee"),
            models.CheckConstraint(
                condition=Q(part="self", rater=F("subject_person"))
                | (~Q(part="self") & (Q(rater__isnull=True) | Q(subject_person__isnull=True) | ~Q(rater=F("subject_person")))),
                name="duty_nobody_rates_himself",
            ),
            models.UniqueConstraint(fields=["subject", "part", "rater"], condition=Q(rater__isnull=False), name="duty_rater_once"),
            models.UniqueConstraint(fields=["subject", "part", "committee"], condition=Q(committee__isnull=False), name="duty_committee_once"),
            among("duty", "part", Part),
        ]
        indexes = [models.Index(fields=["rater", "part"])]

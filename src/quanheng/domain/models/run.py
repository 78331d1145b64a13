"""One computation: its frozen inputs, its result, the headline of each subject, and the release that makes it count."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.base import Kept, Texts, among, chosen, key_to
from quanheng.domain.states import ReleaseState, RunState
from quanheng.domain.words import bi


class RunKind(models.TextChoices):
    PREVIEW = "preview", bi("预览", "Preview")
    OFFICIAL = "official", bi("正式", "Official")


class Run(Kept):
    """A computation. Everything it read is frozen with it; a re-run is a new one."""

    MOVING = ("state", "progress", "started_at", "finished_at", "input_digest", "result_id", "result_digest", "failure", "engine", "plan_digest")

    cycle = key_to("domain.Cycle", name="runs")
    version = key_to("domain.SchemeVersion")
    number = models.PositiveIntegerField("第几次")
    ref = models.CharField("编号", max_length=24)
    kind = chosen(RunKind)
    why = models.CharField("理由", max_length=200, blank=True)
    state = chosen(RunState, default=RunState.QUEUED)
    progress = models.CharField("进度", max_length=60, blank=True)
    engine = models.CharField("引擎版本", max_length=40, blank=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    input_digest = models.CharField(max_length=64, blank=True)
    result = key_to("domain.Blob", null=True)
    result_digest = models.CharField(max_length=64, blank=True)
    failure = Texts("没有算成的原因", default=list)
    by = key_to("domain.Person")
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="run_number_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state__in=["queued", "running"]), name="run_one_at_a_time"),
            among("run", "kind", RunKind),
            among("run", "state", RunState),
        ]


class RunInput(Kept):
    """A table as the run read it, frozen as Parquet by its content."""

    run = key_to("domain.Run", name="inputs")
    table = models.CharField(max_length=60)
    source = models.CharField("来自", max_length=60)
    blob = key_to("domain.Blob")
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "table"], name="run_input_once")]


class Outcome(Kept):
    """The headline of one subject, for lists, gates and history. The result file is the truth; this equals it."""

    run = key_to("domain.Run", name="outcomes")
    subject = key_to("domain.Subject", name="outcomes")
    unit = key_to("domain.Unit")
    group = models.CharField(max_length=60, blank=True)
    score = models.BigIntegerField("得分（放大后的整数）", null=True, blank=True)
    score_digits = models.PositiveSmallIntegerField(default=0)
    grade = models.CharField("等次", max_length=40, blank=True)
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    missing = models.CharField("没有得分的原因", max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "subject"], name="outcome_once")]
        indexes = [models.Index(fields=["run", "unit"])]


class Release(Kept):
    """定稿: the run that counts. Confirmed by a named person: a decision about people is made by a person."""

    MOVING = ("state", "confirmed_by_id", "confirmed_at")

    cycle = key_to("domain.Cycle", name="releases")
    number = models.PositiveIntegerField()
    ref = models.CharField("编号", max_length=24)
    run = models.OneToOneField("domain.Run", on_delete=models.PROTECT, related_name="release")
    digest = models.CharField(max_length=64)
    state = chosen(ReleaseState, default=ReleaseState.DRAFT)
    replaces = models.OneToOneField("domain.Release", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    confirmed_by = key_to("domain.Person", null=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="release_number_once"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state__in=["locked", "standing"]), name="release_one_current"),
            among("release", "state", ReleaseState),
        ]

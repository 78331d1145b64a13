"""What tables share: exact JSON, dated rows, closed lists, and the rule that nothing is deleted by following keys."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from quanheng.domain.words import bi


class _Plain(DjangoJSONEncoder):
    """Chinese as it is written: SQLite stores the text itself, and an auditor reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["ensure_ascii"] = False
        super().__init__(*args, **kwargs)


class Texts(models.JSONField[Any, Any]):
    """JSON whose values are texts. Numbers in it are written as text too: SQLite reads longer ones as floats."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["encoder"] = _Plain
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("encoder", None)
        return name, path, args, kwargs


def canonical(value: object) -> str:
    """The one spelling of a JSON value: sorted keys, no blanks, Chinese plain. What digests are made of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_to(model: str, *, null: bool = False, name: str = "+", **more: Any) -> Any:
    """A foreign key. Nothing is deleted here, least of all by following a key."""
    return models.ForeignKey(model, on_delete=models.PROTECT, null=null, blank=null, related_name=name, **more)


def chosen(choices: type[models.TextChoices], **more: Any) -> Any:
    """A text out of a closed list, which the database knows too (see `among`)."""
    return models.CharField(max_length=24, choices=choices.choices, **more)


def among(table: str, field: str, choices: type[models.TextChoices], *, empty: bool = False) -> models.CheckConstraint:
    """The database refuses what is not on the list."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [*choices.values, *([""] if empty else [])]}),
        name=f"{table}_{field}_listed",
    )


def one_of(table: str, *fields: str) -> models.CheckConstraint:
    """Exactly one of the keys is set."""
    return models.CheckConstraint(condition=_exactly_one(fields), name=f"{table}_one_of_{fields[0]}")


def _exactly_one(fields: tuple[str, ...]) -> Q:
    found = Q()
    for chosen_field in fields:
        found |= Q(**{f"{field}__isnull": field != chosen_field for field in fields})
    return found


class Dated(models.Model):
    """Holds from `since` to the day before `until`; open without `until`. Written by `actions.dated` alone."""

    since = models.DateField("自")
    until = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        abstract = True


def forward(table: str) -> models.CheckConstraint:
    """A span ends after it begins."""
    return models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name=f"{table}_forward")


def not_backward(table: str) -> models.CheckConstraint:
    """A span ends after it begins, or on the same day: what was given by mistake is taken back and never held."""
    return models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name=f"{table}_not_backward")


def open_once(table: str, *fields: str) -> models.UniqueConstraint:
    """At most one open row for each of them."""
    return models.UniqueConstraint(fields=list(fields), condition=Q(until__isnull=True), name=f"{table}_open_once")


class Kept(models.Model):
    """A row whose content never changes after it is written; the columns that may move are listed. Database triggers
    hold it (see `triggers.py`): an update of anything else, and every deletion, is refused."""

    MOVING: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


class About(models.TextChoices):
    """The kinds of things that tasks, signatures, attachments and journal entries may be about."""

    ORG = "org", bi("单位设置", "Settings")
    UNIT = "unit", bi("机构", "Unit")
    PERSON = "person", bi("人员", "Person")
    GRANT = "grant", bi("授权", "Grant")
    RECUSAL = "recusal", bi("回避", "Recusal")
    COMMITTEE = "committee", bi("小组", "Committee")
    CALENDAR = "calendar", bi("工作日历", "Calendar")
    SCHEME = "scheme", bi("办法", "Scheme")
    VERSION = "version", bi("办法版本", "Scheme version")
    REGISTER = "register", bi("台账", "Register")
    RECORD = "record", bi("记录", "Record")
    BATCH = "batch", bi("批次", "Batch")
    CYCLE = "cycle", bi("考核周期", "Cycle")
    STAGE = "stage", bi("环节", "Stage")
    SUBJECT = "subject", bi("考核对象", "Subjects")
    GOAL = "goal", bi("目标", "Goal")
    PLAN = "plan", bi("计划", "Plan")
    GUIDANCE = "guidance", bi("指导", "Guidance")
    REPORT = "report", bi("单位自评材料", "Self-report")
    SHEET = "sheet", bi("评分表", "Score sheet")
    RUN = "run", bi("计算", "Run")
    RELEASE = "release", bi("定稿", "Release")
    TASK = "task", bi("事项", "Task")
    LOGIN = "login", bi("账号", "Account")
    TOKEN = "token", bi("接口凭证", "Token")
    CHAIN = "chain", bi("日志", "Journal")

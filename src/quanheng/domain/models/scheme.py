"""The regulation: its versions in time, and its articles as rows to point at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quanheng.domain.models.base import Kept, among, chosen, key_to
from quanheng.domain.states import VersionState


class Scheme(models.Model):
    """A regulation (考核办法) as a thing that lives through its versions."""

    org = key_to("domain.Org", name="schemes")
    key = models.SlugField("编号")
    title = models.CharField("名称", max_length=200)
    owner = key_to("domain.Unit", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="scheme_key_once")]

    def __str__(self) -> str:
        return self.title


class SchemeVersion(Kept):
    """Its text at a time. The text may change while it is a draft, and never after."""

    MOVING = ("state", "force_until", "adopted_by_id", "adopted_at", "document", "force_from")

    scheme = key_to("domain.Scheme", name="versions")
    number = models.PositiveIntegerField("第几版")
    label = models.CharField("版本", max_length=40)
    text = models.TextField("条文")
    digest = models.CharField(max_length=64)
    state = chosen(VersionState, default=VersionState.DRAFT)
    base = key_to("domain.SchemeVersion", null=True)
    force_from = models.DateField("施行", null=True, blank=True)
    force_until = models.DateField("停止施行", null=True, blank=True)
    document = models.CharField("批准文号", max_length=100, blank=True)
    drafted_by = key_to("domain.Person")
    drafted_at = models.DateTimeField()
    adopted_by = key_to("domain.Person", null=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["scheme"], condition=Q(state="in_force"), name="version_one_in_force"),
            among("version", "state", VersionState),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.label}"


class Article(Kept):
    """One paragraph of a version, so that an explanation, an opinion or a task can point at it."""

    MOVING: ClassVar[tuple[str, ...]] = ()

    version = key_to("domain.SchemeVersion", name="articles")
    order = models.PositiveIntegerField()
    number = models.CharField("条款", max_length=40)
    title = models.CharField("标题", max_length=100, blank=True)
    text = models.TextField("条文", blank=True)
    line = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="article_order_once")]
        indexes = [models.Index(fields=["version", "number"])]

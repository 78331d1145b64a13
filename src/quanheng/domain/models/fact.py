"""Facts: registers, records, their verification, bulk batches, files. A correction is a new row that points at the old."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.base import About, Kept, Texts, among, chosen, key_to
from quanheng.domain.states import BatchState, RecordState
from quanheng.domain.words import bi


class RegisterAbout(models.TextChoices):
    PERSON = "person", bi("人员", "Person")
    UNIT = "unit", bi("机构", "Unit")
    NONE = "none", bi("其他", "Other")


class Register(models.Model):
    """A kind of fact the organisation keeps (台账): attendance, deviations, students per college."""

    org = key_to("domain.Org", name="registers")
    name = models.CharField("名称", max_length=60)
    about = chosen(RegisterAbout, verbose_name="记的是谁")
    keeper = key_to("domain.Unit", null=True)
    keeper_name = models.CharField("管理部门", max_length=60, blank=True)
    retention = models.CharField("保存类别", max_length=1, default="C")
    closed = models.BooleanField("已停用", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="register_name_once"), among("register", "about", RegisterAbout)]

    def __str__(self) -> str:
        return self.name


class RegisterVersion(Kept):
    """Its columns at a time, as the scheme language declares them. A new version may only widen."""

    register = key_to("domain.Register", name="versions")
    number = models.PositiveIntegerField()
    definition = models.TextField("列的定义")
    declared_by = key_to("domain.SchemeVersion", null=True)
    table = models.CharField("办法里的表", max_length=60, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="register_version_once")]


class RecordSource(models.TextChoices):
    SYSTEM = "system", bi("系统", "System")
    ATTESTED = "attested", bi("他证", "Attested")
    SELF = "self", bi("自报", "Self-reported")
    DECISION = "decision", bi("决定", "Decision")
    UPPER_BODY = "upper_body", bi("上级机关", "Upper body")


class Record(Kept):
    """One fact: who, what, when, on whose word. Values are exact texts under the declared names."""

    MOVING = ("state",)

    org = key_to("domain.Org", name="records")
    register = key_to("domain.Register", name="records")
    version = key_to("domain.RegisterVersion")
    ref = models.CharField("编号", max_length=24)
    person = key_to("domain.Person", null=True, name="records")
    unit = key_to("domain.Unit", null=True, name="records")
    day = models.DateField("日期")
    values = Texts("内容")
    note = models.TextField("说明", blank=True)
    source = chosen(RecordSource, verbose_name="来源")
    state = chosen(RecordState, default=RecordState.ENTERED)
    salt = models.CharField(max_length=32)
    corrects = models.OneToOneField("domain.Record", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by")
    withdraws = models.BooleanField("撤回", default=False)
    row_key = models.CharField("行键", max_length=200, blank=True)
    entered_by = key_to("domain.Person", null=True)
    entered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "ref"], name="record_ref_once"),
            models.UniqueConstraint(
                # the same row of a later day is the row from then on; earlier cycles keep reading the earlier one
                fields=["register", "row_key", "day"],
                condition=Q(state__in=["entered", "verified", "doubted"]) & ~Q(row_key=""),
                name="record_live_row_once",
            ),
            among("record", "source", RecordSource),
            among("record", "state", RecordState),
        ]
        indexes = [
            models.Index(fields=["register", "person", "day"]),
            models.Index(fields=["register", "day"]),
            models.Index(fields=["person", "day"]),
            models.Index(fields=["unit", "day"]),
        ]

    def __str__(self) -> str:
        return self.ref


class Verdict(models.TextChoices):
    VERIFIED = "verified", bi("属实", "True")
    DOUBTED = "doubted", bi("存疑", "Doubted")
    VOID = "void", bi("不属实", "Not true")


class Check(Kept):
    """Somebody else looked at a record and verified or doubts it."""

    record = key_to("domain.Record", name="checks")
    by = key_to("domain.Person")
    verdict = chosen(Verdict)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [among("check", "verdict", Verdict)]


class Blob(Kept):
    """Bytes by their content; they lie in the file store, readable only through what they are attached to."""

    MOVING = ("erased_at",)

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media = models.CharField(max_length=100)
    erased_at = models.DateTimeField(null=True, blank=True)


class Attachment(Kept):
    """A file under a name, belonging to something."""

    org = key_to("domain.Org")
    about_kind = chosen(About)
    about_id = models.BigIntegerField()
    blob = key_to("domain.Blob")
    name = models.CharField("文件名", max_length=200)
    by = key_to("domain.Person", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [among("attachment", "about_kind", About)]
        indexes = [models.Index(fields=["about_kind", "about_id"])]


class Batch(Kept):
    """Bulk detail (accounts, attendance, class hours) as one immutable Parquet file."""

    MOVING = ("state",)

    org = key_to("domain.Org", name="batches")
    register = key_to("domain.Register", name="batches")
    version = key_to("domain.RegisterVersion")
    ref = models.CharField("编号", max_length=24)
    blob = key_to("domain.Blob")
    rows = models.PositiveIntegerField("行数")
    digest = models.CharField(max_length=64)
    since = models.DateField("自")
    until = models.DateField("至（不含）")
    source_name = models.CharField("原文件", max_length=200)
    state = chosen(BatchState, default=BatchState.LOADED)
    replaces = models.OneToOneField("domain.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    importer = key_to("domain.Person", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "ref"], name="batch_ref_once"), among("batch", "state", BatchState)]


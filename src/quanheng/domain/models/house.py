"""Who there is: organisations, units as a dated tree, persons, posts, committees, working days."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.access import Capacity
from quanheng.domain.models.base import Dated, Texts, among, chosen, forward, key_to, not_backward, open_once
from quanheng.domain.words import bi


class Org(models.Model):
    """One organisation. Several may live in one installation and see nothing of each other."""

    key = models.SlugField("代码", unique=True)
    name = models.CharField("名称", max_length=100)
    zone = models.CharField("时区", max_length=40, default="Asia/Shanghai")
    role_names = Texts("本单位对各种职责的叫法")
    quiet_from = models.TimeField("免打扰自", default="20:00")
    quiet_until = models.TimeField("免打扰至", default="08:00")
    calendar_version = models.PositiveIntegerField(default=0)  # counts edits, so that every process forgets what it read

    def __str__(self) -> str:
        return self.name

    def called(self, capacity: str) -> str:
        """What the organisation calls a capacity (绩效办, 考核组, 中心校), else the product's word."""
        return str(self.role_names.get(str(capacity)) or Capacity(capacity).label)


class UnitKind(models.TextChoices):
    ROOT = "root", bi("单位", "Organisation")
    DEPARTMENT = "department", bi("部门", "Department")
    COLLEGE = "college", bi("学院", "College")
    BRANCH = "branch", bi("基层机构", "Branch")
    TEAM = "team", bi("班组", "Team")
    PROJECT = "project", bi("项目", "Project")


class Unit(models.Model):
    """What a unit is; where it hangs and what it is called is dated (`UnitPlace`)."""

    org = key_to("domain.Org", name="units")
    code = models.CharField("代码", max_length=40)
    kind = chosen(UnitKind, verbose_name="种类")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "code"], name="unit_code_once"),
            models.UniqueConstraint(fields=["org"], condition=Q(kind="root"), name="unit_one_root"),
            among("unit", "kind", UnitKind),
        ]

    def __str__(self) -> str:
        return self.code


class UnitPlace(Dated):
    """Under which unit it hangs and what it is called, from a day on."""

    unit = key_to("domain.Unit", name="places")
    parent = key_to("domain.Unit", null=True, name="child_places")
    name = models.CharField("名称", max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "since"], name="unit_place_day_once"),
            open_once("unit_place", "unit"),
            forward("unit_place"),
        ]


class UnitSpan(Dated):
    """Derived from the places: `under` lies below `top` (itself at depth 0) during these days. Rebuilt, never edited."""

    org = key_to("domain.Org")
    top = key_to("domain.Unit", name="spans_below")
    under = key_to("domain.Unit", name="spans_above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["top", "since"]), models.Index(fields=["under", "since"])]


class Person(models.Model):
    """Somebody who belongs to the organisation. Attributes that a scheme needs are facts in a register, not columns."""

    org = key_to("domain.Org", name="people")
    number = models.CharField("工号", max_length=40)
    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField("拼音", max_length=120, blank=True)
    initials = models.CharField("拼音首字母", max_length=20, blank=True)
    login = key_to("domain.Login", null=True, name="people")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="person_number_once")]
        indexes = [models.Index(fields=["org", "name"]), models.Index(fields=["org", "pinyin"]), models.Index(fields=["org", "initials"])]

    def __str__(self) -> str:
        return self.name


class PostKind(models.TextChoices):
    MAIN = "main", bi("主岗", "Main post")
    SECOND = "second", bi("兼岗", "Second post")
    PROJECT = "project", bi("项目岗", "Project post")


class PostStanding(models.TextChoices):
    ON_POST = "on_post", bi("在岗", "On post")
    WAITING = "waiting", bi("待岗", "Waiting for a post")
    RETIRED_INTERNALLY = "retired", bi("内退", "Internally retired")
    SECONDED = "seconded", bi("借调", "Seconded")
    OFF_POST = "off_post", bi("离岗（在册）", "Off post, on roll")


class Post(Dated):
    """Where somebody works and as what: 以岗定酬, so that pay follows this row and its days."""

    person = key_to("domain.Person", name="posts")
    unit = key_to("domain.Unit", name="posts")
    title = models.CharField("岗位", max_length=60, blank=True)
    post_class = models.CharField("岗位类别", max_length=40, blank=True)
    kind = chosen(PostKind, default=PostKind.MAIN, verbose_name="主兼")
    standing = chosen(PostStanding, default=PostStanding.ON_POST, verbose_name="在岗情况")
    share = models.PositiveIntegerField("份额（万分之）", default=10_000)
    document = models.CharField("文号", max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "unit", "since"], name="post_day_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(kind="main", until__isnull=True), name="post_one_open_main"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=10_000), name="post_share_whole"),
            forward("post"),
            among("post", "kind", PostKind),
            among("post", "standing", PostStanding),
        ]
        indexes = [models.Index(fields=["unit", "since"])]


class CommitteeKind(models.TextChoices):
    LEADING = "leading", bi("领导小组", "Leading group")
    REVIEW = "review", bi("审核小组", "Review group")
    WORKING = "working", bi("工作小组", "Working group")


class Committee(models.Model):
    """A leading group, a review group, a working group."""

    org = key_to("domain.Org", name="committees")
    unit = key_to("domain.Unit", null=True)
    name = models.CharField("名称", max_length=60)
    kind = chosen(CommitteeKind, verbose_name="种类")
    composition = models.TextField("组成办法", blank=True)
    closed = models.BooleanField("已撤销", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="committee_name_once"), among("committee", "kind", CommitteeKind)]

    def __str__(self) -> str:
        return self.name


class SeatRole(models.TextChoices):
    LEADER = "leader", bi("组长", "Leader")
    MEMBER = "member", bi("成员", "Member")
    SECRETARY = "secretary", bi("秘书", "Secretary")


class Seat(Dated):
    """A member of a committee, and whom the seat stands for."""

    committee = key_to("domain.Committee", name="seats")
    person = key_to("domain.Person", name="seats")
    role = chosen(SeatRole, verbose_name="职务")
    stands_for = models.CharField("代表", max_length=60, blank=True)

    class Meta:
        constraints = [
            open_once("seat", "committee", "person"),
            models.UniqueConstraint(fields=["committee"], condition=Q(role="leader", until__isnull=True), name="seat_one_leader"),
            not_backward("seat"),
            among("seat", "role", SeatRole),
        ]


class DayStanding(models.TextChoices):
    OFFICIAL = "official", bi("正式", "Official")
    PROVISIONAL = "provisional", bi("暂定", "Provisional")


class WorkDay(models.Model):
    """One day of the working calendar. A year that nobody has announced yet is 暂定: shown so, and nothing closes on it."""

    org = key_to("domain.Org", name="work_days")
    day = models.DateField("日期")
    works = models.BooleanField("工作日")
    standing = chosen(DayStanding, verbose_name="效力")
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "day"], name="work_day_once"), among("work_day", "standing", DayStanding)]


class Number(models.Model):
    """The next running number of a kind of reference in a year. Drawn inside the deed, so that there are no gaps."""

    org = key_to("domain.Org")
    kind = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    next = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "year"], name="number_once")]

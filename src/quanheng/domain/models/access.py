"""Who may come in, and as what."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from quanheng.domain.models.base import Dated, Texts, among, chosen, key_to, not_backward, one_of
from quanheng.domain.words import bi


class Logins(BaseUserManager["Login"]):
    """Makes accounts; the password is set apart."""

    def create_user(self, username: str, password: str | None = None) -> Login:
        """An account that can sign in when a password is given."""
        login = self.model(username=username)
        login.set_password(password)
        login.save(using=self._db)
        return login


class Login(AbstractBaseUser):
    """An account. It may stand for persons of several organisations; what it may do hangs on the person."""

    username = models.CharField("账号", max_length=60, unique=True)
    is_active = models.BooleanField("可用", default=True)
    must_change = models.BooleanField("须改密码", default=False)
    sessions_from = models.DateTimeField("此前的会话作废", null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Logins()

    def __str__(self) -> str:
        return self.username


class Capacity(models.TextChoices):
    """As what somebody acts. An organisation may call them by names of its own; the list is closed."""

    STAFF = "staff", bi("职工", "Staff")
    HEAD = "head", bi("单位负责人", "Unit head")
    UPPER = "upper", bi("上级的上级", "Superior's superior")
    HR = "hr", bi("人力资源", "HR")
    LEADER = "leader", bi("领导", "Leader")
    AUDITOR = "auditor", bi("审计监督", "Auditor")
    OFFICER = "officer", bi("办法管理人", "Scheme officer")
    KEEPER = "keeper", bi("台账管理人", "Register keeper")
    SECRETARY = "secretary", bi("小组秘书", "Group secretary")
    MEMBER = "member", bi("小组成员", "Group member")
    GROUP_LEADER = "group_leader", bi("小组组长", "Group leader")
    SYSTEM_ADMIN = "system_admin", bi("系统管理员", "System administrator")
    SECURITY_ADMIN = "security_admin", bi("安全管理员", "Security administrator")
    AUDIT_ADMIN = "audit_admin", bi("审计管理员", "Audit administrator")
    MACHINE = "machine", bi("接口", "Interface")
    SYSTEM = "system", bi("系统", "System")


ADMINISTRATORS = (Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN, Capacity.AUDIT_ADMIN)


class Grant(Dated):
    """Somebody holds a capacity over a unit and all below it, in a committee's matter, or for one cycle."""

    org = key_to("domain.Org", name="grants")
    person = key_to("domain.Person", name="grants")
    capacity = chosen(Capacity, verbose_name="职责")
    unit = key_to("domain.Unit", null=True)
    cycle = key_to("domain.Cycle", null=True)
    register = key_to("domain.Register", null=True)
    document = models.CharField("依据", max_length=100, blank=True)

    class Meta:
        constraints = [
            one_of("grant", "unit", "cycle", "register"),
            not_backward("grant"),
            among("grant", "capacity", Capacity),
            # 三员分立: one person is at most one of the three
            models.UniqueConstraint(
                fields=["person"], condition=Q(capacity__in=ADMINISTRATORS, until__isnull=True), name="grant_one_administration"
            ),
        ]
        indexes = [models.Index(fields=["person", "since"]), models.Index(fields=["unit", "capacity"])]


class Recusal(Dated):
    """Somebody may not judge a person (a relative) or a unit (the own one)."""

    org = key_to("domain.Org")
    person = key_to("domain.Person", name="recusals")
    other = key_to("domain.Person", null=True, name="recused_from")
    unit = key_to("domain.Unit", null=True)
    cause = models.CharField("事由", max_length=100)

    class Meta:
        constraints = [
            one_of("recusal", "other", "unit"),
            not_backward("recusal"),
            models.CheckConstraint(condition=Q(other__isnull=True) | ~Q(other=F("person")), name="recusal_not_oneself"),
        ]


class TokenScope(models.TextChoices):
    PEOPLE = "people", bi("人员导入", "People in")
    RECORDS = "records", bi("记录导入", "Records in")
    RATINGS = "ratings", bi("评分导入", "Ratings in")
    RESULTS = "results", bi("结果导出", "Results out")


class Token(models.Model):
    """The key of another system: shown once, kept as a hash, with the scope it may reach."""

    org = key_to("domain.Org", name="tokens")
    name = models.CharField("名称", max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = Texts("可用范围", default=list)
    unit = key_to("domain.Unit")
    until = models.DateField("有效至（不含）")
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = key_to("domain.Person")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

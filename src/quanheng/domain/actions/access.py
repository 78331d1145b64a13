"""Grants, committees and their seats, recusals, accounts: who may act as what."""

from __future__ import annotations

import datetime
import secrets
from typing import Final

from django.db.models import Q

from quanheng.domain import journal
from quanheng.domain.actions import dated
from quanheng.domain.actions.content import digest
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.models import (
    About,
    Capacity,
    Committee,
    CommitteeKind,
    Cycle,
    Grant,
    Login,
    Person,
    Recusal,
    Register,
    Seat,
    SeatRole,
    Unit,
)  # fmt: skip
from quanheng.domain.policies.access import DERIVED, administration_of, require_giver, require_no_administrator, require_separate
from quanheng.domain.policies.house import require_all_kept, require_kept, require_own, require_person_kept, require_some_kept
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import NotYours, require

GIVERS: Final = (Capacity.SECURITY_ADMIN, Capacity.HR)
HR: Final = (Capacity.HR,)
ADMIN: Final = (Capacity.SYSTEM_ADMIN,)
READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no l and 1, no o and 0: it is read aloud


# ---------------------------------------------------------------------------------------------------------------- grants


@deed("grant.given", once=True)
def give_grant(  # noqa: PLR0913  a grant has these parts
    by: Viewer,
    person: Person,
    capacity: str,
    *,
    unit: Unit | None = None,
    cycle: Cycle | None = None,
    register: Register | None = None,
    since: datetime.date,
    until: datetime.date | None = None,
    document: str = "",
) -> Grant:
    """Somebody holds a capacity over a unit and all below it, for one cycle, or for one register."""
    capacity = Capacity(capacity)
    require(capacity not in DERIVED, f"“{capacity.label}”随岗位、席位或接口产生，不单独授予。", f"“{capacity.label}” follows from post, seat or token.")
    require(until is None or until > since, "结束的日子要在开始之后。", "The end must come after the beginning.")
    scopes = [scope for scope in (unit, cycle, register) if scope is not None]
    require(len(scopes) == 1, "授权要有一个范围：一个机构、一个周期或者一本台账。", "A grant has one scope: a unit, a cycle or a register.")
    if any(scope.org_id != by.org.pk for scope in scopes):
        raise NotYours
    require_giver(by, capacity, person, unit or (register.keeper if register is not None else None))
    require_separate(person, capacity, since, until)
    same = Grant.objects.filter(person=person, capacity=capacity, unit=unit, cycle=cycle, register=register)
    same = same.filter(Q(until__isnull=True) | Q(until__gt=since))
    same = same if until is None else same.filter(since__lt=until)
    require(not same.exists(), f"{person.name}已经有这项授权。", f"{person.name} holds this already.")
    grant = Grant.objects.create(
        org=by.org, person=person, capacity=capacity, unit=unit, cycle=cycle, register=register, since=since, until=until, document=document.strip()
    )
    enter(by, "grant.given", About.GRANT, grant, ref=capacity.value, subject=person, digest=digest(grant), reason=document, capacities=GIVERS)
    return grant


@deed("grant.ended", once=True)
def end_grant(by: Viewer, grant: Grant, *, day: datetime.date, reason: str) -> Grant:
    """The grant is held until the day before; one that was given today by mistake was never held."""
    if grant.org_id != by.org.pk:
        raise NotYours
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    register = grant.register
    require_giver(by, Capacity(grant.capacity), grant.person, grant.unit or (register.keeper if register is not None else None))
    dated.end_at(grant, day)
    enter(by, "grant.ended", About.GRANT, grant, ref=grant.capacity, subject=grant.person, digest=digest(grant), reason=reason, capacities=GIVERS)
    return grant


# ------------------------------------------------------------------------------------------------------------ committees


@deed("committee.made", once=True)
def make_committee(by: Viewer, *, name: str, kind: str, unit: Unit | None = None, composition: str = "") -> Committee:
    """A leading group, a review group, a working group."""
    _require_committee_kept(by, unit)
    require(name.strip(), "小组要有名称。", "A group has a name.")
    require(not Committee.objects.filter(org=by.org, name=name.strip()).exists(), f"已经有叫“{name}”的小组。", f"There is a group “{name}” already.")
    made = Committee.objects.create(org=by.org, name=name.strip(), kind=CommitteeKind(kind), unit=unit, composition=composition.strip())
    enter(by, "committee.made", About.COMMITTEE, made, ref=made.name, digest=digest(made), capacities=HR)
    return made


@deed("committee.closed", once=True)
def close_committee(by: Viewer, committee: Committee, *, day: datetime.date, reason: str) -> Committee:
    """The group ends and all seats in it."""
    _require_committee(by, committee)
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    for seat in committee.seats.filter(Q(until__isnull=True) | Q(until__gt=day)):
        dated.end_at(seat, max(day, seat.since))
    committee.closed = True
    committee.save(update_fields=["closed"])
    enter(by, "committee.closed", About.COMMITTEE, committee, ref=committee.name, digest=_seats(committee), reason=reason, capacities=HR)
    return committee


@deed("seat.set", once=True)
def seat(
    by: Viewer,
    committee: Committee,
    person: Person,
    *,
    role: str,
    since: datetime.date,
    until: datetime.date | None = None,
    stands_for: str = "",
) -> Seat:
    """Somebody sits in the group from a day on, or sits there in another role. A group has one leader at a time."""
    _require_committee(by, committee)
    require_own(by, person)
    require_no_administrator(person, administration_of(person, since))
    if role == SeatRole.LEADER:
        led = committee.seats.filter(role=SeatRole.LEADER).exclude(person=person).filter(Q(until__isnull=True) | Q(until__gt=since))
        now_leading = led.select_related("person").first()
        who = now_leading.person.name if now_leading else ""
        require(now_leading is None, f"组长现在是{who}，先把他的席位改了。", f"{who} leads the group; change that seat first.")
    written = dated.set_from(Seat, {"committee": committee, "person": person}, since, until=until, role=SeatRole(role), stands_for=stands_for.strip())
    enter(by, "seat.set", About.COMMITTEE, committee, ref=committee.name, subject=person, digest=_seats(committee), capacities=HR)
    return written


@deed("seat.ended", once=True)
def unseat(by: Viewer, held: Seat, *, day: datetime.date, reason: str = "") -> Seat:
    """The seat is held until the day before."""
    _require_committee(by, held.committee)
    dated.end_at(held, day)
    enter(
        by, "seat.ended", About.COMMITTEE, held.committee, ref=held.committee.name, subject=held.person, digest=_seats(held.committee),
        reason=reason, capacities=HR,
    )  # fmt: skip
    return held


def _require_committee_kept(by: Viewer, unit: Unit | None) -> None:
    if unit is None:
        require_all_kept(by)
    else:
        require_kept(by, unit)


def _require_committee(by: Viewer, committee: Committee) -> None:
    if committee.org_id != by.org.pk:
        raise NotYours
    _require_committee_kept(by, committee.unit)
    require(not committee.closed, "这个小组已经撤销。", "This group is closed.")


def _seats(committee: Committee) -> str:
    return digest(committee, *committee.seats.all())


# -------------------------------------------------------------------------------------------------------------- recusals


@deed("recusal.declared", once=True)
def declare_recusal(
    by: Viewer,
    person: Person,
    *,
    other: Person | None = None,
    unit: Unit | None = None,
    cause: str,
    since: datetime.date,
    until: datetime.date | None = None,
) -> Recusal:
    """Somebody does not judge a relative, or a unit. Declared by oneself or by HR; the own unit needs no declaration."""
    require_own(by, person, other, unit)
    if by.person is None or by.person.pk != person.pk:
        require_some_kept(by)
        require_person_kept(by, person)
    require(cause.strip(), "要写明事由。", "Give the cause.")
    require((other is None) != (unit is None), "回避一个人，或者一个机构。", "Recusal is from one person or one unit.")
    require(other is None or other.pk != person.pk, "评自己本来就不可以，不用登记。", "Nobody judges himself anyway.")
    require(until is None or until > since, "结束的日子要在开始之后。", "The end must come after the beginning.")
    there = Recusal.objects.filter(person=person, other=other, unit=unit).filter(Q(until__isnull=True) | Q(until__gt=since))
    require(not there.exists(), "这项回避已经登记过。", "This recusal is recorded already.")
    written = Recusal.objects.create(org=by.org, person=person, other=other, unit=unit, cause=cause.strip(), since=since, until=until)
    enter(by, "recusal.declared", About.RECUSAL, written, subject=person, digest=digest(written), capacities=HR)
    return written


@deed("recusal.ended", once=True)
def end_recusal(by: Viewer, recusal: Recusal, *, day: datetime.date, reason: str) -> Recusal:
    """No longer needed. HR says so, never the person concerned."""
    if recusal.org_id != by.org.pk:
        raise NotYours
    require(by.person is None or by.person.pk != recusal.person_id, "自己的回避由人力资源解除。", "HR ends one's recusal.")
    require_some_kept(by)
    require_person_kept(by, recusal.person)
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    dated.end_at(recusal, day)
    enter(by, "recusal.ended", About.RECUSAL, recusal, subject=recusal.person, digest=digest(recusal), reason=reason, capacities=HR)
    return recusal


# -------------------------------------------------------------------------------------------------------------- accounts


def one_time_password() -> str:
    """A password that is read aloud once and changed at the first sign-in: 16 signs, about 79 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


@deed("login.made", once=True)
def make_login(by: Viewer, person: Person, *, username: str) -> tuple[Login, str]:
    """An account for somebody, with a password that holds until the first sign-in; it is shown once and kept nowhere."""
    require_own(by, person)
    _require_system_admin(by)
    require(person.login is None, f"{person.name}已经有账号。", f"{person.name} has an account already.")
    name = username.strip().lower()
    require(name, "要有账号名。", "Give the account a name.")
    require(not Login.objects.filter(username=name).exists(), f"账号“{name}”已经有人在用。", f"The account name {name} is taken.")
    password = one_time_password()
    login = Login.objects.create_user(name, password)
    login.must_change = True
    login.save(update_fields=["must_change"])
    person.login = login
    person.save(update_fields=["login"])
    _enter_login(by, "login.made", person, login)
    return login, password


@deed("login.reset", once=True)
def reset_login(by: Viewer, person: Person) -> str:
    """A new password that holds until the next sign-in; all sessions end."""
    login = _login_of(by, person)
    password = one_time_password()
    login.set_password(password)
    login.must_change, login.sessions_from = True, by.now
    login.save(update_fields=["password", "must_change", "sessions_from"])
    _enter_login(by, "login.reset", person, login)
    return password


@deed("login.blocked", once=True)
def block_login(by: Viewer, person: Person, *, reason: str) -> Login:
    """Nobody signs in with the account any more; all sessions end."""
    login = _login_of(by, person)
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    require(by.person is None or by.person.pk != person.pk, "不能停用自己的账号。", "Nobody blocks his own account.")
    require(login.is_active, "这个账号已经停用。", "This account is blocked already.")
    login.is_active, login.sessions_from = False, by.now
    login.save(update_fields=["is_active", "sessions_from"])
    _enter_login(by, "login.blocked", person, login, reason)
    return login


@deed("login.unblocked", once=True)
def unblock_login(by: Viewer, person: Person, *, reason: str) -> Login:
    """The account may be used again."""
    login = _login_of(by, person)
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    require(not login.is_active, "这个账号没有停用。", "This account is not blocked.")
    login.is_active = True
    login.save(update_fields=["is_active"])
    _enter_login(by, "login.unblocked", person, login, reason)
    return login


def _login_of(by: Viewer, person: Person) -> Login:
    require_own(by, person)
    _require_system_admin(by)
    login: Login | None = person.login
    require(login is not None, f"{person.name}还没有账号。", f"{person.name} has no account yet.")
    assert login is not None
    # who could set its password would be that person in the other organisation too
    elsewhere = login.people.exclude(org=by.org).exists()
    require(by.system or not elsewhere, "这个账号也用于别的单位，由安装的管理人办理。", "The account serves another organisation too; its keeper does this.")
    return login


def _require_system_admin(by: Viewer) -> None:
    require(by.system or by.holds(Capacity.SYSTEM_ADMIN), "账号由系统管理员办理。", "The system administrator keeps accounts.")


def _enter_login(by: Viewer, name: str, person: Person, login: Login, reason: str = "") -> None:
    state = {"login": str(login.pk), "active": str(login.is_active), "must_change": str(login.must_change)}
    enter(by, name, About.LOGIN, login, ref=person.number, subject=person, digest=journal.digest_of(state), reason=reason, capacities=ADMIN)

"""Who may act as what: grants, the three administrators, groups, recusals, accounts."""

import datetime

import pytest

from quanheng.domain.actions.access import (
    block_login,
    close_committee,
    declare_recusal,
    end_grant,
    end_recusal,
    give_grant,
    make_committee,
    make_login,
    reset_login,
    seat,
    unblock_login,
    unseat,
)  # fmt: skip
from quanheng.domain.actions.house import set_post
from quanheng.domain.models import Capacity, CommitteeKind, Entry, Grant, Person, Seat, SeatRole
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.recusal import OWN_UNIT, bars, bars_of
from quanheng.domain.refusal import NotYours, Refusal
from tests.cast import make_cast

TODAY, NOVEMBER = datetime.date(2026, 10, 15), datetime.date(2026, 11, 1)


# --------------------------------------------------------------------------------------------------------------- grants


def test_hr_makes_zhao_head_of_his_department_and_takes_it_back_at_once(cast, qian):
    grant = give_grant(qian, cast.people["zhao"], Capacity.HEAD, unit=cast.units["ZJ"], since=TODAY, document="任字〔2026〕3号")
    assert cast.viewer("zhao").in_scope(cast.units["ZJ"].pk, Capacity.HEAD)
    end_grant(qian, grant, day=TODAY, reason="写错了人")
    assert not cast.viewer("zhao").holds(Capacity.HEAD)
    assert [entry.deed for entry in Entry.objects.filter(person=qian.person).order_by("seq")] == ["grant.given", "grant.ended"]


@pytest.mark.parametrize("capacity", [Capacity.LEADER, Capacity.AUDITOR, Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN])
def test_hr_does_not_give_what_the_security_administrator_gives(cast, qian, feng, capacity):
    with pytest.raises(Refusal, match="由安全管理员授予"):
        give_grant(qian, cast.people["zhao"], capacity, unit=cast.units["0"], since=TODAY)
    give_grant(feng, cast.people["zhao"], Capacity.LEADER, unit=cast.units["0"], since=TODAY)


def test_hr_is_delegated_below_ones_own_unit_only(cast, qian):
    with pytest.raises(Refusal, match="下级机构"):
        give_grant(qian, cast.people["zhao"], Capacity.HR, unit=cast.units["0"], since=TODAY)
    give_grant(qian, cast.people["zhao"], Capacity.HR, unit=cast.units["SC"], since=TODAY)
    zhao = cast.viewer("zhao")
    give_grant(zhao, cast.people["wang"], Capacity.HEAD, unit=cast.units["SC1"], since=TODAY)
    with pytest.raises(Refusal, match="自己管理的机构以内"):
        give_grant(zhao, cast.people["wang"], Capacity.HEAD, unit=cast.units["ZJ"], since=TODAY)


def test_nobody_gives_to_himself(cast, qian, feng):
    for by in (qian, feng):
        with pytest.raises(Refusal, match="不能给自己"):
            give_grant(by, by.person, Capacity.HEAD, unit=cast.units["SC"], since=TODAY)


def test_a_head_a_worker_an_auditor_and_the_system_administrator_give_nothing(cast, li, wang, sun, zheng):
    for by in (li, wang, sun, zheng):
        with pytest.raises(Refusal, match="安全管理员或者人力资源"):
            give_grant(by, cast.people["zhao"], Capacity.HEAD, unit=cast.units["SC1"], since=TODAY)


def test_the_three_administrators_are_three_persons_without_business(cast, feng):
    with pytest.raises(Refusal, match="三员与业务职责不能由一人兼任"):
        give_grant(feng, cast.people["li"], Capacity.SYSTEM_ADMIN, unit=cast.units["0"], since=TODAY)
    with pytest.raises(Refusal, match="三员与业务职责不能由一人兼任"):
        give_grant(feng, cast.people["chen"], Capacity.SYSTEM_ADMIN, unit=cast.units["0"], since=TODAY)
    with pytest.raises(Refusal, match="郑凯是系统管理员"):
        give_grant(feng, cast.people["zheng"], Capacity.HEAD, unit=cast.units["RL"], since=TODAY)
    give_grant(feng, cast.people["wang"], Capacity.SYSTEM_ADMIN, unit=cast.units["0"], since=TODAY)


def test_the_audit_administrator_sees_every_grant_and_gives_none(cast, chen, wang):
    assert visible(chen, Grant).count() == Grant.objects.count() > 5
    assert visible(wang, Grant).count() == 0
    with pytest.raises(Refusal):
        give_grant(chen, cast.people["zhao"], Capacity.HEAD, unit=cast.units["ZJ"], since=TODAY)


def test_what_follows_from_a_seat_is_not_granted_and_nothing_twice(cast, qian, feng):
    with pytest.raises(Refusal, match="随岗位、席位"):
        give_grant(feng, cast.people["zhao"], Capacity.SECRETARY, unit=cast.units["0"], since=TODAY)
    give_grant(qian, cast.people["zhao"], Capacity.HEAD, unit=cast.units["ZJ"], since=TODAY)
    with pytest.raises(Refusal, match="已经有这项授权"):
        give_grant(qian, cast.people["zhao"], Capacity.HEAD, unit=cast.units["ZJ"], since=NOVEMBER)


def test_a_grant_of_another_organisation_does_not_exist(cast, feng):
    other = make_cast("yi", "乙公司")
    with pytest.raises(NotYours):
        end_grant(feng, Grant.objects.filter(org=other.org).first(), day=TODAY, reason="不是我的")
    with pytest.raises(NotYours):
        give_grant(feng, cast.people["zhao"], Capacity.HEAD, unit=other.units["ZJ"], since=TODAY)


# --------------------------------------------------------------------------------------------------------------- groups


def test_a_group_has_one_leader_at_a_time(cast, qian):
    group = make_committee(qian, name="绩效审核小组", kind=CommitteeKind.REVIEW)
    first = seat(qian, group, cast.people["zhang"], role=SeatRole.LEADER, since=TODAY)
    seat(qian, group, cast.people["zhao"], role=SeatRole.SECRETARY, since=TODAY, stands_for="质检部")
    with pytest.raises(Refusal, match="组长现在是张宏"):
        seat(qian, group, cast.people["wu"], role=SeatRole.LEADER, since=NOVEMBER)
    unseat(qian, first, day=NOVEMBER)
    seat(qian, group, cast.people["wu"], role=SeatRole.LEADER, since=NOVEMBER)
    assert cast.viewer("zhao").holds(Capacity.SECRETARY) and cast.viewer("zhang").leads(group.pk)


def test_administrators_do_not_sit_in_groups(cast, qian):
    group = make_committee(qian, name="绩效审核小组", kind=CommitteeKind.REVIEW)
    with pytest.raises(Refusal, match="三员不能兼业务职责"):
        seat(qian, group, cast.people["zheng"], role=SeatRole.MEMBER, since=TODAY)


def test_a_closed_group_has_no_seats_left(cast, qian, li):
    group = make_committee(qian, name="绩效审核小组", kind=CommitteeKind.REVIEW)
    seat(qian, group, cast.people["zhang"], role=SeatRole.LEADER, since=TODAY)
    with pytest.raises(Refusal):
        close_committee(li, group, day=NOVEMBER, reason="换届")
    close_committee(qian, group, day=NOVEMBER, reason="换届")
    assert not Seat.objects.filter(until=None).exists()
    with pytest.raises(Refusal, match="已经撤销"):
        seat(qian, group, cast.people["wu"], role=SeatRole.MEMBER, since=NOVEMBER)


# ------------------------------------------------------------------------------------------------------------- recusals


def test_li_declares_a_relative_and_does_not_lift_it_himself(cast, li, qian):
    recusal = declare_recusal(li, li.person, other=cast.people["wang"], cause="配偶的弟弟", since=TODAY)
    assert bars_of(li.person, TODAY).against(person=cast.people["wang"]).text == "已登记回避：配偶的弟弟"
    with pytest.raises(Refusal, match="由人力资源解除"):
        end_recusal(li, recusal, day=NOVEMBER, reason="不需要了")
    end_recusal(qian, recusal, day=NOVEMBER, reason="已离婚")
    assert bars_of(li.person, NOVEMBER).against(person=cast.people["wang"]) is None


def test_the_own_unit_and_those_above_it_bar_by_themselves(cast):
    found = bars_of(cast.people["wang"], TODAY)
    assert found.against(unit=cast.units["SC1"]) == OWN_UNIT == found.against(unit=cast.units["SC"])
    assert found.against(unit=cast.units["ZJ"]) is None and found.against(unit=cast.units["0"]) is None
    assert found.against(person=cast.people["wang"]).zh == "不评自己"


def test_who_moved_away_is_barred_from_the_new_unit_only(cast, qian):
    set_post(qian, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"])
    after = bars_of(cast.people["wang"], NOVEMBER)
    assert after.against(unit=cast.units["SC1"]) is None and after.against(unit=cast.units["ZJ"]) == OWN_UNIT


def test_bars_of_a_whole_group_take_three_statements(cast, django_assert_num_queries):
    people = list(Person.objects.all())
    with django_assert_num_queries(3):
        assert len(bars(people, TODAY)) == 10


def test_wang_records_no_recusal_for_li(cast, wang, li):
    with pytest.raises(Refusal):
        declare_recusal(wang, li.person, other=cast.people["zhao"], cause="同乡", since=TODAY)


# ------------------------------------------------------------------------------------------------------------- accounts


def test_the_system_administrator_gives_an_account_with_a_password_for_once(cast, zheng):
    login, password = make_login(zheng, cast.people["wang"], username="Wang1001 ")
    assert login.username == "wang1001" and login.check_password(password) and login.must_change
    again = reset_login(zheng, cast.people["wang"])
    login.refresh_from_db()
    assert again != password and login.check_password(again) and login.sessions_from == zheng.now
    assert not any(secret in str(list(Entry.objects.values())) for secret in (password, again))


def test_a_blocked_account_stays_blocked_until_it_is_unblocked(cast, zheng):
    login, _ = make_login(zheng, cast.people["wang"], username="wang")
    block_login(zheng, cast.people["wang"], reason="离职")
    login.refresh_from_db()
    assert not login.is_active
    with pytest.raises(Refusal, match="已经停用"):
        block_login(zheng, cast.people["wang"], reason="离职")
    unblock_login(zheng, cast.people["wang"], reason="返聘")


def test_hr_and_the_security_administrator_make_no_accounts(cast, qian, feng, wang):
    for by in (qian, feng, wang):
        with pytest.raises(Refusal, match="系统管理员"):
            make_login(by, cast.people["li"], username="li")


def test_an_account_that_serves_two_organisations_is_not_reset_by_one(cast, zheng):
    other = make_cast("yi", "乙公司")
    login, _ = make_login(zheng, cast.people["wang"], username="wang")
    Person.objects.filter(pk=other.people["wang"].pk).update(login=login)
    with pytest.raises(Refusal, match="也用于别的单位"):
        reset_login(zheng, cast.people["wang"])

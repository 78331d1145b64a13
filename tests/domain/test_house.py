"""Units as a dated tree, persons and posts by date, and who may change them."""

import datetime

import pytest
from django.utils import translation

from quanheng.domain.actions.access import give_grant
from quanheng.domain.actions.house import add_person, add_unit, close_unit, end_post, name_roles, place_unit, rename_person, set_post
from quanheng.domain.models import Capacity, DayStanding, Entry, Post, PostKind, PostStanding, Unit, UnitKind, UnitSpan, WorkDay
from quanheng.domain.pinyin import readings
from quanheng.domain.policies.gates import visible
from quanheng.domain.refusal import NotYours, Refusal
from tests.cast import BEGAN, make_cast

JULY, OCTOBER, NOVEMBER = datetime.date(2026, 7, 1), datetime.date(2026, 10, 1), datetime.date(2026, 11, 1)
REASON = "机构调整方案"


def below(unit: Unit, day: datetime.date) -> set[str]:
    spans = UnitSpan.objects.filter(top=unit, since__lte=day).exclude(until__lte=day)
    return set(spans.values_list("under__code", flat=True))


def posts(person) -> list[tuple[str, str, str | None, str]]:
    """Unit, since, until and title of the main posts, in time."""
    rows = Post.objects.filter(person=person, kind=PostKind.MAIN).order_by("since")
    return [(row.unit.code, str(row.since), row.until and str(row.until), row.title) for row in rows]


# ------------------------------------------------------------------------------------------------------------ the tree


def test_qian_hangs_the_workshop_elsewhere_from_november_and_the_past_stays(cast, qian):
    place_unit(qian, cast.units["SC1"], since=NOVEMBER, parent=cast.units["ZJ"], name="一车间")
    assert below(cast.units["SC"], OCTOBER) == {"SC", "SC1"} and below(cast.units["SC"], NOVEMBER) == {"SC"}
    assert below(cast.units["ZJ"], NOVEMBER) == {"ZJ", "SC1"}
    assert below(cast.units["0"], NOVEMBER) == {"0", "SC", "SC1", "ZJ", "RL"}
    assert Entry.objects.filter(deed="unit.placed", person=qian.person).count() == 1


def test_a_unit_renamed_stays_where_it_was_in_one_span(cast, qian):
    place_unit(qian, cast.units["SC1"], since=NOVEMBER, parent=cast.units["SC"], name="总装车间")
    assert UnitSpan.objects.filter(top=cast.units["SC"], under=cast.units["SC1"]).count() == 1
    assert [row.name for row in cast.units["SC1"].places.order_by("since")] == ["一车间", "总装车间"]


def test_no_unit_lies_below_itself(cast, qian):
    with pytest.raises(Refusal, match="在自己下面"):
        place_unit(qian, cast.units["SC"], since=NOVEMBER, parent=cast.units["SC1"], name="生产部")
    assert below(cast.units["SC"], NOVEMBER) == {"SC", "SC1"}


def test_two_units_may_change_places_in_time_without_a_circle(cast, qian):
    place_unit(qian, cast.units["SC1"], since=OCTOBER, parent=cast.units["0"], name="一车间")
    place_unit(qian, cast.units["SC"], since=NOVEMBER, parent=cast.units["SC1"], name="生产部")
    assert below(cast.units["SC1"], NOVEMBER) == {"SC", "SC1"} and below(cast.units["SC"], JULY) == {"SC", "SC1"}


def test_a_closed_unit_stays_below_its_last_parent_for_those_who_answer_for_its_past(cast, qian, zhang):
    for name in ("wang", "li"):
        set_post(qian, cast.people[name], since=NOVEMBER, unit=cast.units["ZJ"])
    close_unit(qian, cast.units["SC1"], day=NOVEMBER, reason=REASON)
    assert "SC1" in below(cast.units["SC"], datetime.date(2027, 5, 1))
    with pytest.raises(Refusal, match="已经撤销"):
        close_unit(qian, cast.units["SC1"], day=NOVEMBER, reason=REASON)


def test_a_unit_with_people_or_units_in_it_is_not_closed(cast, qian):
    with pytest.raises(Refusal, match=r"还有 2 人在这里任职.*王强"):
        close_unit(qian, cast.units["SC1"], day=NOVEMBER, reason=REASON)
    set_post(qian, cast.people["zhang"], since=OCTOBER, unit=cast.units["0"])
    with pytest.raises(Refusal, match=r"下面还有 1 个机构.*一车间"):
        close_unit(qian, cast.units["SC"], day=NOVEMBER, reason=REASON)


def test_the_refusal_is_said_in_both_languages(cast, qian):
    with pytest.raises(Refusal) as refused, translation.override("en"):
        close_unit(qian, cast.units["0"], day=NOVEMBER, reason=REASON)
    assert refused.value.zh == "单位本身不能撤销。" and refused.value.en == "The organisation itself cannot be closed."


def test_a_new_organisation_knows_its_working_days_and_says_which_are_provisional(cast):
    days = dict(WorkDay.objects.filter(org=cast.org).values_list("day", "works"))
    assert not days[datetime.date(2026, 10, 1)] and days[datetime.date(2026, 10, 15)]
    assert min(days).year == 2024 and max(days) == datetime.date(2027, 12, 31)
    assert WorkDay.objects.get(org=cast.org, day="2027-10-01").standing == DayStanding.PROVISIONAL


# ---------------------------------------------------------------------------------------------------------------- posts


def test_who_changes_post_changes_class_from_that_day(cast, qian):
    set_post(qian, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"], title="检验员", post_class="技术", document="调字〔2026〕7号")
    assert posts(cast.people["wang"]) == [("SC1", "2024-01-01", "2026-11-01", "操作工"), ("ZJ", "2026-11-01", None, "检验员")]


def test_a_post_of_the_past_is_put_in_between_and_what_follows_stays(cast, qian):
    set_post(qian, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"], title="检验员")
    set_post(qian, cast.people["wang"], since=JULY, unit=cast.units["SC1"], title="班长")
    assert posts(cast.people["wang"]) == [
        ("SC1", "2024-01-01", "2026-07-01", "操作工"), ("SC1", "2026-07-01", "2026-11-01", "班长"), ("ZJ", "2026-11-01", None, "检验员"),
    ]  # fmt: skip


def test_after_a_secondment_of_four_months_the_old_post_goes_on(cast, qian):
    set_post(qian, cast.people["wang"], since=JULY, until=NOVEMBER, unit=cast.units["ZJ"], title="借用", standing=PostStanding.SECONDED)
    assert posts(cast.people["wang"]) == [
        ("SC1", "2024-01-01", "2026-07-01", "操作工"), ("ZJ", "2026-07-01", "2026-11-01", "借用"), ("SC1", "2026-11-01", None, "操作工"),
    ]  # fmt: skip


def test_what_already_begins_later_is_not_run_over(cast, qian):
    set_post(qian, cast.people["wang"], since=OCTOBER, unit=cast.units["ZJ"])
    with pytest.raises(Refusal, match="2026-10-01 起已经另有安排"):
        set_post(qian, cast.people["wang"], since=JULY, until=NOVEMBER, unit=cast.units["SC"])
    assert len(posts(cast.people["wang"])) == 2


def test_a_slip_on_the_first_day_is_corrected_in_place(cast, qian):
    set_post(qian, cast.people["wang"], since=BEGAN, unit=cast.units["SC1"], title="铣工")
    assert posts(cast.people["wang"]) == [("SC1", "2024-01-01", None, "铣工")]


def test_a_second_post_stands_beside_the_main_one(cast, qian):
    set_post(qian, cast.people["wang"], since=JULY, unit=cast.units["ZJ"], kind=PostKind.SECOND, share=2_000, title="兼职检验")
    assert Post.objects.filter(person=cast.people["wang"], until=None).count() == 2 and len(posts(cast.people["wang"])) == 1


def test_a_leaver_keeps_the_past(cast, qian):
    end_post(qian, Post.objects.get(person=cast.people["wang"]), day=NOVEMBER, reason="辞职")
    assert posts(cast.people["wang"]) == [("SC1", "2024-01-01", "2026-11-01", "操作工")]


def test_nobody_works_where_no_unit_stands_yet(cast, qian):
    new = add_unit(qian, code="XM", name="新项目", kind=UnitKind.PROJECT, parent=cast.units["SC"], since=NOVEMBER)
    with pytest.raises(Refusal, match="不存在"):
        set_post(qian, cast.people["wang"], since=OCTOBER, unit=new)
    set_post(qian, cast.people["wang"], since=NOVEMBER, unit=new)


# --------------------------------------------------------------------------------------------------- who keeps the house


def test_only_hr_changes_the_house(cast, wang, li, sun, zheng):
    for by in (wang, li, sun, zheng):
        with pytest.raises(Refusal):
            add_unit(by, code="X", name="新部门", kind=UnitKind.DEPARTMENT, parent=cast.units["0"], since=NOVEMBER)
        with pytest.raises(Refusal):
            add_person(by, number="2001", name="新人")
        with pytest.raises(Refusal):
            set_post(by, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"])


def test_hr_of_the_production_department_acts_below_it_and_nowhere_else(cast, qian):
    give_grant(qian, cast.people["zhao"], Capacity.HR, unit=cast.units["SC"], since=OCTOBER)
    zhao = cast.viewer("zhao")
    add_unit(zhao, code="SC2", name="二车间", kind=UnitKind.TEAM, parent=cast.units["SC"], since=OCTOBER)
    set_post(zhao, cast.people["wang"], since=NOVEMBER, unit=Unit.objects.get(code="SC2"))
    with pytest.raises(Refusal, match="不在你管理的范围"):
        add_unit(zhao, code="ZJ1", name="检验班", kind=UnitKind.TEAM, parent=cast.units["ZJ"], since=OCTOBER)
    with pytest.raises(Refusal, match="不在你管理的范围"):  # the department itself belongs to those above
        place_unit(zhao, cast.units["SC"], since=NOVEMBER, parent=cast.units["0"], name="制造部")
    with pytest.raises(Refusal, match="钱芳不在你管理的范围"):  # nobody is fetched from elsewhere
        set_post(zhao, cast.people["qian"], since=NOVEMBER, unit=cast.units["SC"])


def test_what_belongs_to_another_organisation_does_not_exist(cast, qian):
    other = make_cast("yi", "乙公司")
    with pytest.raises(NotYours):
        set_post(qian, other.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"])
    with pytest.raises(NotYours):
        add_unit(qian, code="X", name="新部门", kind=UnitKind.DEPARTMENT, parent=other.units["0"], since=NOVEMBER)
    assert not visible(qian, Unit).filter(org=other.org).exists()


def test_the_organisation_calls_its_roles_by_its_own_names(cast, qian, li):
    name_roles(qian, {"hr": "绩效办", "group_leader": " ", "head": "车间主任"})
    cast.org.refresh_from_db()
    assert cast.org.role_names == {"head": "车间主任", "hr": "绩效办"}
    with pytest.raises(Refusal):
        name_roles(li, {"hr": "我"})


# ---------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "sounds", "letters"),
    [
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "zengguofan", "zgf"),
        ("查良镛", "zhaliangyong", "zly"),
        ("仇英", "qiuying", "qy"),
        ("解缙", "xiejin", "xj"),
        ("单于明", "chanyuming", "cym"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("吕布", "lvbu", "lb"),
        ("覃辉", "qinhui tanhui", "qh th"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Anna Li", "annali", "a"),
    ],
)
def test_a_surname_is_said_as_a_surname(name, sounds, letters):
    assert readings(name) == (sounds, letters)


def test_sounds_given_by_hand_count_before_the_dictionary(cast, qian):
    person = rename_person(qian, add_person(qian, number="2001", name="乐平"), name="乐平", sounds="yue ping")
    assert (person.pinyin, person.initials) == ("yueping", "yp")

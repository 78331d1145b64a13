"""What the pages of the house read: the tree at a date, people found by their sounds, in as many statements for any number."""

import datetime
from uuid import uuid4

import pytest

from quanheng.domain.actions.access import give_grant
from quanheng.domain.actions.calendar import DayEdit, add_year, edit_days
from quanheng.domain.actions.house import add_person, add_unit, end_post, place_unit, set_post
from quanheng.domain.models import About, Capacity, Entry, Person, Post, Task, TaskKind, UnitKind
from quanheng.domain.policies.viewer import viewer_of
from quanheng.domain.queries import days, house
from quanheng.domain.refusal import Again, Refusal
from tests.cast import BEGAN, NOW, make_cast

TODAY, NOVEMBER = datetime.date(2026, 10, 15), datetime.date(2026, 11, 1)


def shape(nodes) -> list[tuple[int, str, int | None, int | None]]:
    return [(node.depth, node.name, node.people, node.whole) for node in nodes]


def test_the_tree_as_it_was_and_as_it_will_be(cast, qian):
    place_unit(qian, cast.units["SC1"], since=NOVEMBER, parent=cast.units["ZJ"], name="检验车间")
    assert shape(house.tree(qian, TODAY)) == [
        (0, "甲公司", 0, 10), (1, "人力资源部", 6, 6), (1, "生产部", 1, 3), (2, "一车间", 2, 2), (1, "质检部", 1, 1),
    ]  # fmt: skip
    assert shape(house.tree(qian, NOVEMBER))[-2:] == [(1, "质检部", 1, 3), (2, "检验车间", 2, 2)]


def test_wang_sees_the_units_and_not_how_many_are_in_them(cast, wang, zheng):
    assert {node.people for node in house.tree(wang, TODAY)} == {None} == {node.people for node in house.tree(zheng, TODAY)}
    assert [node.heads for node in house.tree(wang, TODAY) if node.name == "一车间"] == [["李敏"]]


@pytest.mark.parametrize("term", ["王", "王强", "wangq", "WQ", "qiang", "1001"])
def test_wang_is_found_by_name_number_and_sound(cast, qian, term):
    assert [row.person.name for row in house.people(qian, term=term, day=TODAY).rows] == ["王强"]


def test_zeng_is_found_by_the_sound_of_a_surname(cast, qian):
    add_person(qian, number="2001", name="曾单解")
    assert [row.person.name for row in house.people(qian, term="zeng", day=TODAY).rows] == ["曾单解"]
    assert house.people(qian, term="ceng", day=TODAY).rows == []


def test_the_list_goes_on_where_it_stopped(cast, qian):
    first = house.people(qian, day=TODAY, size=4)
    second = house.people(qian, day=TODAY, size=4, after=first.turned.later)
    third = house.people(qian, day=TODAY, size=4, after=second.turned.later)
    found = [row.person.name for part in (first, second, third) for row in part.rows]
    assert found == ["陈立", "冯玉", "李敏", "钱芳", "孙静", "王强", "吴岩", "张宏", "赵磊", "郑凯"] and third.turned.later == 0


def test_people_of_a_unit_are_those_below_it_whom_the_viewer_may_see(cast, qian, wang):
    assert [row.person.name for row in house.people(qian, unit=cast.units["SC"], day=TODAY).rows] == ["李敏", "王强", "张宏"]
    assert [row.person.name for row in house.people(wang, unit=cast.units["SC"], day=TODAY).rows] == ["王强"]


def test_lists_take_as_many_statements_for_ten_times_the_people(cast, qian, django_assert_num_queries):
    def count() -> tuple[int, int]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        viewer = viewer_of(qian.person, NOW)
        with CaptureQueriesContext(connection) as people:
            house.people(viewer, day=TODAY)
        with CaptureQueriesContext(connection) as tree:
            house.tree(viewer, TODAY)
        return len(people), len(tree)

    before = count()
    unit = add_unit(cast.system, code="DD", name="大队", kind=UnitKind.TEAM, parent=cast.units["SC"], since=BEGAN)
    Person.objects.bulk_create([Person(org=cast.org, number=f"3{at:03}", name="李四", pinyin="lisi", initials="ls") for at in range(100)])
    Post.objects.bulk_create([Post(person=person, unit=unit, since=BEGAN) for person in Person.objects.filter(name="李四")])
    assert count() == before
    assert sum(before) <= 10


def test_zhao_sees_of_wang_no_more_than_the_name(cast, zhao, wang, li):
    foreign, own = house.person(zhao, wang.person.pk), house.person(wang, wang.person.pk)
    assert not foreign.posts and not foreign.grants and foreign.bars is None and not foreign.keeps
    assert [name for _, name in own.posts] == ["一车间"] and own.own and not own.keeps
    assert [name for _, name in house.person(li, wang.person.pk).posts] == ["一车间"]
    other = make_cast("yi", "乙公司")
    with pytest.raises(Person.DoesNotExist):
        house.person(zhao, other.people["wang"].pk)


def test_a_leaver_is_still_found_by_who_answers_for_the_unit(cast, qian):
    end_post(qian, Post.objects.get(person=cast.people["wang"]), day=TODAY, reason="辞职")
    assert [row.until for row, _ in house.person(qian, cast.people["wang"].pk).posts] == [TODAY]


def test_a_unit_tells_who_may_change_it(cast, qian, li):
    assert house.unit(qian, cast.units["SC"].pk, TODAY).places_it and not house.unit(li, cast.units["SC"].pk, TODAY).keeps
    give_grant(qian, cast.people["zhao"], Capacity.HR, unit=cast.units["SC"], since=TODAY)
    seen = house.unit(cast.viewer("zhao"), cast.units["SC"].pk, TODAY)
    assert seen.keeps and not seen.places_it


# -------------------------------------------------------------------------------------------------- the same form twice


def test_the_same_form_sent_twice_is_one_deed(cast, qian):
    twice = viewer_of(qian.person, NOW, uuid4())
    set_post(twice, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"])
    with pytest.raises(Again):
        set_post(twice, cast.people["wang"], since=NOVEMBER, unit=cast.units["ZJ"])
    with pytest.raises(Refusal, match="另一次提交"):
        set_post(twice, cast.people["wang"], since=NOVEMBER, unit=cast.units["SC"])
    assert Entry.objects.filter(deed="post.set", person=qian.person).count() == 1


# ---------------------------------------------------------------------------------------------------------- the calendar


def task(cast, due: datetime.date) -> Task:
    return Task.objects.create(
        org=cast.org, kind=TaskKind.READ, about_kind=About.PERSON, about_id=cast.people["wang"].pk, person=cast.people["wang"],
        opens=TODAY, due=due, due_at=NOW,
    )  # fmt: skip


def test_a_day_declared_free_moves_what_was_due_on_it_to_the_next_working_day(cast, qian):
    friday = datetime.date(2026, 10, 16)
    due = task(cast, friday)
    moved = edit_days(qian, [DayEdit(friday, works=False, note="厂庆")], reason="厂办〔2026〕5号")
    assert [(move.old, move.new) for move in moved] == [(friday, datetime.date(2026, 10, 19))]
    due.refresh_from_db()
    assert due.due == datetime.date(2026, 10, 19) and due.due_at.isoformat() == "2026-10-19T16:00:00+00:00"
    year = days.year(qian, 2026)
    assert year is not None and not year.provisional and year.working == 247


def test_a_year_without_an_announced_calendar_is_provisional_until_it_is(cast, qian, li):
    year = days.year(qian, 2027)
    assert year is not None and year.provisional and year.before and not year.after
    add_year(qian, 2028)
    assert days.year(qian, 2028) is not None
    with pytest.raises(Refusal, match="已经有了"):
        add_year(qian, 2028)
    with pytest.raises(Refusal, match="全单位"):
        edit_days(li, [DayEdit(NOVEMBER, works=True)], reason="自己想")


def test_months_begin_on_monday(cast, qian):
    october = days.year(qian, 2026).months[9]
    assert [day.day.day if day else None for day in october.weeks[0]] == [None, None, None, 1, 2, 3, 4]
    assert october.weeks[0][3].turned and october.weeks[0][3].note == "国庆节"

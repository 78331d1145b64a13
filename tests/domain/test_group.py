"""Review groups: everybody gives his own marks, the group agrees or takes the mean, and each signs or keeps his view."""

import datetime

import pytest

from quanheng.domain.actions import group, rating
from quanheng.domain.models import Cycle, Part, Recusal, Sheet
from quanheng.domain.queries.marks import newest, open_cells, unsigned
from quanheng.domain.queries.sheets import grid
from quanheng.domain.refusal import Refusal
from tests.year import SINCE, Year, begun, with_group

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 3)
ITEM = "现场与规范"


@pytest.fixture
def year() -> Year:
    return begun(2, text=with_group(), groups={"评议组": {"吴": "leader", "赵": "member", "李": "member", "钱": "secretary"}})


@pytest.fixture
def sheet(cycle: Cycle) -> Sheet:
    return Sheet.objects.get(cycle=cycle, part=Part.GROUP)


def give(year: Year, sheet: Sheet, who: str, to: str, value: str, *, member: bool = True, rev: int = 0) -> rating.Saved:
    subject = sheet.cycle.subjects.get(person=year.people[to]).pk
    return rating.save_marks(year.by(who, DAY), sheet.pk, [rating.Cell(subject, ITEM, rev, value)], as_member=member)


def of_group(year: Year, sheet: Sheet, name: str) -> str:
    mark = newest(sheet).get((sheet.cycle.subjects.get(person=year.people[name]).pk, ITEM))
    return mark.value if mark is not None else ""


def fill(year: Year, sheet: Sheet, who: str = "钱") -> None:
    cells = [rating.Cell(subject.pk, item.name, 0, "8") for subject, item in open_cells(sheet)]
    rating.save_marks(year.by(who, DAY), sheet.pk, cells)


def test_each_member_gives_his_own_and_the_leader_sees_them_side_by_side(year, sheet):
    give(year, sheet, "赵", "王", "8")
    give(year, sheet, "李", "王", "9.5")
    seen = grid(year.by("吴", DAY), sheet.pk)
    view = seen.views[sheet.cycle.subjects.get(person=year.people["王"]).pk, ITEM]
    assert [(mark.member.name, mark.value) for mark in view.marks] == [("李", "9.5"), ("赵", "8")]
    assert (view.apart, of_group(year, sheet, "王")) == ("1.5", "")
    his = grid(year.by("赵", DAY), sheet.pk)
    assert his.own and not his.views
    assert {line.name: line.squares[0].value for line in his.lines}["王"] == "8"


def test_the_mean_of_8_and_9_is_8_5_rounded_to_the_items_decimals_and_what_was_agreed_stays(year, sheet):
    give(year, sheet, "赵", "王", "8")
    give(year, sheet, "李", "王", "9")
    give(year, sheet, "赵", "员甲001", "4")
    give(year, sheet, "吴", "员甲001", "6", member=False)  # agreed
    assert group.average_marks(year.by("吴", DAY), sheet.pk) == 1
    assert (of_group(year, sheet, "王"), of_group(year, sheet, "员甲001")) == ("8.5", "6")
    with pytest.raises(Refusal, match="组长"):
        group.average_marks(year.by("赵", DAY), sheet.pk)


def test_the_secretary_fills_in_for_the_group_but_judges_nothing_and_hands_nothing_in(year, sheet):
    with pytest.raises(Refusal, match="秘书不打自己的分"):
        give(year, sheet, "钱", "王", "8")
    with pytest.raises(Refusal, match="成员填自己的一份"):
        give(year, sheet, "赵", "王", "8", member=False)
    fill(year, sheet)
    with pytest.raises(Refusal, match="组长提交"):
        rating.submit_sheet(year.by("钱", DAY), sheet.pk)


def test_nobody_judges_himself_or_a_relative_in_the_group(year, sheet):
    Recusal.objects.create(org=year.org, person=year.people["赵"], other=year.people["王"], cause="夫妻", since=SINCE)
    assert "不评自己" in str(give(year, sheet, "赵", "赵", "10").refused[0]["reason"])
    assert "夫妻" in str(give(year, sheet, "赵", "王", "10").refused[0]["reason"])
    bars = {line.name: line.bar for line in grid(year.by("赵", DAY), sheet.pk).lines if line.bar is not None}
    assert set(bars) == {"赵", "王"} and "夫妻" in bars["王"].text


def test_members_sign_or_keep_their_view_and_a_changed_sheet_makes_signatures_void(year, sheet):
    with pytest.raises(Refusal, match="还没有评完"):
        group.agree(year.by("赵", DAY), sheet.pk)
    fill(year, sheet)
    group.agree(year.by("赵", DAY), sheet.pk)
    assert [person.name for person in unsigned(year.by("吴", DAY), sheet)] == ["李"]
    with pytest.raises(Refusal, match="李还没有签字"):
        rating.submit_sheet(year.by("吴", DAY), sheet.pk)
    group.dissent(year.by("李", DAY), sheet.pk, text="员甲001 应当更低")
    give(year, sheet, "钱", "王", "7", member=False, rev=1)  # changed after signing
    assert {person.name for person in unsigned(year.by("吴", DAY), sheet)} == {"赵", "李"}
    assert [stands for _, stands in grid(year.by("吴", DAY), sheet.pk).signatures] == [False, False]
    rating.submit_sheet(year.by("吴", DAY), sheet.pk, reason="赵、李出差，已电话确认")
    sheet.refresh_from_db()
    assert sheet.state == "closed"

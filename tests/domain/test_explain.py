"""Every figure of a run opens its explanation, to those who may see it and to nobody else."""

import datetime

import pytest

from quanheng.domain.bridge.frozen import opened
from quanheng.domain.queries.explain import Place, columns, explanation, reach
from quanheng.domain.refusal import NotYours
from tests.year import Year, firm  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 20)
TABLE = "员工每月"


def test_every_figure_of_every_subject_ends_with_the_value_that_the_run_has(firm: Year):  # noqa: F811
    run = firm.runs[-1]
    found = opened(run)
    qian = firm.by("钱", DAY)
    asked = 0
    for name, person in firm.people.items():
        row = found.row(TABLE, f"{person.number}/2026-10")
        if row is None:
            continue
        for column in columns(found.plan):
            told = explanation(qian, run.ref, Place(TABLE, f"{person.number}/2026-10", column.name))
            assert told.figure.exact == found.value(TABLE, row, column.name)
            assert name in told.figure.sentence
            asked += 1
    assert asked == 8 * len(columns(found.plan))


def test_wang_reads_why_down_to_his_records_and_not_those_of_others(firm: Year):  # noqa: F811
    run, wang = firm.runs[-1], firm.by("王", DAY)
    row = firm.row("王", "2026-10")
    told = explanation(wang, run.ref, Place(TABLE, row, "得分"))
    assert told.who == "王" and told.figure.article == "第七条（二）" and "得分为各项指标得分之和" in told.articles[0].text
    assert [use.column for use in told.uses] == ["等次", "下滑"]
    site = explanation(wang, run.ref, Place(TABLE, row, "现场与规范"))
    assert [(each.ref[:11], each.source) for each in site.figure.records] == [("JL-2026-10-", "system")]
    everything = list(_walk(told.figure))
    others = {person.number for name, person in firm.people.items() if name != "王"}
    assert not [each for figure in everything for each in figure.records for number in others if number in str(each)]


def test_zhao_gets_nothing_of_wang_and_li_gets_it(firm: Year):  # noqa: F811
    run = firm.runs[-1]
    place = Place(TABLE, firm.row("王", "2026-10"), "得分")
    with pytest.raises(NotYours):
        explanation(firm.by("赵", DAY), run.ref, place)
    assert explanation(firm.by("李", DAY), run.ref, place).figure.exact == explanation(firm.by("王", DAY), run.ref, place).figure.exact


def test_what_a_figure_stands_on_opens_too_as_far_as_it_speaks_of_the_subject(firm: Year):  # noqa: F811
    run, li = firm.runs[-1], firm.by("李", DAY)
    row = firm.row("李", "2026-10")
    duty = Place("部门每月", "包装车间/2026-10", "履职扣分")
    assert duty in reach(run, row)
    told = explanation(li, run.ref, duty, of=row)
    assert told.figure.exact == opened(run).value("部门每月", opened(run).row("部门每月", duty.row), duty.column)
    with pytest.raises(NotYours):
        explanation(firm.by("王", DAY), run.ref, Place("员工", firm.people["李"].number, "奖金标准"), of=firm.row("王", "2026-10"))
    with pytest.raises(NotYours):
        explanation(firm.by("王", DAY), run.ref, Place("没有", "x", "y"))


def test_a_mark_names_who_gave_it(firm: Year):  # noqa: F811
    told = explanation(firm.by("王", DAY), firm.runs[-1].ref, Place(TABLE, firm.row("王", "2026-10"), "表现上级评"))
    assert told.marked is not None and told.marked.by == "李" and "直接上级" in told.figure.sentence


def _walk(figure):
    yield figure
    for part in figure.parts:
        yield from _walk(part)

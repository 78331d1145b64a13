"""Places of each grade in a group, and where a figure goes."""

from fractions import Fraction

from quanheng.engine.explain import explain
from quanheng.engine.explain.quota import quota_of
from quanheng.engine.plan.uses import used_by
from quanheng.engine.run.present import key_text
from quanheng.engine.values import Missing
from tests.engine.explain.test_explain import run_of


def test_the_places_of_a_department_of_nineteen_are_4_9_5_1():
    # 第八条（一）: 20 % × 19 = 3.8, 50 % = 9.5, 25 % = 4.75, 5 % = 0.95; whole parts 3 + 9 + 4 + 0 = 16, three left over for the
    # largest remainders: D 0.95, A 0.80, C 0.75
    plan, reference = run_of("enterprise")
    for row in reference.rows("员工每月"):
        found = quota_of(plan, reference, "员工每月", row, "等次")
        if found is not None and found.heads == 19:
            assert [(each.grade, each.exact, each.places) for each in found.grades] == [
                ("A", Fraction(38, 10), 4), ("B", Fraction(95, 10), 9), ("C", Fraction(475, 100), 5), ("D", Fraction(95, 100), 1),
            ]  # fmt: skip
            assert "零头 大者先得" in found.policy
            return
    raise AssertionError


def test_a_column_that_is_no_quota_has_no_places():
    plan, reference = run_of("enterprise")
    assert quota_of(plan, reference, "员工每月", 0, "得分") is None


def test_a_score_goes_into_the_grade_and_into_what_rests_on_the_fall():
    plan, _ = run_of("enterprise")
    assert [each.name for each in used_by(plan, "员工每月", "得分")] == ["等次", "下滑"]
    assert [each.name for each in used_by(plan, "员工每月", "等次")][-1] != "得分"
    assert [(each.table, each.name) for each in used_by(plan, "偏差", "扣分")] == [("员工每月", "现场与规范")]


def test_the_group_of_a_quota_is_called_by_its_own_name():
    plan, reference = run_of("enterprise")
    row = next(row for row in reference.rows("员工每月") if not isinstance(reference.cell("员工每月", row, "等次"), Missing))
    key = key_text(reference.keys("员工每月")[row], [plan.column("员工每月", name).type for name in plan.tables["员工每月"].key])
    said = explain(plan, reference, "员工每月", key, "等次").steps[0]
    assert said.startswith(f"同一部门（{reference.cell('员工每月', row, '部门')}）、月份（{key.split('/')[1]}）共 ")

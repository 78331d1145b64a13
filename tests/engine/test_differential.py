"""DuckDB gives every digit of the reference on random schemes; `python -m benchmarks.differential` asks the same of more.

That the comparison can fail is shown on executors with one mistake each: it finds every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import pytest

from benchmarks.differential import compared, on_duckdb, report, trial, trials, unused
from quanheng.engine.document.reader import read
from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.raw import from_sheet
from quanheng.engine.values import Missing, Rounding, Value
from tests.engine.at_random import Block, Draft, covered, random_scheme

CASES = 10_000
PARTS = 10
DOCUMENTS = 4  # on which a mistake is looked for


@pytest.mark.parametrize("part", range(PARTS))
def test_both_executors_give_the_same_digits(part: int):
    findings, cases = list[str](), 0
    for found in trials(part * 1_000, CASES // PARTS):
        findings += found.findings
        cases += found.cases
    assert findings == []
    assert cases >= CASES // PARTS


def test_the_random_schemes_use_the_whole_language():
    used = {form for seed in range(80) for form in covered(read(random_scheme(Random(seed)).text(), "scheme.md"))}  # noqa: S311  not for secrets
    assert unused(used) == []


# ----------------------------------------------------------------------------------------------- executors with a mistake


def other_op(kind: type[Any], /, **instead: tuple[object, object]) -> Callable[[Any], Any]:
    """Takes one word of an operation for another."""

    def change(node: Any) -> Any:
        found = isinstance(node, kind) and all(getattr(node, name) == old for name, (old, _) in instead.items())
        return replace(node, **{name: new for name, (_, new) in instead.items()}) if found else node

    return change


def rewritten(value: Any, change: Callable[[Any], Any]) -> Any:
    """The operations of a plan with the change made in every part."""
    if isinstance(value, tuple):
        return tuple(rewritten(each, change) for each in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {each.name: rewritten(getattr(value, each.name), change) for each in fields(value) if each.name != "type"}
    return change(replace(value, **parts))


def misread(change: Callable[[Any], Any]) -> Callable[[m.Plan, Dataset], Results]:
    """DuckDB on a plan that is misread."""

    def executor(plan: m.Plan, dataset: Dataset) -> Results:
        tables = {
            table.name: replace(table, columns=tuple(replace(column, op=rewritten(column.op, change)) for column in table.columns))
            for table in plan.tables.values()
        }
        return on_duckdb(replace(plan, tables=tables), dataset)

    return executor


def miswritten(change: Callable[[Value], Value]) -> Callable[[m.Plan, Dataset], Results]:
    """DuckDB, with something wrong in what is read of it."""

    def executor(plan: m.Plan, dataset: Dataset) -> Results:
        results = on_duckdb(plan, dataset)
        tables = results.columns.items()
        return replace(results, columns={table: {name: [change(value) for value in values] for name, values in of.items()} for table, of in tables})

    return executor


def a_little_more(value: Value) -> Value:
    return value + Fraction(1, 10**9) if isinstance(value, Fraction) else value


def one_reason_for_another(value: Value) -> Value:
    return Missing.NOTHING if value is Missing.PENDING else value


def without_guards(plan: m.Plan, dataset: Dataset) -> Results:
    return on_duckdb(replace(plan, guards=()), dataset)


MISTAKES: Mapping[str, Callable[[m.Plan, Dataset], Results]] = {
    "rounds a half down": misread(lambda node: replace(node, mode=Rounding.TRUNCATE) if isinstance(node, m.Round) else node),
    "takes at least for more than": misread(other_op(m.Compare, op=(">=", ">"))),
    "takes or for and": misread(other_op(m.Logic, op=("and", "or"))),
    "keeps left-over fen": misread(lambda node: replace(node, remainder="stay") if isinstance(node, m.Split) else node),
    "pays when all weights are zero": misread(other_op(m.Split, all_zero=("none", "equal"))),
    "gives equal ranks the last place": misread(other_op(m.Over, kind=("rank_high", "rank_low"))),
    "counts missing marks as zero": misread(other_op(m.Agg, missing=("skip", "zero"))),
    "adds a billionth": miswritten(a_little_more),
    "takes one reason for another": miswritten(one_reason_for_another),
    "never refuses": without_guards,
}


@cache
def runs() -> list[tuple[m.Plan, Dataset]]:
    """Plans and records on which both executors agree, also in refusing."""
    found: list[tuple[m.Plan, Dataset]] = []

    def noting(plan: m.Plan, dataset: Dataset) -> Results:
        found.append((plan, dataset))
        return on_duckdb(plan, dataset)

    for seed in range(DOCUMENTS):
        assert trial(seed, noting, rules=30).findings == []
    return found


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str):
    assert any(compared(plan, dataset, MISTAKES[mistake])[1] for plan, dataset in runs())


def test_a_finding_is_told_on_few_rules_and_rows():
    header = "# 办法\n\n编号：random；版本：1；周期：年；舍入：四舍五入；对象：员工"
    rules = (
        Block("- 每名员工：双倍（分）= 得分 × 2", frozenset({"员工.双倍"}), frozenset()),
        Block("- 每名员工：多一（分）= 双倍 + 1分", frozenset({"员工.多一"}), frozenset({"员工.双倍"})),
        Block("- 每名员工：减一（分）= 得分 - 1分", frozenset({"员工.减一"}), frozenset()),
    )
    draft = Draft(header, rules, ("数据表 员工：工号 文字 不重复（人事处）；得分 0～100 分（考核组）",), {})
    rows = {"员工": from_sheet(["工号", "得分"], [["甲", "1"], ["乙", "3"], ["丙", "5"]], "员工.csv")}
    told = report(1, draft, rows, miswritten(lambda value: Fraction(8) if value == 7 else value), {"员工.多一"})
    assert told.startswith("seed 1:\n  员工.多一: ('乙',): 8 instead of 7\n")
    assert "双倍" in told and "减一" not in told
    assert told.endswith("员工: 工号,得分\n  乙,3")

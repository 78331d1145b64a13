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

from benchmarks.differential import compared, on_duckdb, trial, trials, unused
from quanheng.engine.document.reader import read
from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.values import Missing, Rounding, Value
from tests.engine.random_schemes import covered, random_scheme

CASES = 10_000
PARTS = 20
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
    used = {form for seed in range(60) for form in covered(read(random_scheme(Random(seed)).text(), "scheme.md"))}  # noqa: S311  not for secrets
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
    """DuckDB, with something wrong in the last row of every column."""

    def executor(plan: m.Plan, dataset: Dataset) -> Results:
        results = on_duckdb(plan, dataset)
        columns = {
            table: {name: [*values[:-1], *(change(value) for value in values[-1:])] for name, values in of_table.items()}
            for table, of_table in results.columns.items()
        }
        return replace(results, columns=columns)

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
    "forgets the unit of the last digit": miswritten(a_little_more),
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
    found = trial(1, MISTAKES["forgets the unit of the last digit"], rules=5)
    assert found.findings
    told = found.findings[0]
    assert told.startswith("seed 1:\n") and " instead of " in told
    assert "## 第一条 规定" in told and len(told) < 6_000

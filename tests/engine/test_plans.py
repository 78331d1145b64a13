"""The random plans say everything a plan can say, and the types worked out for their columns hold on every row."""

from collections import Counter
from random import Random

import pytest

from quanheng.engine.faults import InputRefused
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.expression import parts_of
from quanheng.engine.run.reference import Reference, run_reference
from quanheng.engine.values import Missing
from tests.engine.plans import random_plan

PLANS = 60


def drawn(seed, **how):
    return random_plan(Random(seed), **how)  # noqa: S311  not for secrets: the same seed, the same plan


@pytest.mark.parametrize("seed", range(PLANS))
def test_every_value_is_of_the_type_that_was_worked_out_for_its_column(seed):
    plan, data = drawn(seed)
    reference = Reference(plan, data)
    for table in plan.tables.values():
        for column in table.columns:
            for value in reference.column(table.name, column.name):
                assert fits(value, column), f"{table.name}.{column.name} = {value}: {column}"


def fits(value, column):
    kind = column.type
    if isinstance(value, Missing):
        return kind.optional
    if kind.kind is Kind.TEXT and kind.choices:
        return value in kind.choices
    if kind.kind is not Kind.NUMBER:
        return type(value) is {Kind.TEXT: str, Kind.YESNO: bool, Kind.DAY: int, Kind.MONTH: int}[kind.kind]
    num = kind.num
    whole = num.has_divisor or (value * 10**num.scale * num.den).denominator == 1
    return num.lo <= value <= num.hi and whole


def test_one_seed_is_one_plan():
    (plan, data), (again, same) = drawn(7), drawn(7)
    assert plan == again and data == same


def test_the_plans_use_every_operation_policy_and_expression():
    used = Counter()
    for seed in range(150):
        plan, _ = drawn(seed)
        for table in plan.tables.values():
            used[table.origin] += 1
            for column in table.columns:
                note(used, column.op)
    assert {kind.__name__ for kind in m.Expr.__subclasses__()} <= used.keys()
    assert {"Input", "Row", "Get", "Scanned", "data", "constant", "distinct"} <= used.keys()
    assert {f"Agg {kind}" for kind in ("sum", "count", "min", "max", "mean", "any", "all", "one")} <= used.keys()
    assert {f"Agg missing {policy}" for policy in ("skip", "zero", "propagate")} <= used.keys()
    kinds = ("rowno", "rank_high", "rank_low", "dense", "prev", "next", "cumsum", "run")
    assert {f"Over {kind}" for kind in kinds} <= used.keys()
    for remainder in ("largest", "first", "cumulate", "rest", "stay"):
        assert {f"Split {remainder} {cap}" for cap in (None, "stays", "others")} <= used.keys()


def note(used, op):
    match op:
        case m.Row(expr) | m.Scanned(expr):
            used[type(op).__name__] += 1
            todo = [expr]
            while todo:
                used[type(node := todo.pop()).__name__] += 1
                todo += parts_of(node)
        case m.Agg():
            used[f"Agg {op.kind}"] += 1
            if op.value is not None and op.value.type.optional:
                used[f"Agg missing {op.missing}"] += 1
        case m.Over():
            used[f"Over {op.kind}"] += 1
        case m.Split():
            used[f"Split {op.remainder} {op.over_cap}"] += 1
        case _:
            used[type(op).__name__] += 1


def test_some_plans_refuse_their_data_when_asked_to():
    refused = 0
    for seed in range(40):
        plan, data = drawn(seed, refusing=True)
        try:
            run_reference(plan, data)
        except InputRefused as refusal:
            assert 1 <= len(refusal.faults) <= len(plan.guards)
            refused += 1
    assert 5 <= refused <= 35

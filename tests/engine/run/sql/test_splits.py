"""Sharing a pool in SQL: three persons with every combination of small weights, pools of up to seven units, limits at hand."""

from fractions import Fraction
from itertools import product

import pytest

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import TEXT, YESNO
from tests.engine.plans import dataset
from tests.engine.run.desk import Desk
from tests.engine.run.sql.engines import differences, duck

REMAINDERS = ("largest", "first", "cumulate", "rest", "stay")
WEIGHTS = (("权", "none"), ("权", "equal"), ("比", "equal"))
FEN = Fraction(1, 100)
LINK = m.Link("组", ("组",), "组")


def shared(weights, pools, *, unit=FEN, order=(), only=None, limits=(0, 1, 2, 3, 9), part=1):
    """A group for each pool and each row of weights; everything one can say of its pool as a column."""
    desk = Desk()
    groups = [(pool, each) for pool in pools for each in weights]
    names = [f"g{nr:04}" for nr in range(len(groups))]
    desk.enter(m.Table("组", "data", ("号",), max_rows=len(groups)), 号=(TEXT, names), 总额=(b.number(0, 100, 2), [pool * unit for pool, _ in groups]))
    rows = [(name, nr, weight) for name, (_, each) in zip(names, groups, strict=True) for nr, weight in enumerate(each)]
    desk.enter(
        m.Table("员", "data", ("号",), links=(LINK,), max_rows=len(rows)),
        号=(TEXT, [f"{name}-{nr}" for name, nr, _ in rows]),
        组=(TEXT, [name for name, _, _ in rows]),
        权=(b.number(0, 9, 1), [weight for _, _, weight in rows]),
        限=(b.number(0, 100, 3), [limits[place % len(limits)] * unit + (place % 2) * unit / 10 for place in range(len(rows))]),
        序=(b.number(0, 9), [(nr * 2 + place) % 3 for place, (_, nr, _) in enumerate(rows)]),
        除=(b.number(1, 3), [place % 3 + 1 for place in range(len(rows))]),
        在=(YESNO, [place % 5 != 3 for place in range(len(rows))]),
    )
    total = desk.column("组", "总额")
    desk.compute("员", "池", m.Get("组", (("号", "组"),), "总额"), total.type)
    desk.compute("员", "份", b.arith("*", desk.col("员", "池"), b.const(Fraction(part))))
    desk.compute("员", "比", b.arith("/", desk.col("员", "权"), desk.col("员", "除")))
    for remainder, over_cap, (weight, all_zero) in product(REMAINDERS, (None, "stays", "others"), WEIGHTS):
        cap = None if over_cap is None else "限"
        op = m.Split("份", weight, ("组",), order, unit, remainder, all_zero, only, cap, over_cap)
        desk.compute("员", f"{remainder}{all_zero}{over_cap}{weight}", op, b.split_type(total.type, unit, only=only is not None))
    plan = desk.plan()
    return plan, dataset(plan, desk.data)


THREE = list(product((0, 1, 2, 3), repeat=3))


@pytest.mark.parametrize("pool", [1, 2, 5, 7])
def test_three_persons_share_a_few_fen(pool):
    plan, data = shared(THREE, [pool])
    assert differences(plan, data, duck()) == []


def test_the_order_of_the_regulation_decides_about_equal_remainders():
    plan, data = shared(THREE, [5], order=(m.Key("序", True),))
    assert differences(plan, data, duck()) == []


def test_who_does_not_take_part_gets_nothing_and_is_in_nobody_s_way():
    plan, data = shared(THREE, [4], only="在")
    assert differences(plan, data, duck()) == []


def test_one_person_two_persons_and_five():
    for weights in ([(0,), (1,)], [(1, 1), (0, 2), (3, 1)], [(1, 1, 1, 1, 1), (5, 0, 3, 1, 1), (0, 0, 0, 0, 0)]):
        plan, data = shared(weights, [0, 1, 3, 7, 100])
        assert differences(plan, data, duck()) == []


def test_units_of_ten_yuan():
    plan, data = shared(list(product((0, 1, 3), repeat=3)), [0, 1, 4], unit=Fraction(10))
    assert differences(plan, data, duck()) == []


def test_a_third_of_an_amount_is_shared_when_it_is_whole_fen():
    """21 fen and 6 fen, a third of each: 7 and 2."""
    plan, data = shared(list(product((0, 1, 2), repeat=3)), [21, 6], part=Fraction(1, 3))
    assert differences(plan, data, duck()) == []

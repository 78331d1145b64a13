"""The texts made inside DuckDB are those that `run.present` makes one by one, and those that a run folder holds."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from quanheng.documents.tables.results import all_entries
from quanheng.engine.formula.units import PURE
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import DAY, MONTH, TEXT
from quanheng.engine.run import present
from quanheng.engine.run.sql.frames import Frames, values
from quanheng.engine.run.sql.runner import carry_out
from quanheng.engine.run.sql.texts import all_texts, shown_texts, visible
from quanheng.engine.values import Missing, Rounding, Value
from tests.engine.plans import dataset, plan_of, random_plan
from tests.engine.run.sql.engines import duck, rng
from tests.engine.run.sql.wide import wide_plan


def shown_anyhow(plan: m.Plan, chance: Random) -> m.Plan:
    """The plan with decimals to show, and percent signs, drawn for its numbers."""

    def with_digits(column: m.Column) -> m.Column:
        if column.type.num is None:
            return column
        drawn = replace(column, digits=chance.choice((None, 0, 1, 2, 5, -1)), rounding=chance.choice(list(Rounding)))
        return replace(drawn, type=replace(drawn.type, unit=PERCENT)) if chance.random() < 0.3 else drawn

    tables = {name: replace(table, columns=tuple(with_digits(column) for column in table.columns)) for name, table in plan.tables.items()}
    return replace(plan, tables=tables)


@pytest.mark.parametrize("batch", range(4))
def test_both_ways_of_writing_a_value_agree(batch: int):
    for seed in range(batch * 8, (batch + 1) * 8):
        drawn, data = wide_plan(rng(seed)) if seed % 4 == 0 else random_plan(rng(seed))
        plan = shown_anyhow(drawn, rng(seed))
        with carry_out(plan, data, duck()) as frames:
            wanted = [tuple(entry) for entry in all_entries(plan, frames.results())]
            made = [row for batch in all_texts(frames) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]
            assert made == wanted, seed
            for table in plan.tables.values():
                assert shown(frames, table) == shown_one_by_one(frames, table), (seed, table.name)


def shown(frames: Frames, table: m.Table) -> list[tuple[str, ...]]:
    return [row for batch in shown_texts(table, frames[table.name]) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]


def shown_one_by_one(frames: Frames, table: m.Table) -> list[tuple[str, ...]]:
    columns = [[present.shown_text(value, column) for value in values(frames[table.name], column)] for column in visible(table)]
    return list(zip(*columns, strict=True))


PERCENT = replace(PURE, written="%")
SCORE = m.Column("人员", "得分", b.number(-100, 100, 3), m.Input(), digits=1)
EXACT = m.Column("人员", "得分", b.number(-100, 100, 3), m.Input())


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (SCORE, Fraction("71.95"), "72.0"),
        (SCORE, Fraction("-0.04"), "0.0"),
        (SCORE, Fraction("-0.05"), "-0.1"),
        (replace(SCORE, rounding=Rounding.FLOOR), Fraction("-0.01"), "-0.1"),
        (replace(SCORE, digits=-1), Fraction(-15), "-20"),
        (EXACT, Fraction("7.10"), "7.1"),
        (EXACT, Fraction(7), "7"),
        (EXACT, Fraction("-0.005"), "-0.005"),
        (EXACT, Fraction(7, 3), "7/3"),
        (replace(SCORE, type=b.number(0, 1, optional=True)), Missing.NOTHING, "无数据"),
        (replace(SCORE, type=b.YESNO, digits=None), True, "是"),
        (replace(SCORE, type=DAY, digits=None), 20_513, "2026-03-01"),
        (replace(SCORE, type=MONTH, digits=None), 2026 * 12 + 10, "2026-11"),
        (replace(SCORE, type=TEXT, digits=None), "合格", "合格"),
    ],
)
def test_a_value_is_written_as_people_write_it(column: m.Column, value: Value, text: str):
    assert present.text(value, column) == text


def test_a_key_of_several_parts_is_one_text_that_can_be_taken_apart():
    key = [m.Column("人员", name, TEXT, m.Input()) for name in ("单位", "工号")]
    plan = plan_of([m.Table("人员", "data", ("单位", "工号"), tuple(key))])
    data = dataset(plan, {"人员": {"单位": ["a", "a/b"], "工号": ["b/c", "c\\d"]}})
    with carry_out(plan, data, duck()) as frames:
        rows = {row for batch in all_texts(frames) for row in batch.column("row").to_pylist()}
    assert rows == {"a/b\\/c", "a\\/b/c\\\\d"}

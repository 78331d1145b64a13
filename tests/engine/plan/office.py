"""A small office for tests: some rules, some rows, and behind the arrows what must come out.

    holds(
        '''
        - 每个学院：加分（分）= 步进(人数；起点 1000人；每多 500人 加 2分；零头 不计)
        数据表 学院：名称 文字 不重复；人数 0～20000 人
        ''',
        '''
        学院: 名称, 人数 → 加分
        甲, 1499 → 0        # not yet a whole step
        乙, 1500 → 2
        ''',
    )

Every run is made twice, by the reference and by DuckDB. They must agree on every visible value, each value must lie in the
type that was worked out for its column, and each computed figure must have an explanation that reaches the same value.
A figure is compared as a number: 30 and 30.00 are the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from quanheng.engine.checking import check
from quanheng.engine.explain import explain
from quanheng.engine.faults import Fault, InputRefused, Severity
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.binding import bind, from_sheet
from quanheng.engine.run.cells import cell_reader
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.present import key_text, text
from quanheng.engine.run.raw import exact
from quanheng.engine.run.reference import Reference
from quanheng.engine.run.sql.duck import run_duckdb
from quanheng.engine.values import Missing, Value, decimal_text

ARROW = "→"
HEADING = re.compile(r"(?P<table>\w+): (?P<columns>.*)")


@dataclass
class Sheet:
    """Rows of one table: entered cells, and behind the arrow the figures that must come out."""

    table: str
    entered: list[str]
    computed: list[str]
    rows: list[tuple[list[str], list[str]]] = field(default_factory=list)


def sheets(rows: str) -> list[Sheet]:
    """`表: 列, 列 → 列` and the rows below it; what follows a # is a remark."""
    found: list[Sheet] = []
    lines = [line.partition("#")[0].strip() for line in rows.splitlines()]
    for line in filter(None, lines):
        heading = HEADING.fullmatch(line)
        left, right = cells(heading["columns"] if heading else line)
        if heading:
            found.append(Sheet(heading["table"], left, right))
        else:
            sheet = found[-1]
            assert (len(left), len(right)) == (len(sheet.entered), len(sheet.computed)), line
            sheet.rows.append((left, right))
    return found


def cells(line: str) -> tuple[list[str], list[str]]:
    left, _, right = line.partition(ARROW)
    return [cell.strip() for cell in left.split(",")], [cell.strip() for cell in right.split(",")] if right else []


# ------------------------------------------------------------------------------------------------------------- schemes


def whole(scheme: str) -> str:
    """Rules and tables, one a line, with title, header and article in front; a whole scheme as it is."""
    if scheme.startswith("# "):
        return scheme
    lines = [line.strip() for line in scheme.strip().splitlines()]
    header = "；".join(line for line in lines if re.match(r"(基准日|对象|计量单位|舍入)：", line))
    body = [line for line in lines if not re.match(r"(基准日|对象|计量单位|舍入)：", line)]
    rounding = "" if "舍入：" in header else "；舍入：四舍五入"
    return f"# 例\n\n编号：lizi；版本：2026；周期：年{rounding}{'；' if header else ''}{header}\n\n## 第一条 例\n\n" + "\n".join(body) + "\n"


@functools.cache
def compiled(scheme: str) -> m.Plan:
    checked = check(whole(scheme))
    assert checked.plan is not None, "\n".join(f"{fault.at} {fault.code} {fault.zh}" for fault in checked.faults if fault.severity is Severity.FAULT)
    return checked.plan


def faults(scheme: str) -> list[Fault]:
    return [fault for fault in check(whole(scheme)).faults if fault.severity is Severity.FAULT]


def codes(scheme: str) -> list[str]:
    """What is wrong with a scheme."""
    return [fault.code for fault in faults(scheme)]


def advice(scheme: str) -> list[str]:
    """What a scheme without faults is advised about; not that the examples of these tests have no article text."""
    checked = check(whole(scheme))
    assert checked.plan is not None, [fault.zh for fault in checked.faults]
    return [fault.code for fault in checked.faults if fault.code != "figure-not-in-text"]


# ----------------------------------------------------------------------------------------------------------------- runs


def entered(plan: m.Plan, rows: str) -> Dataset:
    raw = {sheet.table: from_sheet(sheet.entered, [left for left, _ in sheet.rows], f"{sheet.table}.csv") for sheet in sheets(rows)}
    return bind(plan, raw)


def holds(scheme: str, rows: str) -> None:
    """What stands behind the arrows comes out, of both executors."""
    plan = compiled(scheme)
    dataset = entered(plan, rows)
    reference = Reference(plan, dataset)
    assert [fault.zh for fault in reference.refusals()] == []
    results = reference.results()
    for sheet in sheets(rows):
        told = list(shown(plan, results, sheet))
        assert told == list(wanted(sheet)), "\n".join(["really comes out:", *told])
    with run_duckdb(plan, dataset, threads=1) as frames:
        one, other = visible(plan, results), visible(plan, frames.results())
    assert one == other, "\n".join(f"{name}: reference {one[name]}, DuckDB {other[name]}" for name in one if one[name] != other[name])
    of_their_types(plan, reference)
    explained(plan, reference, results)


def refused(scheme: str, rows: str) -> list[str]:
    """What both executors say when they refuse the rows."""
    plan = compiled(scheme)
    dataset = entered(plan, rows)
    told = [fault.zh for fault in Reference(plan, dataset).refusals()]
    try:
        run_duckdb(plan, dataset, threads=1).close()
    except InputRefused as refusal:
        assert [fault.zh for fault in refusal.faults] == told
    else:
        assert told == [], "DuckDB did not refuse"
    return told


def not_entered(scheme: str, rows: str) -> list[str]:
    """The codes of what is wrong with the rows before anything is computed."""
    try:
        entered(compiled(scheme), rows)
    except InputRefused as refusal:
        return [fault.code for fault in refusal.faults]
    return []


def wanted(sheet: Sheet) -> Iterator[str]:
    for left, right in sheet.rows if sheet.computed else ():
        yield f"{sheet.table} {', '.join(left)} {ARROW} {', '.join(map(short, right))}"


def shown(plan: m.Plan, results: Results, sheet: Sheet) -> Iterator[str]:
    """The rows of a sheet as they are written, with what really came out."""
    if not sheet.computed:
        return
    columns = [plan.column(sheet.table, name) for name in sheet.entered]
    held = results.columns[sheet.table]
    there = list(zip(*(held[name] for name in sheet.entered), strict=True))
    for left, _ in sheet.rows:
        given = tuple(read(column, cell) for column, cell in zip(columns, left, strict=True))
        at = there.index(given)
        told = [text(held[name][at], plan.column(sheet.table, name)) for name in sheet.computed]
        yield f"{sheet.table} {', '.join(left)} {ARROW} {', '.join(map(short, told))}"


def short(figure: str) -> str:
    """A figure as a number: 30 for 30.00, 0.95 for 95%."""
    if not re.fullmatch(r"-?[0-9]+(?:[.][0-9]+)?%?", figure):
        return figure
    return decimal_text(Fraction(figure.removesuffix("%")) / (100 if figure.endswith("%") else 1))


def read(column: m.Column, cell: str) -> Value:
    carried = cell_reader(column.type, is_mark=getattr(column.origin, "is_mark", False))(cell)
    assert isinstance(carried, int | str | bool | Missing), carried
    return exact(carried, column.type)


def visible(plan: m.Plan, results: Results) -> dict[str, list[Value]]:
    return {
        f"{table}.{name}": list(values) for table, columns in results.columns.items() for name, values in columns.items() if not plan.column(table, name).hidden
    }


def of_their_types(plan: m.Plan, reference: Reference) -> None:
    for table in plan.tables.values():
        for column in table.columns:
            for value in reference.column(table.name, column.name):
                assert fits(value, column), f"{table.name}.{column.name} = {value!r}: {column.type}"


def fits(value: Value, column: m.Column) -> bool:
    kind = column.type
    if isinstance(value, Missing):
        return kind.optional
    if kind.kind is Kind.TEXT:
        return isinstance(value, str) and (not kind.choices or value in kind.choices)
    if kind.num is None:
        return type(value) is {Kind.YESNO: bool, Kind.DAY: int, Kind.MONTH: int}[kind.kind]
    assert not isinstance(value, str)
    exactly = kind.num.has_divisor or (value * 10**kind.num.scale * kind.num.den).denominator == 1
    return kind.num.lo <= value <= kind.num.hi and exactly


def explained(plan: m.Plan, reference: Reference, results: Results) -> None:
    for name, table in plan.tables.items():
        keys = key_texts(table, results) if table.origin == "data" and name in results.keys else []
        for column in table.columns:
            if not column.hidden and not isinstance(column.op, m.Input):
                for key in keys:
                    assert explain(plan, reference, name, key, column.name).sentence


def key_texts(table: m.Table, results: Results) -> Sequence[str]:
    types = [next(column.type for column in table.columns if column.name == part) for part in table.key]
    return [key_text(key, types) for key in results.keys[table.name]]

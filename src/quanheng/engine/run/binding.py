"""Raw tables, as read from files or a database, bound to a plan: one checked dataset, or everything that is wrong.

What comes out can be computed without looking back: every cell is exact and inside its declared range, keys are unique,
links lead somewhere, months have no gaps. And it depends on the content only: the order of rows and columns, the form
of the file and the spelling of a number (85, 85.0, ８５) change neither the dataset nor its fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from quanheng.engine.faults import Cell, Fault, InputRefused, nearest
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import Type
from quanheng.engine.run.links import check_links
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.raw import Bound, Entry, Findings, RawTable, from_sheet
from quanheng.engine.run.rows import Binder
from quanheng.engine.values import Missing

__all__ = ["RawTable", "bind", "fingerprint", "from_sheet"]


def bind(plan: m.Plan, raw: Mapping[str, RawTable]) -> Dataset:
    """Bind the tables by name, or raise `InputRefused` with every fault (the first 200, and how many more)."""
    findings = Findings()
    wanted = {table.name: table for table in plan.tables.values() if table.origin == "data"}
    for name in raw.keys() - wanted.keys():
        findings.add(len(wanted), -1, 0, _unknown_table(name, raw[name], plan, list(wanted)))
    bound: dict[str, Bound] = {}
    for nr, table in enumerate(wanted.values()):
        if table.name in raw:
            bound[table.name] = Binder(findings, nr, table, raw[table.name]).bind()
        else:
            findings.add(nr, -1, 0, _table_missing(table.name))
    for each in bound.values():
        check_links(findings, plan, bound, each)
    if faults := findings.faults():
        raise InputRefused(faults)
    return Dataset(
        {name: each.arrow() for name, each in bound.items()},
        fingerprint([bound[name] for name in sorted(bound)]),
        {name: each.place_of for name, each in bound.items() if each.table.key == (ROW_KEY,)},
    )


def _table_missing(name: str) -> Callable[[], Fault]:
    return lambda: Fault(
        "table-missing",
        Cell(name),
        f"没有“{name}”的数据。",
        f"There is no data for {name}.",
        "补上这张表；没有记录的，也要有一张只有列名的表。",
        "Add the table; if there are no records, a table with headings only.",
    )


def _unknown_table(name: str, raw: RawTable, plan: m.Plan, wanted: list[str]) -> Callable[[], Fault]:
    def make() -> Fault:
        if name in plan.tables:
            zh, en = f"“{name}”由办法自己给出，不用填。", f"{name} is given by the scheme itself."
            return Fault("table-not-entered", raw.place(None), zh, en, "删去这张表。", "Remove the table.")
        near = nearest(name, wanted)
        return Fault(
            "unknown-table",
            raw.place(None),
            f"办法里没有叫“{name}”的数据表。",
            f"The scheme has no data table {name}.",
            f"是不是“{near}”？把名称改对。" if near else f"办法要的是：{'、'.join(wanted)}。",
            f"Did you mean {near}? Correct the name." if near else f"The scheme asks for: {', '.join(wanted)}.",
        )

    return make


def fingerprint(tables: Sequence[Bound]) -> str:
    """SHA-256 over the content, written out: tables by name, columns as the plan lists them, rows in order of the key.

    Control characters separate: no text may contain one. Numbers are written with the decimals that the column really
    uses, so that declaring another decimal does not change the data.
    """
    digest = hashlib.sha256()
    for each in tables:
        heading, written = [each.table.name], list[Sequence[str]]()
        for column in each.inputs:
            if column.name != ROW_KEY:
                decimals, texts = _written(each.values[column.name], column.type)
                heading.append(f"{column.name}:{column.type.kind.value}:{decimals}")
                written.append(texts)
        digest.update(("\x1d" + "\x1f".join(heading) + "\x1e").encode())
        digest.update("\x1e".join(map("\x1f".join, zip(*written, strict=True))).encode())
    return digest.hexdigest()


def _written(values: Sequence[Entry], kind: Type) -> tuple[int, Sequence[str]]:
    """The decimals a column uses, and its values as text: numbers without their decimal point, reasons marked."""
    decimals = kind.num.scale if kind.num is not None else 0
    numbers = [value for value in values if type(value) is int] if decimals else []
    while decimals and not any(value % 10 for value in numbers):
        numbers, decimals = [value // 10 for value in numbers], decimals - 1
    surplus = 10 ** (kind.num.scale - decimals) if kind.num is not None else 1
    if surplus > 1:
        values = [value // surplus if type(value) is int else value for value in values]
    if kind.optional:
        return decimals, [f"\x1a{int(value)}" if isinstance(value, Missing) else str(value) for value in values]
    return decimals, list(map(str, values))

"""The workbook that an office fills in: a sheet for each data table, headed, explained, and guarded against slips.

It reads back through `quanheng run` as it stands. Columns that hold names and numbers of persons are formatted as text,
so that leading zeros survive; what would not be accepted later is refused while it is typed, where Excel can do that.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quanheng.documents.tables.grid import letters
from quanheng.documents.tables.limits import ROWS
from quanheng.documents.tables.results import heading
from quanheng.engine.document.model import DataTable, Scheme
from quanheng.engine.faults import Cell, Fault, InputRefused
from quanheng.engine.plan.model import ROW_KEY, Column, Input, Plan, Table
from quanheng.engine.plan.types import Kind, Num
from quanheng.engine.values import Missing, decimal_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

INSTRUCTIONS: Final = "说明"
LISTS: Final = "·选项"  # hidden; our reader does not mention it
INLINE_LIST: Final = 255  # characters Excel allows in a list that stands in the rule itself
LONGEST_NAME: Final = 31  # of a sheet
REASONS: Final = tuple(reason.zh for reason in Missing)

_WHAT: Final = {Kind.NUMBER: "数", Kind.TEXT: "文字", Kind.YESNO: "是 或 否", Kind.DAY: "日期", Kind.MONTH: "月份"}


@dataclass(frozen=True, slots=True)
class Entered:
    """A column to fill in. `target`: the table whose key it holds, "" for none."""

    column: Column
    is_key: bool
    target: str

    @property
    def optional(self) -> bool:
        return self.column.type.optional

    @property
    def source(self) -> str:
        return str(getattr(self.column.origin, "source", ""))


def write_template(path: Path, scheme: Scheme, plan: Plan) -> list[str]:
    """Write the workbook; returns the names of its tables. Raises `InputRefused` when a table cannot be a sheet."""
    import xlsxwriter

    tables = list(entered_tables(scheme, plan))
    if long := [table.name for table in tables if len(table.name) > LONGEST_NAME]:
        raise InputRefused([_name_too_long(path.name, name) for name in long])
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        # No clock: the same scheme gives the same workbook.
        workbook.set_properties({"title": scheme.title, "created": datetime.datetime(2000, 1, 1)})
        _Template(workbook, scheme, tables).write()
    return [table.name for table in tables]


def entered_tables(scheme: Scheme, plan: Plan) -> Iterator[Table]:
    """The tables that people fill in, in the order of the scheme; those from runs of other schemes are not."""
    for declared in scheme.of(DataTable):
        table = plan.tables.get(declared.name.text)
        if table is not None and table.origin == "data" and not declared.run_of:
            yield table


def entered_columns(table: Table) -> list[Entered]:
    """The columns to fill in, the key first."""
    targets = {link.columns[0]: link.target for link in table.links if len(link.columns) == 1}
    columns = [column for column in table.columns if isinstance(column.op, Input) and column.name != ROW_KEY]
    columns.sort(key=lambda column: table.key.index(column.name) if column.name in table.key else len(table.key))
    return [Entered(column, column.name in table.key, targets.get(column.name, "")) for column in columns]


class _Template:
    def __init__(self, workbook: Workbook, scheme: Scheme, tables: Sequence[Table]) -> None:
        self.workbook, self.scheme, self.tables = workbook, scheme, tables
        self.columns = {table.name: entered_columns(table) for table in tables}
        self.plain = self._format({"valign": "top", "text_wrap": True})
        self.title = self._format({"bold": True, "font_size": 14})
        self.head = self._format({"bold": True, "bg_color": "#E7EEF7", "border": 1, "text_wrap": True, "valign": "top"})
        self.key_head = self._format({"bold": True, "bg_color": "#F7E3C4", "border": 1, "text_wrap": True, "valign": "top"})
        self.lists: list[Sequence[str]] = []

    def write(self) -> None:
        sheets = [self.workbook.add_worksheet(name) for name in (INSTRUCTIONS, *(table.name for table in self.tables))]
        for sheet, table in zip(sheets[1:], self.tables, strict=True):
            self._table(sheet, table)
        self._instructions(sheets[0])
        if self.lists:
            hidden = self.workbook.add_worksheet(LISTS)
            hidden.hide()
            for at, texts in enumerate(self.lists):
                for row, text in enumerate(texts):
                    hidden.write_string(row, at, text)

    def _format(self, properties: dict[str, Any]) -> Format:
        return self.workbook.add_format(properties)

    # ------------------------------------------------------------------------------------------------------ one table

    def _table(self, sheet: Worksheet, table: Table) -> None:
        columns = self.columns[table.name]
        last = min(table.max_rows + 1, ROWS) - 1
        sheet.freeze_panes(1, 1 if columns and columns[0].is_key else 0)
        for at, entered in enumerate(columns):
            text = heading(entered.column)
            sheet.set_column(at, at, max(10, min(2 * len(text) + 2, 30)), self._format(_cell_format(entered)))
            sheet.write_string(0, at, text, self.key_head if entered.is_key else self.head)
            sheet.write_comment(0, at, _note(entered), {"x_scale": 1.5, "author": "quanheng"})
            rule = self._rule(table, entered, at)
            if rule is not None:
                notes = {"input_title": entered.column.name[:32], "input_message": _note(entered)[:255]}
                sheet.data_validation(1, at, last, at, {**rule, **notes, **_refusal(entered)})

    def _rule(self, table: Table, entered: Entered, at: int) -> dict[str, Any] | None:
        """What Excel lets a person type into the column; None where it cannot tell."""
        kind = entered.column.type
        cell = f"{letters(at + 1)}2"
        match kind.kind:
            case Kind.YESNO:
                return self._list(["是", "否"], entered)
            case Kind.TEXT if kind.choices:
                return self._list(kind.choices, entered)
            case Kind.TEXT if entered.target in self.columns and not entered.optional:
                return {"validate": "list", "source": self._keys_of(entered.target)}
            case Kind.TEXT if table.key == (entered.column.name,):
                column = letters(at + 1)
                return {"validate": "custom", "value": f"=COUNTIF(${column}:${column},{cell})=1"}
            case Kind.NUMBER:
                assert kind.num is not None
                return {"validate": "custom", "value": _or_reason(_number_rule(cell, kind.num), cell, entered)}
            case Kind.DAY:
                inside = f"AND(ISNUMBER({cell}),{cell}>=DATE(1901,1,1),{cell}=INT({cell}))"
                return {"validate": "custom", "value": _or_reason(inside, cell, entered)}
            case Kind.MONTH:
                shaped = f'AND(LEN({cell})=7,MID({cell},5,1)="-",ISNUMBER(VALUE(LEFT({cell},4))))'
                return {"validate": "custom", "value": _or_reason(shaped, cell, entered)}
        return None

    def _list(self, texts: Sequence[str], entered: Entered) -> dict[str, Any]:
        offered = [*texts, *(REASONS if entered.optional else ())]
        if len(",".join(offered)) <= INLINE_LIST and not any("," in text for text in offered):
            return {"validate": "list", "source": offered}
        if offered not in self.lists:
            self.lists.append(offered)
        column = letters(self.lists.index(offered) + 1)
        return {"validate": "list", "source": f"='{LISTS}'!${column}$1:${column}${len(offered)}"}

    def _keys_of(self, target: str) -> str:
        """The filled part of the other sheet's first column, which is its key."""
        return f"=OFFSET('{target}'!$A$2,0,0,MAX(1,COUNTA('{target}'!$A:$A)-1),1)"

    # --------------------------------------------------------------------------------------------------- instructions

    def _instructions(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 22, self.plain)
        sheet.set_column(1, 1, 26, self.plain)
        sheet.set_column(2, 2, 60, self.plain)
        sheet.set_column(3, 3, 24, self.plain)
        sheet.write_string(0, 0, self.scheme.title, self.title)
        lines = [
            f"编号 {self.scheme.id}，版本 {self.scheme.version}" + (f"，周期 {self.scheme.period}" if self.scheme.period else ""),
            "每张工作表填一张数据表：第一行是列名，不要改动；从第二行起一行一条，没有记录的留空。",
            "橙色列名用来认出每一行，不能重复。编号、月份等列是文本格式，前面的 0 会保留；月份写成 2026-03。",
            "只填数字，不写单位；单位在列名后面的括号里。可缺的列可以空着，或写“未评”“无数据”“不适用”。",
            f"填好后运行：quanheng run 办法文件 --data {'本文件'}",
        ]
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line, self._format({}))
        start = len(lines) + 2
        for at, text in enumerate(("数据表", "列", "填什么", "由谁填")):
            sheet.write_string(start, at, text, self.head)
        row = start
        for table in self.tables:
            for entered in self.columns[table.name]:
                row += 1
                for at, text in enumerate((table.name, heading(entered.column), _what(entered), entered.source)):
                    sheet.write_string(row, at, text, self.plain)
        for declared in self.scheme.of(DataTable):
            if declared.run_of:
                row += 1
                sheet.write_string(row, 0, declared.name.text, self.plain)
                sheet.write_string(row, 2, f"不用填：来自办法“{declared.run_of}”锁定的结果（引用/{declared.run_of}/）。", self.plain)


def _cell_format(entered: Entered) -> dict[str, Any]:
    kind = entered.column.type
    match kind.kind:
        case Kind.NUMBER:
            assert kind.num is not None
            percent = kind.unit.written == "%"
            digits = max(kind.num.scale - 2, 0) if percent else kind.num.scale
            return {"num_format": "0" + ("." + "0" * digits if digits else "") + ("%" if percent else "")}
        case Kind.DAY:
            return {"num_format": "yyyy-mm-dd"}
    return {"num_format": "@"}  # as typed: 007 stays 007, 2026-03 does not become a day


def _number_rule(cell: str, num: Num) -> str:
    low, high = decimal_text(num.lo), decimal_text(num.hi)
    return f"AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high},ROUND({cell},{num.scale})={cell})"


def _or_reason(rule: str, cell: str, entered: Entered) -> str:
    if not entered.optional:
        return f"={rule}"
    words = ",".join(f'{cell}="{word}"' for word in REASONS)
    return f"=IF(ISTEXT({cell}),OR({words}),{rule})" if entered.column.type.kind is not Kind.MONTH else f"=OR({words},{rule})"


def _refusal(entered: Entered) -> dict[str, str]:
    return {"error_title": "填得不对", "error_message": f"这一列填{_what(entered)}"[:255]}


def _note(entered: Entered) -> str:
    source = f"由{entered.source}填。" if entered.source else ""
    key = "用来认出每一行。" if entered.is_key else ""
    return f"{_what(entered)}。{source}{key}"


def _what(entered: Entered) -> str:
    """What to fill in, in words: 数，0～40，2 位小数，单位 元，可以空着."""
    kind = entered.column.type
    parts = [_WHAT[kind.kind]]
    if entered.target:
        parts = [f"“{entered.target}”表里有的{entered.column.name}" if entered.target != entered.column.name else f"“{entered.target}”表里有的"]
    if kind.kind is Kind.TEXT and kind.choices:
        parts = ["选一个：" + "、".join(kind.choices[:12]) + ("……" if len(kind.choices) > 12 else "")]
    if kind.kind is Kind.DAY:
        parts.append("例如 2026-03-01")
    if kind.kind is Kind.MONTH:
        parts.append("例如 2026-03")
    if kind.num is not None:
        percent = kind.unit.written == "%"
        parts.append(f"{_figure(kind.num.lo, percent)}～{_figure(kind.num.hi, percent)}")
        digits = max(kind.num.scale - 2, 0) if percent else kind.num.scale
        parts.append(f"最多 {digits} 位小数" if digits else "整数")
        if kind.unit.written and not percent:
            parts.append(f"单位 {kind.unit.written}")
    if entered.optional:
        parts.append("可以空着")
    return "，".join(parts)


def _figure(value: Fraction, percent: bool) -> str:
    return decimal_text(value * 100) + "%" if percent else decimal_text(value)


def _name_too_long(file: str, name: str) -> Fault:
    return Fault(
        "sheet-name-too-long",
        Cell(file, name),
        f"数据表“{name}”的名称超过 {LONGEST_NAME} 个字，不能作工作表的名称。",
        f"The name of the table {name} has more than {LONGEST_NAME} characters; no sheet can bear it.",
        "在办法里换一个短的名称，或者用 CSV。",
        "Give the table a shorter name in the scheme, or use CSV.",
    )

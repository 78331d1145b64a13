"""Bulk data straight from Parquet: the same results as from a filled-in table, and the same refusals, with file and row."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from quanheng.documents.tables.columnar import read_parquet
from quanheng.engine.document.reader import read
from quanheng.engine.faults import Cell, Fault, InputRefused
from quanheng.engine.plan import model as m
from quanheng.engine.plan.from_document import compile_scheme
from quanheng.engine.run.binding import bind
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql import ParquetSource
from quanheng.engine.run.sql.engine import Engine
from quanheng.engine.run.sql.runner import carry_out
from tests.engine.run.sql.engines import different, duck, needs_spark, rng, spark
from tests.engine.run.sql.wide import wide_plan

SCHEME = """# 网点业务量考核办法

编号：bulk；版本：2026；周期：月；舍入：四舍五入；对象：柜员

## 第一条 计分

- 每笔业务：分值（分）= 如果(类别 = “现金”, 数量 × 2分, 数量 × 1分) + 如果(有(评价) 且 评价 >= 4分, 1分, 0分)
- 每名柜员：笔数（笔）= 个数(业务)
- 每名柜员：总分（分，保留 2 位）= 合计(业务.分值)
- 每名柜员：占比（保留 4 位）= 平均(业务.达成率；无则 0%)
- 每名柜员：最近 = 最高(业务.日期；无则 2026-01-01)
- 每名柜员每月：少了（天）= 缺则(上期(缺勤；无则 0天), 0天) - 缺则(缺勤, 0天)
- 每份出勤：多了（天）= 天数 - 上期(天数；无则 0天)

## 附一 数据

数据表 柜员：工号 文字 不重复（人事）；转正 是否（人事）；入职 月份（人事）

数据表 业务（每名柜员 至多 30 行）：柜员 属于 柜员（系统）；类别 现金/转账/其他（系统）；摘要 文字 可缺（系统）；
  数量 0～1000 件 1 位小数（系统）；达成率 0%～200% 1 位小数（系统）；日期 日期（系统）；评价 0～5 分 可缺（系统）

数据表 柜员每月（柜员 × 月份）：缺勤 0～31 天 可缺（人事）

数据表 出勤（柜员 × 月份）：天数 0～31 天（人事）
"""

Frame = dict[str, list[Any]]


@cache
def plan() -> m.Plan:
    made = compile_scheme(read(SCHEME, "scheme.md"))
    assert made.plan is not None, made.faults
    return made.plan


def good(seed: int = 1) -> dict[str, Frame]:
    """Tables without a fault, as Python values that Parquet keeps typed."""
    chance = rng(seed)
    tellers = [f"T{nr:02d}" for nr in range(8)]
    rows = range(60)
    months = [(teller, f"2026-{month:02d}") for teller in tellers for month in range(1, chance.randint(2, 6))]
    return {
        "柜员": {
            "工号": chance.sample(tellers, len(tellers)),
            "转正": [chance.random() < 0.5 for _ in tellers],
            "入职": [f"20{chance.randint(10, 25)}-{chance.randint(1, 12):02d}" for _ in tellers],
        },
        "业务": {
            "柜员": [chance.choice(tellers) for _ in rows],
            "类别": [chance.choice(("现金", "转账", "其他")) for _ in rows],
            "摘要": [chance.choice((None, "", "工资", "a'b", "未评")) for _ in rows],
            "数量": [Decimal(chance.randint(0, 10_000)) / 10 for _ in rows],
            "达成率": [Decimal(chance.randint(0, 2_000)) / 10 for _ in rows],
            "日期": [datetime.date(2026, chance.randint(1, 12), chance.randint(1, 28)) for _ in rows],
            "评价": [chance.choice((None, 0, 3, 4, 5)) for _ in rows],
        },
        "柜员每月": {
            "柜员": [teller for teller, _ in months],
            "月份": [month for _, month in months],
            "缺勤": [chance.choice((None, 0, 1, 31)) for _ in months],
        },
        "出勤": {"柜员": ["T00", "T00"], "月份": ["2026-01", "2026-02"], "天数": [20, 18]},
    }


TYPES: dict[str, pa.DataType] = {
    "数量": pa.decimal128(9, 1),
    "达成率": pa.decimal128(9, 1),
    "评价": pa.int32(),
    "缺勤": pa.int16(),
    "摘要": pa.string(),
}


def written(folder: Path, tables: Mapping[str, Frame], types: Mapping[str, pa.DataType] = TYPES) -> Dataset:
    for name, columns in tables.items():
        table = pa.table({each: pa.array(values, types.get(each)) for each, values in columns.items()})
        parquet.write_table(table, folder / f"{name}.parquet")
    return Dataset({name: ParquetSource((str(folder / f"{name}.parquet"),)) for name in tables}, "a test")


def filled_in(folder: Path, tables: Sequence[str]) -> Dataset:
    """The same files, read cell by cell."""
    return bind(plan(), {name: read_parquet(folder / f"{name}.parquet", f"{name}.parquet") for name in tables})


def refused(dataset: Dataset, engine: Engine | None = None) -> list[Fault]:
    with pytest.raises(InputRefused) as caught:
        carry_out(plan(), dataset, engine or duck())
    return list(caught.value.faults)


def same_as_filled_in(folder: Path, dataset: Dataset, engine: Engine) -> None:
    with carry_out(plan(), filled_in(folder, list(dataset.tables)), duck()) as frames:
        wanted = frames.results()
    with carry_out(plan(), dataset, engine) as frames:
        assert list(different(plan(), wanted, frames.results())) == []


@pytest.mark.parametrize("seed", range(5))
def test_bulk_data_gives_what_a_filled_in_table_gives(tmp_path: Path, seed: int):
    same_as_filled_in(tmp_path, written(tmp_path, good(seed)), duck())


def test_numbers_and_months_may_come_in_other_exact_types(tmp_path: Path):
    tables = good()
    tables["业务"]["数量"] = [str(value) for value in tables["业务"]["数量"]]
    tables["业务"]["评价"] = ["未评" if value is None else str(value) for value in tables["业务"]["评价"]]
    tables["柜员"]["入职"] = [int(month.replace("-", "")) for month in tables["柜员"]["入职"]]
    types = {"摘要": pa.string(), "达成率": pa.decimal128(38, 6), "缺勤": pa.decimal128(5, 2)}
    same_as_filled_in(tmp_path, written(tmp_path, tables, types), duck())


@pytest.mark.spark
@needs_spark
def test_spark_reads_the_same_files(tmp_path: Path):
    same_as_filled_in(tmp_path, written(tmp_path, good()), spark())


def test_a_table_is_written_as_it_is_read(tmp_path: Path):
    with carry_out(plan(), written(tmp_path, good()), duck()) as frames:
        for name, frame in frames.items():
            frames.write(name, tmp_path / "out.parquet")
            assert parquet.read_table(tmp_path / "out.parquet").to_pydict() == frame.to_pydict()
        frames.write("柜员每月", tmp_path / "out.parquet", ("月份", "柜员", "缺勤"))
        some = parquet.read_table(tmp_path / "out.parquet")
        assert some.to_pydict() == frames["柜员每月"].select(["柜员", "月份", "缺勤", "缺勤?"]).to_pydict()


def test_numbers_of_more_than_64_bits_are_written_digit_by_digit(tmp_path: Path):
    most = 0
    for seed in range(5):
        wide, data = wide_plan(rng(seed))
        with carry_out(wide, data, duck()) as frames:
            frames.write("行", tmp_path / "out.parquet")
            found = parquet.read_table(tmp_path / "out.parquet").to_pydict()
            assert found == frames["行"].to_pydict()
            most = max([most, *(abs(each) for column in found.values() for each in column if isinstance(each, Decimal))])
    assert most > 2**64


@pytest.mark.spark
@needs_spark
def test_spark_writes_what_is_read(tmp_path: Path):
    with carry_out(plan(), written(tmp_path, good()), spark()) as frames:
        frames.write("柜员", tmp_path / "out.parquet")
        assert parquet.read_table(tmp_path / "out.parquet").to_pydict() == frames["柜员"].to_pydict()


def test_several_files_are_one_table(tmp_path: Path):
    whole = written(tmp_path, good())
    table = parquet.read_table(tmp_path / "业务.parquet")
    parquet.write_table(table.slice(0, 25), tmp_path / "a.parquet")
    parquet.write_table(table.slice(25), tmp_path / "b.parquet")
    halves = ParquetSource((str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")))
    same_as_filled_in(tmp_path, replace(whole, tables={**whole.tables, "业务": halves}), duck())


def test_a_path_is_one_file_whatever_signs_its_name_holds(tmp_path: Path):
    for name in ("q[1]", "a*b"):
        folder = tmp_path / name
        folder.mkdir()
        same_as_filled_in(folder, written(folder, good()), duck())


WRONG = [
    ("业务", "数量", Decimal("1000.1"), "out-of-range"),
    ("业务", "数量", None, "cell-empty"),
    ("业务", "达成率", Decimal("-0.1"), "out-of-range"),
    ("业务", "类别", "汇款", "not-in-list"),
    ("业务", "类别", "", "cell-empty"),
    ("业务", "日期", datetime.date(1899, 12, 31), "year-far-off"),
    ("业务", "摘要", "工\u200b资", "control-character"),
    ("业务", "摘要", " 工资", "not-plain"),
    ("业务", "评价", 6, "out-of-range"),
    ("业务", "柜员", "T99", "leads-nowhere"),
    ("柜员", "工号", None, "cell-empty"),
    ("柜员", "入职", "2026-13", "not-a-month"),
    ("柜员每月", "缺勤", 32, "out-of-range"),
]


@pytest.mark.parametrize(("table", "column", "value", "code"), WRONG)
def test_a_wrong_cell_is_told_with_file_and_row(tmp_path: Path, table: str, column: str, value: Any, code: str):
    tables = good()
    tables[table][column][3] = value
    faults = refused(written(tmp_path, tables))
    at = next(fault.at for fault in faults if fault.code == code)
    assert isinstance(at, Cell)
    assert (Path(at.file).name, at.row, at.column) == (f"{table}.parquet", 4, column)
    assert at.content == ("" if value is None else str(value))


def test_a_wrong_cell_is_told_in_the_words_of_a_filled_in_table(tmp_path: Path):
    tables = good()
    tables["业务"]["数量"][3], tables["业务"]["类别"][5] = Decimal("1000.1"), "转张"
    dataset = written(tmp_path, tables)
    bulk = refused(dataset)
    with pytest.raises(InputRefused) as caught:
        filled_in(tmp_path, list(tables))
    assert [fault.zh for fault in bulk] == [fault.zh for fault in caught.value.faults]
    assert [fault.hint_zh for fault in bulk] == [fault.hint_zh for fault in caught.value.faults]


def test_more_decimals_than_declared_are_refused_not_rounded(tmp_path: Path):
    tables = good()
    tables["业务"]["数量"][0] = Decimal("1.25")
    faults = refused(written(tmp_path, tables, {**TYPES, "数量": pa.decimal128(9, 2)}))
    assert [fault.code for fault in faults] == ["digits-would-be-lost"]
    tables["业务"]["数量"] = ["1.25", *(str(value) for value in tables["业务"]["数量"][1:])]
    assert [fault.code for fault in refused(written(tmp_path, tables, {}))] == ["digits-would-be-lost"]


def test_binary_floats_are_refused(tmp_path: Path):
    tables = good()
    tables["业务"]["数量"] = [float(value) for value in tables["业务"]["数量"]]
    faults = refused(written(tmp_path, tables, {**TYPES, "数量": pa.float64()}))
    assert [fault.code for fault in faults] == ["float-column"]
    assert "会丢失位数" in faults[0].zh


def test_a_type_that_holds_no_such_values_is_refused(tmp_path: Path):
    tables = good()
    tables["业务"]["日期"] = [f"{day}" for day in tables["业务"]["日期"]]
    assert [fault.code for fault in refused(written(tmp_path, tables))] == ["column-type"]


def test_a_column_that_is_missing_is_named(tmp_path: Path):
    tables = good()
    del tables["业务"]["日期"]
    assert [fault.zh for fault in refused(written(tmp_path, tables))] == ["“业务”缺“日期”这一列。"]


@pytest.mark.parametrize(("limits", "code"), [((0, 7), "too-many-rows"), ((9, 100), "too-few-rows")])
def test_a_table_has_as_many_rows_as_declared(tmp_path: Path, limits: tuple[int, int], code: str):
    table = replace(plan().tables["柜员"], min_rows=limits[0], max_rows=limits[1])
    limited = replace(plan(), tables={**plan().tables, "柜员": table})
    with pytest.raises(InputRefused) as caught:
        carry_out(limited, written(tmp_path, good()), duck())
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_damaged_file_is_refused(tmp_path: Path):
    dataset = written(tmp_path, good())
    (tmp_path / "业务.parquet").write_bytes(b"PAR1 and no more")
    assert [fault.code for fault in refused(dataset)] == ["parquet-damaged"]


def test_a_key_occurs_once(tmp_path: Path):
    tables = good()
    tables["柜员"]["工号"][3] = tables["柜员"]["工号"][0]
    faults = refused(written(tmp_path, tables))
    assert [fault.code for fault in faults] == ["key-twice"]


def test_a_month_that_is_left_out_is_refused(tmp_path: Path):
    tables = good()
    tables["出勤"] = {"柜员": ["T00", "T00"], "月份": ["2026-01", "2026-04"], "天数": [20, 20]}
    assert [fault.zh for fault in refused(written(tmp_path, tables))] == ["“T00”缺 2026-02，前后都有。"]


def test_a_month_that_is_left_out_is_filled_in_where_every_value_may_be_missing(tmp_path: Path):
    tables = good()
    months = {"柜员": ["T00", "T01", "T00"], "月份": ["2026-01", "2026-02", "2026-04"], "缺勤": [1, None, 1]}
    dataset = written(tmp_path, {**tables, "柜员每月": months})
    same_as_filled_in(tmp_path, dataset, duck())


def test_no_row_is_led_to_by_more_rows_than_declared(tmp_path: Path):
    tables = good()
    tables["业务"]["柜员"] = ["T01"] * len(tables["业务"]["柜员"])
    faults = refused(written(tmp_path, tables))
    assert [fault.code for fault in faults] == ["too-many-rows-for-one"]
    assert faults[0].zh == "“T01”在“业务”里有 60 行，最多 30 行。"


def test_a_filled_in_table_may_stand_beside_bulk_data_and_its_links_are_checked_too(tmp_path: Path):
    tables = good()
    bulk = written(tmp_path, tables)
    filled = filled_in(tmp_path, list(tables))
    same_as_filled_in(tmp_path, replace(filled, tables={**filled.tables, "柜员": bulk.tables["柜员"]}), duck())
    for column in tables["柜员"].values():
        del column[0]
    gone = ({f"T{nr:02d}" for nr in range(8)} - set(tables["柜员"]["工号"])).pop()
    fewer = written(tmp_path, tables).tables["柜员"]
    faults = refused(replace(filled, tables={**filled.tables, "柜员": fewer}))
    assert {fault.zh for fault in faults} == {f"“{gone}”在“柜员”里没有。"}
    assert {fault.at.file for fault in faults if isinstance(fault.at, Cell)} <= {"业务", "柜员每月", "出勤"}


def test_many_wrong_cells_are_counted_not_listed(tmp_path: Path):
    tables = good()
    tables["业务"] = {name: values * 10 for name, values in tables["业务"].items()}
    tables["业务"]["数量"] = [Decimal(2000)] * 600
    faults = refused(written(tmp_path, tables))
    assert len(faults) == 201
    assert faults[-1].zh == "另外还有 400 处错误没有列出。"

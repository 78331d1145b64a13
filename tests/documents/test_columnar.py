"""Parquet: exact types come in as text, binary floats do not come in."""

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow
from pyarrow import parquet

from quanheng.documents.tables.columnar import read_parquet
from tests.documents.faults import placed, refused, spoken


def test_exact_types_come_in_as_people_write_them(tmp_path: Path):
    path = tmp_path / "明细.parquet"
    table = pyarrow.table(
        {
            "工号": pyarrow.array(["007", None]).dictionary_encode(),
            "笔数": pyarrow.array([12, 3], pyarrow.int32()),
            "金额": pyarrow.array([Decimal("12.50"), Decimal("-0.10")], pyarrow.decimal128(18, 2)),
            "合格": [True, False],
            "日期": [datetime.date(2026, 3, 1), None],
        }
    )
    parquet.write_table(table, path)
    found = read_parquet(path, path.name)
    assert list(found.columns) == ["工号", "笔数", "金额", "合格", "日期"]
    assert list(found.rows) == [("007", "12", "12.50", "是", "2026-03-01"), (None, "3", "-0.10", "否", None)]
    assert found.place(1).row == 3


def test_floats_and_other_types_are_refused_by_column(tmp_path: Path):
    path = tmp_path / "明细.parquet"
    parquet.write_table(pyarrow.table({"金额": [0.1], "时刻": [datetime.datetime(2026, 3, 1, 8)], "数": [1]}), path)
    found = refused(lambda: read_parquet(path, path.name))
    spoken(found)
    assert placed(found) == [
        ("float-column", "明细.parquet", "", 0, "金额", "double"),
        ("column-type", "明细.parquet", "", 0, "时刻", "timestamp[us]"),
    ]


def test_a_damaged_file_is_refused(tmp_path: Path):
    path = tmp_path / "明细.parquet"
    parquet.write_table(pyarrow.table({"数": [1]}), path)
    path.write_bytes(path.read_bytes()[:-10])
    assert placed(refused(lambda: read_parquet(path, path.name))) == [("parquet-damaged", "明细.parquet", "", 0, "", "")]

"""The folder a run leaves behind: the same bytes for the same results, safe to open, and readable by other schemes."""

import csv
import json
import random
from pathlib import Path

import pyarrow
import pytest

from quanheng.documents.tables.folder import read_tables
from quanheng.documents.tables.frames import csv_cells, json_lines, write_frames
from quanheng.documents.tables.results import (
    COLUMNS,
    RESULTS,
    RUN,
    Entry,
    RunFiles,
    csv_bytes,
    guarded,
    json_line,
    read_entries,
    run_files,
    write_run,
)
from quanheng.documents.tables.texts import row_key
from quanheng.engine.document.model import Scheme
from quanheng.engine.plan.model import Plan
from quanheng.engine.run.binding import bind
from quanheng.engine.run.model import Results
from quanheng.engine.run.reference import run_reference
from quanheng.engine.run.sql.duck import run_duckdb
from tests.documents.faults import refused, spoken
from tests.documents.schemes import DATA, PROMOTION, STAFF, compiled
from tests.documents.test_folder import filled

NAMES = ("=1+1", "-12.50", "-cmd", 'the "A" team', "a,b", "a/b", "a\\b", "@x", "+86 138", "+3", "-１２")


@pytest.fixture(scope="module")
def staff() -> tuple[Scheme, Plan]:
    return compiled(STAFF)


def ran(staff: tuple[Scheme, Plan], folder: Path, *, lock: str | None = None, engine: str = "reference") -> RunFiles:
    """The files of a run on the data in the folder."""
    scheme, plan = staff
    dataset = bind(plan, read_tables(folder, scheme).raw)
    if engine == "reference":
        results: Results = run_reference(plan, dataset)
    else:
        with run_duckdb(plan, dataset) as frames:
            results = frames.results()
    return run_files(plan, scheme.text, results, dataset.fingerprint, lock)


def test_results_are_one_row_for_each_subject_as_excel_opens_it(tmp_path: Path, staff: tuple[Scheme, Plan]):
    content = ran(staff, filled(tmp_path)).texts[RESULTS]
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == [
        "员工", "月份", "计划产量（件）", "实际产量（件）", "合格率（%）", "完成率（%）", "产量分（分）", "质量分（分）", "得分（分）", "等次",
    ]  # fmt: skip
    # 950 ÷ 1000 = 95 %, × 60 = 57; 99.5 % × 40 = 39.8
    assert rows[1] == ["007", "2026-01", "1000", "950", "99.50%", "95.00%", "57.00", "39.8", "96.80", "A"]
    assert rows[3] == ["008", "2026-01", "900", "300", "无数据", "33.33%", "20.00", "0", "20.00", "C"]


def test_the_same_bytes_whichever_executor_and_whatever_the_order_of_rows(tmp_path: Path, staff: tuple[Scheme, Plan]):
    for name in ("a", "b", "c"):
        write_run(tmp_path / name, ran(staff, filled(tmp_path / f"{name}-data", shuffled(name)), engine="duckdb" if name == "b" else "reference"))
    for name in (COLUMNS, RESULTS, RUN, "scheme.md"):
        assert len({(tmp_path / folder / name).read_bytes() for folder in "abc"}) == 1


def test_the_same_bytes_when_the_engine_writes_them(tmp_path: Path, staff: tuple[Scheme, Plan]):
    scheme, plan = staff
    names = [*NAMES, *(f"{nr:06d}" for nr in range(8_000))]  # more values than a group of rows in Parquet holds
    quoted = [name.replace('"', '""') for name in names]
    people = [f'"{name}","=姓,""名""\n",一车间,2020-03-01,是,生产,1.25,' for name in quoted]
    marks = [f'"{name}",2026-01,1000,{nr % 997},{"" if nr % 3 else "99.5%"}' for nr, name in enumerate(quoted)]
    heads = {name: DATA[name].splitlines()[0] for name in DATA}
    data = DATA | {"员工": "\n".join([heads["员工"], *people]) + "\n", "员工每月": "\n".join([heads["员工每月"], *marks]) + "\n"}
    dataset = bind(plan, read_tables(filled(tmp_path / "data", data), scheme).raw)
    with run_duckdb(plan, dataset) as frames:
        for name, without in {"all": [], "short": ["员工"]}.items():
            results = frames.results()
            held = {key: [each for each in results.keys if each not in without] for key in ("keys", "columns")}
            left = Results({each: results.keys[each] for each in held["keys"]}, {each: results.columns[each] for each in held["columns"]})
            write_run(tmp_path / name, run_files(plan, scheme.text, left, dataset.fingerprint, "2026"))
            write_frames(tmp_path / f"{name} at once", frames, without, scheme.text, dataset.fingerprint, "2026")
    for name in ("all", "short"):
        for file in (COLUMNS, RESULTS, RUN, "scheme.md"):
            assert (tmp_path / name / file).read_bytes() == (tmp_path / f"{name} at once" / file).read_bytes()


def test_control_signs_in_a_text_are_digested_as_ever():
    rows = [Entry("t", "a\u0001", "c", 'x\t"\\\n', None), Entry("t", "b", "c", None, "nothing")]
    for chosen in (rows, rows[1:]):
        batch = pyarrow.RecordBatch.from_arrays([pyarrow.array(part, pyarrow.string()) for part in zip(*chosen, strict=True)], names=list(Entry._fields))
        assert bytes(json_lines(batch)) == b"".join(json_line(entry) for entry in chosen)


@pytest.mark.parametrize("texts", [["a", "", "=1"], ["a,b", 'say "no"', "二\r\n行"], ["7/3", "-7/3", "-１２", "+1%"]])
def test_a_column_of_cells_is_guarded_and_quoted_as_one_by_one(texts: list[str]):
    for text, cell in zip(texts, csv_cells(pyarrow.array(texts)).to_pylist(), strict=True):
        assert f"{cell},\r\n".encode() == csv_bytes([[guarded(text), ""]])


def shuffled(seed: str) -> dict[str, str]:
    dice, made = random.Random(seed), {}  # noqa: S311 - the same order each time
    for name, content in DATA.items():
        first, *rows = content.splitlines()
        dice.shuffle(rows)
        made[name] = "\n".join([first, *rows]) + "\n"
    return made


def test_columns_hold_every_value_as_exact_text_or_the_reason_it_is_missing(tmp_path: Path, staff: tuple[Scheme, Plan]):
    files = ran(staff, filled(tmp_path / "data"))
    write_run(tmp_path / "run", files)
    entries = read_entries(tmp_path / "run" / COLUMNS)
    assert entries == files.entries
    held = {entry[:3]: (entry.value, entry.missing) for entry in entries}
    assert held["员工每月", "008/2026-01", "完成率"] == ("0.3333", None)
    assert held["员工每月", "008/2026-01", "合格率"] == (None, "nothing")
    assert held["员工", "007", "骨干"] == ("是", None) and held["员工", "007", "入职日"] == ("2020-03-01", None)
    run = json.loads((tmp_path / "run" / RUN).read_text(encoding="utf-8"))
    assert run["scheme"]["id"] == "staff" and run["values"] == len(entries) and run["locked"] is None


@pytest.mark.parametrize(
    "name",
    ["=1+1", "=cmd|' /C calc'!A0", "+1+cmd", "-2+3+cmd", "@SUM(1)", "\t=1", "\r=1", "-", "+", "=", "--5", "-1-1", "+86 138"],
)
def test_no_cell_of_the_results_is_computed_by_a_spreadsheet(name: str):
    assert guarded(name) == f"'{name}"


@pytest.mark.parametrize("text", ["-12.50", "+3", "98.5%", "-0.5%", "王小明", "2026-01", "a=b", ""])
def test_figures_and_names_stay_as_they_are(text: str):
    assert guarded(text) == text


def test_the_parts_of_a_key_stay_apart(staff: tuple[Scheme, Plan]):
    columns = [staff[1].column("员工每月", name) for name in ("员工", "月份")]
    assert row_key(("007", 2026 * 12), columns) == "007/2026-01"
    assert row_key(("a/b",), columns[:1]) == "a/b"
    assert row_key(("a/b", 2026 * 12), columns) != row_key(("a\\", 2026 * 12), columns)
    assert row_key(("a/b", 2026 * 12), columns) == "a\\/b/2026-01"


# --------------------------------------------------------------------------------------- results that others refer to


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Data of the promotion scheme, without the run it refers to."""
    return filled(tmp_path / "晋升", {"员工": "工号\n007\n008\n"})


def locked(staff: tuple[Scheme, Plan], tmp_path: Path, folder: Path, lock: str | None = "2026") -> Path:
    """A run of the staff scheme where the promotion scheme looks for it."""
    write_run(folder, ran(staff, filled(tmp_path / "staff-data"), lock=lock))
    return folder


def codes(data: Path) -> list[tuple[str, str]]:
    scheme = compiled(PROMOTION)[0]
    found = refused(lambda: read_tables(data, scheme))
    spoken(found)
    return [(fault.code, fault.at.file) for fault in found]


def test_promotion_reads_the_grades_of_a_locked_run(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path):
    locked(staff, tmp_path, data / "引用" / "staff")
    scheme, plan = compiled(PROMOTION)
    results = run_reference(plan, bind(plan, read_tables(data, scheme).raw))
    # 007: A in both months; 008: 33.33 % and 97.78 % → 65.56 % on average, C and A
    assert [value for value in results.columns["员工"]["晋升"]] == [1, 1]
    assert [str(value) for value in results.columns["员工"]["平均完成率"]] == ["41/40", "1639/2500"]


def test_a_run_may_lie_elsewhere_when_it_is_named(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path):
    elsewhere = locked(staff, tmp_path, tmp_path / "结果")
    found = read_tables(data, compiled(PROMOTION)[0], {"staff": elsewhere})
    assert list(found.raw["月度结果"].columns) == ["员工", "月份", "等次", "完成率"]
    assert next(iter(found.raw["月度结果"].rows)) == ["007", "2026-01", "A", "95%"]


def test_a_run_that_is_not_there_is_told(data: Path):
    assert codes(data) == [("reference-missing", "引用/staff")]


def test_a_run_that_is_not_locked_is_refused(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path):
    locked(staff, tmp_path, data / "引用" / "staff", lock=None)
    assert codes(data) == [("reference-not-locked", "引用/staff/run.json")]


def test_a_run_of_another_scheme_is_refused(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path):
    folder = locked(staff, tmp_path, data / "引用" / "staff")
    run = folder / RUN
    run.write_text(run.read_text(encoding="utf-8").replace('"id": "staff"', '"id": "other"'), encoding="utf-8")
    assert codes(data) == [("reference-other-scheme", "引用/staff/run.json")]


def test_a_locked_run_that_was_changed_is_refused(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path):
    folder = locked(staff, tmp_path, data / "引用" / "staff")
    write_run(tmp_path / "other", ran(staff, filled(tmp_path / "staff-data", DATA | {"员工每月": DATA["员工每月"].replace("300", "899")})))
    (folder / COLUMNS).write_bytes((tmp_path / "other" / COLUMNS).read_bytes())
    assert codes(data) == [("reference-changed", "引用/staff/columns.parquet")]


def test_a_run_without_the_declared_columns_is_refused(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path):
    locked(staff, tmp_path, data / "引用" / "staff")
    scheme = compiled(PROMOTION.replace("月度结果", "年度结果").replace("等次", "级别"))[0]
    found = refused(lambda: read_tables(data, scheme))
    assert [(fault.code, fault.zh) for fault in found] == [("reference-table-missing", "结果里没有“年度结果”这张表。")]


@pytest.mark.parametrize("name", [RUN, COLUMNS])
def test_a_damaged_run_is_refused(tmp_path: Path, staff: tuple[Scheme, Plan], data: Path, name: str):
    folder = locked(staff, tmp_path, data / "引用" / "staff")
    (folder / name).write_bytes((folder / name).read_bytes()[:-9])
    assert codes(data) == [("reference-damaged", f"引用/staff/{name}")]

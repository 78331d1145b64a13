"""How fast a scheme runs, beside the same computation written by hand: `python -m benchmarks.engine [--people N]`.

Every run is a process of its own that reads Parquet and writes Parquet: the same columns, in the same order, on two threads.
Timed from the first line of the program to the last (so without the start of Python itself, with all imports); peak memory is
the operating system's figure for the process, and so is its processor time, which tells more where others use the machine.
The contenders take turns, so that a slow spell of the machine meets all of them. Before anything is timed, all contenders
must agree on every figure of every person.

Then the same with a tenth and a hundredth of the people: how the time grows with the data. The last line is the ratio of
medians `ours / hand-written DuckDB SQL`, all people.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCHEME = Path(__file__).with_name("scheme_for_speed.md")
CONTENDERS = ("quanheng", "sql", "polars", "pandas", "reference")
CALLED = {
    "quanheng": "Quanheng (DuckDB)", "sql": "DuckDB SQL by hand", "polars": "Polars by hand", "pandas": "pandas by hand",
    "reference": "Quanheng (exact reference)",
}  # fmt: skip
WRITTEN = ("工号", "总分", "名次", "等次", "奖金")  # what every contender writes, in the order of 工号
IMPORTS = {
    "quanheng": ("quanheng.engine.checking", "quanheng.engine.run.sql", "duckdb"), "sql": ("duckdb",), "polars": ("polars",),
    "pandas": ("numpy", "pandas", "pyarrow.parquet"), "reference": ("quanheng.engine.checking", "pyarrow.parquet"),
}  # fmt: skip
MOST_FOR_REFERENCE = 20_000
FEWEST = 1000  # people below whom only the start is measured


def quanheng(folder: Path, out: Path) -> None:
    """The scheme as an office wrote it: checked, compiled, its input validated, run."""
    from benchmarks.speed_rivals import THREADS
    from quanheng.engine.checking import check
    from quanheng.engine.run.model import Dataset
    from quanheng.engine.run.sql import ParquetSource, run_duckdb

    checked = check(SCHEME.read_text(encoding="utf-8"))
    assert checked.plan is not None, checked.faults
    dataset = Dataset({name: ParquetSource((str(folder / f"{name}.parquet"),)) for name in ("单位", "人员", "记录")}, "")
    with run_duckdb(checked.plan, dataset, threads=THREADS) as frames:
        frames.write("人员", out, WRITTEN)


def reference(folder: Path, out: Path) -> None:
    """The same with fractions, from definitions; only for small sizes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from quanheng.engine.checking import check
    from quanheng.engine.run.binding import bind, from_sheet
    from quanheng.engine.run.reference import run_reference

    checked = check(SCHEME.read_text(encoding="utf-8"))
    assert checked.plan is not None
    raw = {}
    for name in ("单位", "人员", "记录"):
        table = pq.read_table(folder / f"{name}.parquet")
        columns = [[str(value) for value in table.column(heading).to_pylist()] for heading in table.column_names]
        raw[name] = from_sheet(table.column_names, list(zip(*columns, strict=True)), f"{name}.parquet")
    results = run_reference(checked.plan, bind(checked.plan, raw))
    columns_of = results.columns["人员"]
    made = {name: columns_of[name] for name in WRITTEN}
    pq.write_table(pa.table({name: [str(value) for value in column] for name, column in made.items()}), out)


def work(name: str, folder: Path, out: Path) -> None:
    """One timed run, in this process; prints its figures as JSON."""
    started, processor = time.perf_counter(), time.process_time()
    for module in IMPORTS[name]:
        import_module(module)
    imported = time.process_time()
    ours = {"quanheng": quanheng, "reference": reference}
    (ours[name] if name in ours else getattr(import_module("benchmarks.speed_rivals"), name))(folder, out)
    figures = {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - processor,
        "after_imports": time.process_time() - imported,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def run(name: str, folder: Path, out: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.engine", "--worker", name, "--folder", str(folder), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def agree(folder: Path, outs: dict[str, Path]) -> None:
    """All contenders say the same of everybody."""
    import duckdb

    def canonical(name: str, out: Path) -> str:
        file = str(out).replace("'", "''")
        if name == "quanheng":
            return f"SELECT 工号, 总分::BIGINT, 名次::BIGINT, 等次, 奖金::BIGINT FROM '{file}'"
        if name == "reference":
            return f"SELECT 工号, {_cents('总分')}, 名次::BIGINT, 等次, {_cents('奖金')} FROM '{file}'"
        return f"SELECT 工号, 总分::BIGINT, 名次::BIGINT, 等次, 奖金::BIGINT FROM '{file}'"

    connection = duckdb.connect()
    first = canonical("sql", outs["sql"])
    for name, out in outs.items():
        other = canonical(name, out)
        for one, two in ((first, other), (other, first)):
            differing = connection.execute(f"SELECT count(*) FROM ({one} EXCEPT {two})").fetchone()
            assert differing == (0,), f"{name} and sql differ in {differing} rows"


def _cents(column: str) -> str:
    """A fraction written n/d, or n, as hundredths."""
    return (
        f"CASE WHEN contains({column}, '/') THEN split_part({column}, '/', 1)::BIGINT * 100 // split_part({column}, '/', 2)::BIGINT "
        f"ELSE {column}::BIGINT * 100 END"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=10, help="for each person")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=CONTENDERS, default=None)
    parser.add_argument("--worker", choices=CONTENDERS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker, arguments.folder, arguments.out)
        return
    names = arguments.only or list(CONTENDERS)
    measured = {people: measure(people, arguments.records, names, arguments.runs) for people in sizes(arguments.people)}
    figures = measured[arguments.people]
    report(arguments.people, arguments.records, figures)
    if "quanheng" in names:
        report_growth(arguments.records, {people: each["quanheng"] for people, each in measured.items()})
    if {"quanheng", "sql"} <= figures.keys():
        sys.stdout.write(f"\nratio to hand-written SQL: {median(figures['quanheng'], 'seconds') / median(figures['sql'], 'seconds'):.2f}\n")


Runs = list[dict[str, float]]


def sizes(people: int) -> list[int]:
    """A hundredth, a tenth, all."""
    return [size for size in (people // 100, people // 10) if size >= FEWEST] + [people]


def measure(people: int, records: int, names: Sequence[str], runs: int) -> dict[str, Runs]:
    """Data of one size, and every contender on it, in turn."""
    from benchmarks import speed_data

    names = [name for name in names if name != "reference" or people <= MOST_FOR_REFERENCE]
    with tempfile.TemporaryDirectory(prefix="quanheng-speed-") as scratch:
        folder = Path(scratch)
        speed_data.make(folder, people, records)
        outs = {name: folder / f"out-{name}.parquet" for name in names}
        for name in names:
            run(name, folder, outs[name])  # not counted: warms the file cache, and shows that all agree
        if "sql" in names:
            agree(folder, outs)
        figures: dict[str, Runs] = {name: [] for name in names}
        for _ in range(runs):
            for name in names:
                figures[name].append(run(name, folder, outs[name]))
    return figures


def median(runs: Runs, figure: str) -> float:
    return statistics.median(each[figure] for each in runs)


def report(people: int, records: int, figures: dict[str, Runs]) -> None:
    say = sys.stdout.write
    say(f"{people:,} people × {records} records, median of {len(next(iter(figures.values())))} runs in turn\n\n")
    say(f"{'':28}{'seconds':>10}{'min':>8}{'max':>8}{'processor s':>13}{'peak MB':>10}{'× SQL':>8}\n")
    for name, runs in figures.items():
        seconds = [each["seconds"] for each in runs]
        ratio = f"{median(runs, 'seconds') / median(figures['sql'], 'seconds'):>8.2f}" if "sql" in figures else ""
        say(f"{CALLED[name]:28}{median(runs, 'seconds'):>10.3f}{min(seconds):>8.3f}{max(seconds):>8.3f}")
        say(f"{median(runs, 'processor'):>13.3f}{max(each['peak_mb'] for each in runs):>10.0f}{ratio}\n")


def report_growth(records: int, measured: dict[int, Runs]) -> None:
    """Quanheng alone: ten times the data, how many times the time."""
    say = sys.stdout.write
    say(f"\n{'records':>12}{'seconds':>10}{'× before':>10}{'processor s':>13}{'after imports':>15}{'× before':>10}\n")
    before: Runs | None = None
    for people, runs in measured.items():
        say(f"{people * records:>12,}{median(runs, 'seconds'):>10.3f}{_times(runs, before, 'seconds'):>10}")
        say(f"{median(runs, 'processor'):>13.3f}{median(runs, 'after_imports'):>15.3f}{_times(runs, before, 'after_imports'):>10}\n")
        before = runs


def _times(runs: Runs, before: Runs | None, figure: str) -> str:
    return "" if before is None else f"{median(runs, figure) / median(before, figure):.2f}"


if __name__ == "__main__":
    main()

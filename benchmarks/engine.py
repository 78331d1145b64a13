"""How fast a scheme runs, beside the same computation written by hand: `python -m benchmarks.engine [--people N]`.

Every run is a process of its own that reads Parquet and writes Parquet. Timed from the first line of the program to the
last (so without the start of Python itself, with all imports); peak memory is the operating system's figure for the process.
The contenders take turns, so that a slow spell of the machine meets all of them. The last line is the ratio of medians
`ours / hand-written DuckDB SQL`. Before anything is timed, all contenders must agree on every figure of every person.
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
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCHEME = Path(__file__).with_name("scheme_for_speed.md")
CONTENDERS = ("quanheng", "sql", "polars", "pandas", "reference")
CALLED = {
    "quanheng": "Quanheng (DuckDB)", "sql": "DuckDB SQL by hand", "polars": "Polars by hand", "pandas": "pandas by hand",
    "reference": "Quanheng (exact reference)",
}  # fmt: skip
MOST_FOR_REFERENCE = 20_000


def quanheng(folder: Path, out: Path) -> None:
    """The scheme as an office wrote it: checked, compiled, its input validated, run."""
    import pyarrow.parquet as pq

    from quanheng.engine.checking import check
    from quanheng.engine.run.model import Dataset
    from quanheng.engine.run.sql import ParquetSource, run_duckdb

    checked = check(SCHEME.read_text(encoding="utf-8"))
    assert checked.plan is not None, checked.faults
    dataset = Dataset({name: ParquetSource((str(folder / f"{name}.parquet"),)) for name in ("单位", "人员", "记录")}, "")
    with run_duckdb(checked.plan, dataset) as frames:
        pq.write_table(frames["人员"], out, compression="zstd")


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
    made = {name: columns_of[name] for name in ("工号", "总分", "名次", "等次", "奖金")}
    pq.write_table(pa.table({name: [str(value) for value in column] for name, column in made.items()}), out)


def work(name: str, folder: Path, out: Path) -> None:
    """One timed run, in this process; prints its figures as JSON."""
    started = time.perf_counter()
    if name == "quanheng":
        quanheng(folder, out)
    elif name == "reference":
        reference(folder, out)
    else:
        from benchmarks import speed_rivals

        getattr(speed_rivals, name)(folder, out)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak}) + "\n")


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
    from benchmarks import speed_data

    names = [name for name in arguments.only or CONTENDERS if name != "reference" or arguments.people <= MOST_FOR_REFERENCE]
    with tempfile.TemporaryDirectory(prefix="quanheng-speed-") as scratch:
        folder = Path(scratch)
        speed_data.make(folder, arguments.people, arguments.records)
        outs = {name: folder / f"out-{name}.parquet" for name in names}
        for name in names:
            run(name, folder, outs[name])  # not counted: warms the file cache, and shows that all agree
        if "sql" in names:
            agree(folder, outs)
        figures: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        for _ in range(arguments.runs):
            for name in names:
                figures[name].append(run(name, folder, outs[name]))
    report(arguments.people, arguments.records, figures)


def report(people: int, records: int, figures: dict[str, list[dict[str, float]]]) -> None:
    say = sys.stdout.write
    say(f"{people:,} people × {records} records, median of {len(next(iter(figures.values())))} runs in turn\n\n")
    say(f"{'':28}{'seconds':>10}{'min':>8}{'max':>8}{'peak MB':>10}{'× SQL':>8}\n")
    medians = {name: statistics.median(each["seconds"] for each in runs) for name, runs in figures.items()}
    for name, runs in figures.items():
        seconds = [each["seconds"] for each in runs]
        peak = max(each["peak_mb"] for each in runs)
        ratio = f"{medians[name] / medians['sql']:>8.2f}" if "sql" in medians else ""
        say(f"{CALLED[name]:28}{medians[name]:>10.3f}{min(seconds):>8.3f}{max(seconds):>8.3f}{peak:>10.0f}{ratio}\n")
    if {"quanheng", "sql"} <= medians.keys():
        say(f"\nratio to hand-written SQL: {medians['quanheng'] / medians['sql']:.2f}\n")


if __name__ == "__main__":
    main()

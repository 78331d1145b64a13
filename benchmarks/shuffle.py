"""The order in which rows arrive changes nothing: every shipped scheme on its data, all rows of all tables shuffled.

    python -m benchmarks.shuffle --n 1000 --seed 1 [--processes 2]

One shuffle is one shipped scheme whose input tables are all put into a random order, bound, and carried out by the reference
and by DuckDB. It is identical when the fingerprint of the data and every byte of the run's files (results.csv, columns.parquet,
run.json) are those of the data as shipped, on both executors. Small schemes are shuffled more often than large ones.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from pathlib import Path
from random import Random

from quanheng.documents.tables.folder import read_tables
from quanheng.documents.tables.results import parquet_bytes, run_files
from quanheng.engine.checking import Checked, check
from quanheng.engine.plan.model import Plan
from quanheng.engine.run.binding import bind
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.raw import RawTable
from quanheng.engine.run.reference import run_reference
from quanheng.engine.run.sql.duck import run_duckdb

FOLDER = Path(__file__).parents[1] / "schemes"


def names() -> list[str]:
    """Every shipped scheme, by its folder."""
    found = (path.parent for path in FOLDER.rglob("scheme.md"))
    return sorted(folder.relative_to(FOLDER).as_posix() for folder in found if (folder / "data").is_dir())


@cache
def checked(name: str) -> Checked:
    return check((FOLDER / name / "scheme.md").read_text(encoding="utf-8"), f"{name}/scheme.md")


def plan_of(name: str) -> Plan:
    plan = checked(name).plan
    assert plan is not None, checked(name).faults
    return plan


@cache
def tables(name: str) -> Mapping[str, RawTable]:
    return read_tables(FOLDER / name / "data", checked(name).scheme).raw


def shuffled(name: str, rng: Random) -> dict[str, RawTable]:
    """The tables with their rows in another order."""
    found = {}
    for table, raw in tables(name).items():
        rows = list(raw.rows)
        rng.shuffle(rows)
        found[table] = RawTable(raw.columns, rows, raw.place)
    return found


def prints(name: str, raw: Mapping[str, RawTable]) -> dict[str, str]:
    """A digest of each file that a run leaves, for each executor."""
    dataset = bind(plan_of(name), raw)
    found: dict[str, str] = {}
    for engine, results in (("reference", run_reference(plan_of(name), dataset)), ("duckdb", _on_duckdb(plan_of(name), dataset))):
        files = run_files(plan_of(name), checked(name).scheme.text, results, dataset.fingerprint, None)
        contents = {**files.texts, "columns.parquet": parquet_bytes(files.entries)}
        found |= {f"{engine} {file}": hashlib.sha256(content).hexdigest() for file, content in contents.items()}
    return found


def _on_duckdb(plan: Plan, dataset: Dataset) -> Results:
    with run_duckdb(plan, dataset, threads=1) as frames:
        return frames.results()


@cache
def as_shipped(name: str) -> Mapping[str, str]:
    found = prints(name, tables(name))
    for file in {each.partition(" ")[2] for each in found}:
        assert found[f"reference {file}"] == found[f"duckdb {file}"], f"{name}: the executors differ in {file} before anything is shuffled"
    return found


def changed(name: str, seed: int) -> list[str]:
    """The files that come out otherwise after a shuffle."""
    found = prints(name, shuffled(name, Random(f"{name} {seed}")))  # noqa: S311  not for secrets
    return [file for file, digest in as_shipped(name).items() if found[file] != digest]


def schedule(count: int) -> dict[str, int]:
    """How often each scheme is shuffled: the fewer rows, the more often, and each at least once."""
    sizes = {name: sum(len(raw.rows) for raw in tables(name).values()) for name in names()}
    weights = {name: 1 / (size + 100) for name, size in sizes.items()}
    times = {name: max(1, int(count * weight / sum(weights.values()))) for name, weight in weights.items()}
    smallest = min(sizes, key=lambda name: sizes[name])
    times[smallest] += count - sum(times.values())
    return times


def runs(times: Mapping[str, int], seed: int, processes: int) -> Iterator[tuple[str, list[str]]]:
    """Scheme by scheme: its name, and what a shuffle has changed."""
    for name, count in times.items():
        seeds = range(seed, seed + count)
        if processes == 1:
            yield from ((name, changed(name, each)) for each in seeds)
        else:
            with ProcessPoolExecutor(processes) as pool:
                yield from zip(repeat(name), pool.map(changed, repeat(name), seeds), strict=False)


def main() -> int:
    parser = argparse.ArgumentParser(description="Shuffle the input rows of every shipped scheme and compare the results byte by byte.")
    parser.add_argument("--n", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    times = schedule(given.n)
    for name, count in times.items():
        print(f"{name}: {count}")
    same = 0
    for nr, (name, files) in enumerate(runs(times, given.seed, given.processes), 1):
        same += not files
        if files:
            print(f"{name}: a shuffle changes {', '.join(files)}")
        print(f"\r{nr} of {given.n}, {name}          ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"identical: {same} of {given.n}")
    return 0 if same == given.n else 1


if __name__ == "__main__":
    sys.exit(main())

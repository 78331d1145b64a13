"""The order of the input rows changes no byte of a result; `python -m benchmarks.shuffle` shuffles 1,000 times."""

import pytest

from benchmarks.shuffle import as_shipped, changed, names, schedule, shuffled, tables

SHUFFLES = 100
TIMES = schedule(SHUFFLES)


@pytest.mark.parametrize("name", names())
def test_shuffling_the_rows_changes_no_byte(name: str):
    for seed in range(TIMES[name]):
        assert changed(name, seed) == []


def test_the_shuffles_are_as_many_as_promised_and_leave_no_scheme_out():
    assert sum(TIMES.values()) == SHUFFLES
    assert set(TIMES) == set(names()) and min(TIMES.values()) >= 1


def test_a_shuffle_moves_rows_and_loses_none():
    from random import Random

    name = "enterprise"
    moved = shuffled(name, Random(1))  # noqa: S311  not for secrets
    before = tables(name)
    assert any(list(raw.rows) != list(before[table].rows) for table, raw in moved.items())
    assert all(sorted(map(str, raw.rows)) == sorted(map(str, before[table].rows)) for table, raw in moved.items())


def test_every_file_of_a_run_is_compared_on_both_executors():
    assert {"reference results.csv", "duckdb results.csv", "reference columns.parquet", "duckdb run.json"} <= set(as_shipped("real/s01"))

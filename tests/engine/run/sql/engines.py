"""The two engines as tests use them: opened once, asked for many small plans, compared with the reference."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import duckdb
import pytest

from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.reference import run_reference
from quanheng.engine.run.sql.duck import DuckEngine
from quanheng.engine.run.sql.engine import Engine
from quanheng.engine.run.sql.frames import Frames
from quanheng.engine.run.sql.runner import carry_out

if TYPE_CHECKING:
    from quanheng.engine.run.sql.spark import SparkEngine


def rng(seed: int) -> Random:
    """Chance that repeats itself."""
    return Random(seed)  # noqa: S311  not for secrets


@cache
def duck() -> DuckEngine:
    """One connection for all tests: small plans are over before a connection is open."""
    return DuckEngine(duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": False}))


@cache
def spark() -> SparkEngine:
    """One Spark for all tests of a process, set for a few rows: no generated Java code, which takes longer to compile than
    to do without, and Java's quick compiler only, since the thorough one works longer than the tests run."""
    from quanheng.engine.run.sql.spark import SparkEngine, local_session

    session = local_session(
        **{
            "spark.sql.shuffle.partitions": "1",
            "spark.default.parallelism": "1",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.adaptive.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }
    )
    session.sparkContext.setLogLevel("ERROR")
    return SparkEngine(session)


def why_no_spark() -> str | None:
    """What is missing for Spark on this machine."""
    if importlib.util.find_spec("pyspark") is None:
        return "needs pyspark (requirements/spark.txt)"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "needs a Java runtime (17 or later)"
    return None


needs_spark = pytest.mark.skipif(why_no_spark() is not None, reason=why_no_spark() or "")


def every_executor(reference: object, duckdb: object, spark: object) -> pytest.MarkDecorator:
    """A test for each executor, given as the `run` of each."""
    marks = [pytest.mark.spark, needs_spark]
    runs = [pytest.param(reference, id="reference"), pytest.param(duckdb, id="duckdb"), pytest.param(spark, id="spark", marks=marks)]
    return pytest.mark.parametrize("run", runs)


@contextmanager
def carried_out(plan: m.Plan, dataset: Dataset, engine: Engine) -> Iterator[Frames]:
    with carry_out(plan, dataset, engine) as frames:
        yield frames


def differences(plan: m.Plan, dataset: Dataset, engine: Engine) -> list[str]:
    """Where an engine and the reference give different values, kinds of missing included."""
    wanted = run_reference(plan, dataset)
    with carried_out(plan, dataset, engine) as frames:
        return list(different(plan, wanted, frames.results()))


def different(plan: m.Plan, wanted: Results, got: Results) -> Iterator[str]:
    for table in plan.tables:
        if wanted.keys[table] != got.keys[table]:
            yield f"{table}: other rows"
            continue
        assert list(wanted.columns[table]) == list(got.columns[table])
        for name, values in wanted.columns[table].items():
            for key, right, other in zip(wanted.keys[table], values, got.columns[table][name], strict=True):
                if (type(right), right) != (type(other), other):
                    yield f"{table}.{name} of {key}: {right!r}, not {other!r}"

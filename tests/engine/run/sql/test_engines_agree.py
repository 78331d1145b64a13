"""DuckDB and Spark give what the reference gives, value for value, on random plans with data full of edges.

Plans hold what no rule can be lowered to today; whole schemes at random are compared in tests/engine/test_differential.py.
"""

import pytest

from tests.engine.plans import random_plan
from tests.engine.run.sql.engines import differences, duck, needs_spark, rng, spark
from tests.engine.run.sql.wide import wide_plan

PLANS_AT_ONCE = 50


@pytest.mark.parametrize("batch", range(5))
def test_duckdb_computes_what_the_reference_computes(batch: int):
    for seed in range(batch * PLANS_AT_ONCE, (batch + 1) * PLANS_AT_ONCE):
        plan, data = random_plan(rng(seed))
        assert differences(plan, data, duck()) == [], f"random_plan({seed})"


@pytest.mark.parametrize("operation", ["row", "get", "agg", "over", "split"])
def test_duckdb_computes_long_plans_of_few_operations(operation: str):
    for seed in range(10):
        plan, data = random_plan(rng(seed), columns=30, only=("row", operation))
        assert differences(plan, data, duck()) == [], f"random_plan({seed}, 30, {operation})"


@pytest.mark.parametrize("batch", range(4))
def test_duckdb_computes_large_numbers_without_an_overflow(batch: int):
    for seed in range(batch * 25, (batch + 1) * 25):
        plan, data = wide_plan(rng(seed))
        assert differences(plan, data, duck()) == [], f"wide_plan({seed})"


@pytest.mark.spark
@needs_spark
@pytest.mark.parametrize("seed", range(10))
def test_spark_computes_what_the_reference_computes(seed: int):
    plan, data = random_plan(rng(seed), columns=9)
    assert differences(plan, data, spark()) == []


@pytest.mark.spark
@needs_spark
@pytest.mark.parametrize("seed", range(4))
def test_spark_computes_large_numbers_without_an_overflow(seed: int):
    plan, data = wide_plan(rng(seed), columns=16)
    assert differences(plan, data, spark()) == []

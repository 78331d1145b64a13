"""The ten schemes from practice: nothing to find fault with, figures derived by hand, and the same figures from every
executor. schemes/real/README.md says which 300 values these are."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from quanheng.documents.tables.folder import read_tables
from quanheng.documents.tables.results import row_keys
from quanheng.engine.checking import Checked, check
from quanheng.engine.document.writer import write
from quanheng.engine.plan.model import Plan
from quanheng.engine.run.binding import bind
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.present import shown_text
from quanheng.engine.run.reference import run_reference
from quanheng.engine.run.sql.duck import run_duckdb
from quanheng.engine.run.sql.runner import carry_out
from tests.engine.run.sql.engines import every_executor, spark

FOLDER = Path(__file__).parents[2] / "schemes" / "real"
SCHEMES = sorted(path.name for path in FOLDER.glob("s*"))
LONGEST_RULE_LINE = 110
NUMBER = re.compile(r"-?[0-9]+(?:[.][0-9]+)?")


@cache
def checked(scheme: str) -> Checked:
    return check((FOLDER / scheme / "scheme.md").read_text(encoding="utf-8"), f"{scheme}/scheme.md")


def plan(scheme: str) -> Plan:
    made = checked(scheme).plan
    assert made is not None, checked(scheme).faults
    return made


@cache
def dataset(scheme: str) -> Dataset:
    return bind(plan(scheme), read_tables(FOLDER / scheme / "data", checked(scheme).scheme).raw)


def expected(scheme: str) -> list[dict[str, str]]:
    with (FOLDER / scheme / "expected" / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def differences(scheme: str, results: Results) -> list[str]:
    """The cells of expected.csv that come out otherwise, as people read them."""
    found = []
    for wanted in expected(scheme):
        table = plan(scheme).tables[wanted["table"]]
        row = row_keys(table, results).index(wanted["key"])
        column = plan(scheme).column(table.name, wanted["column"])
        reached = shown_text(results.columns[table.name][column.name][row], column)
        if not same(reached, wanted["value"]):
            found.append(f"{' '.join(wanted.values())}: {reached}")
    return found


def same(reached: str, wanted: str) -> bool:
    """Equal as numbers (30 and 30.00), or else letter by letter."""
    if NUMBER.fullmatch(reached) and NUMBER.fullmatch(wanted):
        return Fraction(reached) == Fraction(wanted)
    return reached == wanted


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_wrong_with_a_scheme_and_no_advice_is_open(scheme: str):
    assert [str(fault) for fault in checked(scheme).faults] == []
    assert plan(scheme).subject == checked(scheme).scheme.subject


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_stands_in_the_canonical_layout(scheme: str):
    assert write(checked(scheme).scheme) == checked(scheme).scheme.text


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_figures_follow_from_the_data_without_the_product(scheme: str):
    script = FOLDER / scheme / "expected" / "derive.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_three_hundred_figures():
    counted = {scheme: len(expected(scheme)) for scheme in SCHEMES}
    told = re.findall(r"^\| \[(s\d+)\].* (\d+) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert counted == {scheme: int(count) for scheme, count in told}
    assert sum(counted.values()) == 300


def by_duckdb(plan: Plan, dataset: Dataset) -> Results:
    with run_duckdb(plan, dataset) as frames:
        return frames.results()


def by_spark(plan: Plan, dataset: Dataset) -> Results:
    with carry_out(plan, dataset, spark()) as frames:
        return frames.results()


@pytest.mark.parametrize("scheme", SCHEMES)
@every_executor(run_reference, by_duckdb, by_spark)
def test_every_figure_is_reached(scheme: str, run: Callable[[Plan, Dataset], Results]):
    assert differences(scheme, run(plan(scheme), dataset(scheme))) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_rule_fits_on_a_line_that_can_be_read_aloud(scheme: str):
    lines = [line for rule in checked(scheme).scheme.rules for line in rule.lines]
    assert [line for line in lines if len(line) >= LONGEST_RULE_LINE] == []

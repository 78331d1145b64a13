"""The SQL itself: nothing inexact in it, whole numbers in every column, few statements, nothing stored in vain."""

import re
from collections.abc import Iterator
from fractions import Fraction

import duckdb
import pytest

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import TEXT
from quanheng.engine.run.sql.dialect import DUCKDB, SPARK, Dialect
from quanheng.engine.run.sql.duck import DuckEngine
from quanheng.engine.run.sql.runner import Run
from quanheng.engine.run.sql.script import script
from tests.engine.plans import plan_of, random_plan
from tests.engine.run.sql.engines import rng
from tests.engine.run.sql.wide import wide_plan

QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`")
FORBIDDEN = re.compile(
    r"\bAVG\s*\(|\bROUND\s*\(|\bFLOOR\s*\(|\bCEIL(?:ING)?\s*\(|\bSIGN\s*\(|\bPOW(?:ER)?\s*\(|\bMEDIAN\s*\(|\bSQRT\s*\("
    r"|\bDOUBLE\b|\bFLOAT\b|\bREAL\b|\bDECIMAL\s*\((?!38,\s*0\))|[0-9]\.[0-9]|[0-9]e[0-9]",
    re.IGNORECASE,
)
# The one division that is written: x - x % y is divisible by y, and both are DECIMAL(38,0).
EXACT_DIVISION = re.compile(r"CAST\(\(([^/]*) - \1 % ([^/]*)\) / \2 AS DECIMAL\(38,0\)\)")


def inexact(text: str) -> list[str]:
    """What in a script could leave the whole numbers."""
    code = QUOTED.sub("x", text)
    found = [match[0] for match in FORBIDDEN.finditer(code)]
    without = code.replace("//", " ")
    return found + [line.strip()[:200] for line in _divisions(without)]


def _divisions(code: str) -> Iterator[str]:
    for line in code.splitlines():
        if "/" in EXACT_DIVISION.sub("q", line):
            yield line


def scripts(dialect: Dialect) -> Iterator[str]:
    for seed in range(12):
        yield script(random_plan(rng(seed))[0], dialect).text()
        yield script(wide_plan(rng(seed))[0], dialect).text()


@pytest.mark.parametrize("dialect", [DUCKDB, SPARK], ids=lambda each: each.name)
def test_no_inexact_form_is_ever_printed(dialect: Dialect):
    for text in scripts(dialect):
        assert inexact(text) == []


@pytest.mark.parametrize(
    "wrong",
    ["a / b", "AVG(x)", "round(x, 2)", "x * 0.1", "CAST(x AS DOUBLE)", "CAST(x AS DECIMAL(18,2))", "sign(x)", "1e9", "floor (x)"],
)
def test_the_lint_finds_what_is_inexact(wrong: str):
    assert inexact(wrong)


def test_the_lint_passes_what_is_exact():
    assert inexact("SELECT x // 3, CAST((x - x % y) / y AS DECIMAL(38,0)), '1.5 / 2' AS \"a/b\" FROM t") == []


def test_every_kept_and_every_read_column_is_whole_or_text_or_yes_no():
    for seed in range(20):
        plan, data = random_plan(rng(seed))
        engine = DuckEngine(duckdb.connect(":memory:", config={"threads": 1}))
        run = Run(plan, data, engine)
        run.carry_out()
        for relation in run.script.relations:
            types = engine.rows(f"DESCRIBE SELECT * FROM {DUCKDB.ident(relation.name)}")  # noqa: S608
            assert {row[1] for row in types} <= {"TINYINT", "INTEGER", "BIGINT", "HUGEINT", "VARCHAR", "BOOLEAN"}
        engine.connection.close()


# ------------------------------------------------------------------------------------------------- what is worth keeping


def person_and_records(*rules: m.Column) -> m.Plan:
    """People with records; `rules` come after a hidden and a visible column of points on each record."""
    records = [
        m.Column("记录", ROW_KEY, b.number(1, 10**7), m.Input(), hidden=True),
        m.Column("记录", "人员", TEXT, m.Input()),
        m.Column("记录", "数量", b.number(0, 100), m.Input()),
    ]
    points = m.Column("记录", "·分", b.number(0, 200), m.Row(b.arith("*", b.col(records[2]), b.const(Fraction(2)))), hidden=True)
    people = [m.Column("人员", "工号", TEXT, m.Input()), m.Column("人员", "单位", TEXT, m.Input())]
    return plan_of(
        [
            m.Table("人员", "data", ("工号",), (*people, *rules), max_rows=10**6),
            m.Table(
                "记录", "data", (ROW_KEY,), (*records, points), (m.Link("人员", ("人员",), "人员"),), max_rows=10**7,
                per_parent={"人员": 100},
            ),
        ],
        [m.Step("记录", ("·分",)), *(m.Step("人员", (rule.name,)) for rule in rules)],
    )  # fmt: skip


def theirs(name: str, most: int) -> m.Col:
    return b.col(m.Column("记录", name, b.number(0, most), m.Input()), theirs=True)


def total(name: str, of: str, most: int, where: m.Expr | None = None) -> m.Column:
    op = m.Agg("sum", "记录", (("人员", "工号"),), theirs(of, most), where)
    return m.Column("人员", name, b.number(0, most * 100), op)


def test_aggregates_over_the_same_rows_share_one_grouping():
    large = b.compare(">", theirs("数量", 100), b.const(Fraction(50)))
    count = m.Column("人员", "次数", b.number(0, 100), m.Agg("count", "记录", (("人员", "工号"),)))
    plan = person_and_records(total("总分", "·分", 200), count, total("大单", "数量", 100, large))
    text = script(plan, DUCKDB).text()
    assert text.count("GROUP BY") == 1


def test_a_condition_that_all_share_filters_the_rows_before_they_are_grouped():
    large = b.compare(">", theirs("数量", 100), b.const(Fraction(50)))
    text = script(person_and_records(total("甲", "·分", 200, large), total("乙", "数量", 100, large)), DUCKDB).text()
    assert 'WHERE ("数量" > 50)' in text and "CASE" not in text


def test_rows_that_only_carry_a_hidden_column_are_never_stored():
    steps = script(person_and_records(total("总分", "·分", 200)), DUCKDB)
    assert not any(relation.kept for relation in steps.relations)
    assert not steps.final("记录").eager, "ten million records are read when somebody asks"


def test_what_groups_and_is_read_twice_is_kept_once():
    score = total("总分", "·分", 200)
    mine = b.col(score, theirs=True)
    best = m.Column("人员", "单位最高", b.number(0, 20_000, optional=True), m.Agg("max", "人员", (("单位", "单位"),), mine))
    steps = script(person_and_records(score, best), DUCKDB)
    assert [relation.at for relation in steps.relations if relation.kept] == [("人员", 1)]


def test_a_hidden_column_that_nobody_reads_is_not_computed():
    assert "·分" not in script(person_and_records(total("数", "数量", 100)), DUCKDB).text()


def test_names_that_differ_in_the_case_of_a_letter_stay_apart():
    key = m.Column("t", "k", TEXT, m.Input())
    upper = m.Column("t", "A", b.number(0, 9), m.Row(b.const(Fraction(1))))
    lower = m.Column("t", "a", b.number(0, 9), m.Row(b.arith("+", b.col(upper), b.const(Fraction(1)))))
    plan = plan_of([m.Table("t", "data", ("k",), (key, upper, lower))])
    assert '"a~2"' in script(plan, DUCKDB).text()

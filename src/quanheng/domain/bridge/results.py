"""Results of the engine → one kept file and the headline of each subject; and back, for pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from quanheng.documents.tables.results import Entry
from quanheng.documents.tables.texts import REASONS
from quanheng.domain.bridge.items import scaled
from quanheng.engine.plan import model as m
from quanheng.engine.values import decimal_text

MISSING_WORDS: Final = {name: reason.zh for reason, name in REASONS.items()}


@lru_cache(maxsize=32)
def _entries(content: bytes) -> tuple[Entry, ...]:
    from pyarrow import parquet

    table: Any = parquet.read_table(io.BytesIO(content))
    return tuple(Entry(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True))


@lru_cache(maxsize=32)
def by_table(content: bytes) -> dict[str, dict[str, dict[str, str]]]:
    """table → row key → column → text, a missing value as its word."""
    made: dict[str, dict[str, dict[str, str]]] = {}
    for entry in _entries(content):
        text = entry.value if entry.value is not None else MISSING_WORDS[entry.missing or ""]
        made.setdefault(entry.table, {}).setdefault(entry.row, {})[entry.column] = text
    return made


def table_of(content: bytes, wanted: set[str], named: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of a locked run that a table `来自 办法` reads: the table of that name, else the one with all its columns."""
    tables = by_table(content)
    if named in tables:
        return tables[named]
    fitting = [rows for rows in tables.values() if rows and wanted <= set(next(iter(rows.values())))]
    return fitting[0] if len(fitting) == 1 else {}


@dataclass(frozen=True, slots=True)
class Headline:
    """The columns of the subject table that lists show: by their names in the scheme."""

    score: str
    grade: str
    rank: str
    money: str


SCORES: Final = ("得分", "总分", "最终得分", "年度得分", "考核得分", "综合得分", "评定分", "年度评分")
GRADES: Final = ("等次", "年度等次", "考核等次", "最终等次", "档次")
BEST_FIRST: Final = ("优秀", "优", "良好", "良", "称职", "合格", "中", "基本称职", "基本合格", "不称职", "不合格", "差")  # words for grades
RANKS: Final = ("名次", "排名")
MONEY: Final = ("考核奖金", "奖金", "应发", "实发", "合计发放", "绩效工资", "金额")


def headline(plan: m.Plan) -> Headline:
    """Which columns they are: by the names schemes use, else the last of the fitting unit."""
    columns = [column for column in plan.tables[plan.subject].columns if not column.hidden]
    names = [column.name for column in columns]

    def first(wanted: Iterable[str], fallback: list[str]) -> str:
        return next((name for name in wanted if name in names), fallback[-1] if fallback else "")

    computed = [column for column in columns if not isinstance(column.op, m.Input)]
    points = [column.name for column in computed if column.type.unit.written == "分"]
    money = [column.name for column in computed if column.type.unit.written == "元"]
    return Headline(first(SCORES, points), first(GRADES, []), first(RANKS, []), first(MONEY, money))


@dataclass(frozen=True, slots=True)
class Figures:
    """One subject's headline, as `Outcome` holds it."""

    score: int | None
    score_digits: int
    grade: str
    rank: int | None
    fen: int | None
    missing: str


def figures(plan: m.Plan, row: Mapping[str, str]) -> Figures:
    """The headline of a result row."""
    head = headline(plan)
    columns = {column.name: column for column in plan.tables[plan.subject].columns}
    score_column = columns.get(head.score)
    digits = score_column.digits if score_column is not None and score_column.digits is not None else 2
    score = row.get(head.score, "")
    missing = score if score in MISSING_WORDS.values() else ""
    return Figures(
        score=None if missing or not score else scaled(_rounded(score, digits), digits),
        score_digits=digits,
        grade="" if row.get(head.grade, "") in MISSING_WORDS.values() else row.get(head.grade, ""),
        rank=_whole(row.get(head.rank, "")),
        fen=_fen(row.get(head.money, "")),
        missing=missing,
    )


def _rounded(text: str, digits: int) -> str:
    value = Fraction(text)
    if (value * 10**digits).denominator == 1:
        return text
    whole = (value * 10**digits * 2 + 1) // 2  # half up, for the list only: the result itself keeps its digits
    return decimal_text(Fraction(whole, 10**digits))


def _whole(text: str) -> int | None:
    return int(Fraction(text)) if text and text not in MISSING_WORDS.values() else None


def _fen(text: str) -> int | None:
    if not text or text in MISSING_WORDS.values():
        return None
    fen = Fraction(text) * 100
    return int(fen) if fen.denominator == 1 else None

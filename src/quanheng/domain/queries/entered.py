"""What an office types into a cell → what is meant: days, shares, words of a list. Every conversion is kept, to be shown."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from quanheng.documents.tables.grid import Headed, shown
from quanheng.engine.faults import Cell, Fault, nearest

_DAY = re.compile(r"(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*(%?)")
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Converted:
    """A cell (or a heading) that is not taken as it stands."""

    at: Cell
    zh: str  # what it becomes, in words
    en: str


@dataclass(slots=True)
class Sheet:
    """A headed sheet read by the names of our columns, collecting conversions and faults."""

    table: Headed
    aliases: Mapping[str, Sequence[str]]
    conversions: list[Converted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find our columns among the headings."""
        for at, heading in enumerate(self.table.columns):
            name = self._ours(heading)
            if name is None:
                if heading:
                    self.faults.append(self._unknown(heading))
            elif name in self.places:
                self.faults.append(self._twice(name, heading))
            else:
                self.places[name] = at
                if name != heading:
                    self.conversions.append(Converted(self.place(0, name, heading), f"作“{name}”列读", f"read as “{name}”"))

    def _ours(self, heading: str) -> str | None:
        plain = unicodedata.normalize("NFKC", heading).strip()
        return next((name for name, others in self.aliases.items() if plain == name or plain in others), None)

    def require(self, *names: str) -> bool:
        """Whether the columns are there; those that are not become faults."""
        missing = [name for name in names if name not in self.places]
        for name in missing:
            self.faults.append(
                Fault(
                    "house-column-missing",
                    Cell(self.table.file, self.table.sheet, 1),
                    f"缺“{name}”列。",
                    f"The column “{name}” is missing.",
                    f"表头写上“{name}”，或者：{'、'.join(self.aliases[name])}。",
                    f"Head a column {name}.",
                )
            )
        return not missing

    def has(self, name: str) -> bool:
        """Whether the sheet has the column at all."""
        return name in self.places

    def place(self, row: int, column: str, content: str = "") -> Cell:
        """Where the row stands in the file. `row` counts from 1 below the heading; 0 is the heading."""
        number = self.table.numbers[row - 1] if row else 1
        return Cell(self.table.file, self.table.sheet, number, column, content)

    # ------------------------------------------------------------------------------------------------------- one cell

    def raw(self, row: int, name: str) -> str:
        """What stands there; "" where the column is missing."""
        at = self.places.get(name)
        return "" if at is None else self.table.rows[row - 1][at]

    def text(self, row: int, name: str, *, needed: bool = False) -> str:
        """A text without blanks around it, without those between Chinese characters, in half-width signs."""
        raw = self.raw(row, name)
        text = _BETWEEN.sub("", unicodedata.normalize("NFKC", raw).strip())
        if text != raw:
            self.became(row, name, raw, text)
        if needed and not text:
            self.fault(row, name, "house-value-missing", "这一格不能空着。", "This cell must not be empty.")
        return text

    def became(self, row: int, name: str, raw: str, text: str) -> None:
        """Note a conversion."""
        self.conversions.append(Converted(self.place(row, name, raw), f"改为{shown(text)}", f"taken as {shown(text)}"))

    def day(self, row: int, name: str, otherwise: datetime.date | None = None) -> datetime.date | None:
        """A day in one of the ways offices write it."""
        raw = self.raw(row, name).strip()
        if not raw:
            if otherwise is not None:
                self.became(row, name, "", otherwise.isoformat())
            return otherwise
        found = _DAY.fullmatch(unicodedata.normalize("NFKC", raw)) or _COMPACT.fullmatch(raw)
        try:
            day = datetime.date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2100:
            self.fault(row, name, "house-day-unknown", f"{shown(raw)}不是日期。", f"{shown(raw)} is no day.", "写成 2026-03-01。", "Write it as 2026-03-01.")
            return None
        if day.isoformat() != raw:
            self.became(row, name, raw, day.isoformat())
        return day

    def share(self, row: int, name: str) -> int | None:
        """A share as parts of ten thousand: 50%, 0.5 or 50 are one half."""
        raw = self.raw(row, name).strip()
        if not raw:
            return WHOLE
        found = _SHARE.fullmatch(unicodedata.normalize("NFKC", raw))
        share = Fraction(found[1]) if found else Fraction(0)
        if found and (found[2] or share > 1):
            share /= 100
        parts = share * WHOLE
        if not 0 < parts <= WHOLE or parts.denominator != 1:
            self.fault(row, name, "house-share-unknown", f"{shown(raw)}不是份额。", f"{shown(raw)} is no share.", "写成 50%。", "Write it as 50%.")
            return None
        percent = f"{percent_text(int(parts))}"
        if percent != raw:
            self.became(row, name, raw, percent)
        return int(parts)

    def choice(self, row: int, name: str, words: Mapping[str, Sequence[str]], otherwise: str = "") -> str:
        """The value whose word stands there. `words`: value → the word we write, then others that mean it."""
        raw = self.raw(row, name).strip()
        if not raw:
            return otherwise
        plain = unicodedata.normalize("NFKC", raw).replace("（", "(").replace("）", ")")
        for value, ways in words.items():
            if plain in [way.replace("（", "(").replace("）", ")") for way in ways]:
                if raw != ways[0]:
                    self.became(row, name, raw, ways[0])
                return value
        known = [ways[0] for ways in words.values()]
        near = nearest(plain, known)
        zh = f"是不是“{near}”？" if near else f"只能是：{'、'.join(known)}。"
        en = f"Did you mean {near}?" if near else f"One of: {', '.join(known)}."
        self.fault(row, name, "house-choice-unknown", f"{shown(raw)}不在可选的词里。", f"{shown(raw)} is not on the list.", zh, en)
        return otherwise

    def fault(self, row: int, name: str, code: str, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> None:  # noqa: PLR0917
        """Note what is wrong with a cell."""
        self.faults.append(Fault(code, self.place(row, name, self.raw(row, name)), zh, en, hint_zh, hint_en))

    def _unknown(self, heading: str) -> Fault:
        near = nearest(heading, self.aliases)
        return Fault(
            "house-column-unknown",
            Cell(self.table.file, self.table.sheet, 1, heading),
            f"不认识“{heading}”列。",
            f"The column “{heading}” is not known.",
            f"是不是“{near}”？不导入的列请删掉。" if near else "不导入的列请删掉。",
            f"Did you mean {near}? Delete columns that are not imported." if near else "Delete columns that are not imported.",
        )

    def _twice(self, name: str, heading: str) -> Fault:
        return Fault(
            "house-column-twice",
            Cell(self.table.file, self.table.sheet, 1, heading),
            f"有两列都是“{name}”。",
            f"Two columns are “{name}”.",
            "只留一列。",
            "Keep one of them.",
        )


def percent_text(parts: int) -> str:
    """A share in words: 50%, 33.33%.

    >>> percent_text(10_000), percent_text(3_333), percent_text(50)
    ('100%', '33.33%', '0.5%')
    """
    whole, rest = divmod(parts, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"

"""What is wrong with a user's text or data, as a value with a place.

A `Fault` names a code, a place, what is wrong and what to do, in Chinese and in English. Nothing in the engine raises
for bad input; it collects faults and returns them all in one pass.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Severity(enum.Enum):
    """A fault stops the scheme or the run; advice may be accepted with a reason."""

    FAULT = "fault"
    ADVICE = "advice"

    @property
    def zh(self) -> str:
        return "错误" if self is Severity.FAULT else "提醒"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a text: 1-based line and column (in characters), the end exclusive. `file` is for people."""

    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in the data: file, sheet, 1-based row, column heading and what the cell holds."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    content: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(f"工作表 {self.sheet}")
        if self.row:
            parts.append(f"第 {self.row} 行")
        if self.column:
            parts.append(f"“{self.column}”列")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (or, as advice, doubtful). `code` is a stable kebab-case word from the fault list."""

    code: str
    at: Place | Cell
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    severity: Severity = Severity.FAULT
    article: str = ""  # 第二条（二）, where the place has one

    def says(self, language: str = "zh") -> str:
        return self.en if language == "en" else self.zh

    def hint(self, language: str = "zh") -> str:
        return self.hint_en if language == "en" else self.hint_zh


class InputRefused(Exception):
    """Carries faults across a boundary where the work cannot go on (a reader, a run). Never raised for our own bugs."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(f"{fault.at}: {fault.code}: {fault.zh}" for fault in self.faults[:3]))


def nearest(word: str, among: Iterable[str]) -> str:
    """The one of `among` that somebody who wrote `word` most likely meant; "" when none is near.

    >>> nearest("得份", ["得分", "工号"])
    '得分'
    """
    import difflib  # only wanted when something is wrong

    return next(iter(difflib.get_close_matches(word, list(among), 1, cutoff=2 / 5)), "")

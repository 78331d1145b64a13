"""Where in the regulation a line stands: article, paragraph mark, citation.

Nobody types a citation: `第二条（二）` is the heading and the mark of the paragraph above the rule, counted as the law
counts (条 · 项（一） · 目 1.).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["chapter", "article", "annex", "plain"]

_DIGITS: Final = "一二三四五六七八九十百千零〇"
_NUMBERED: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("chapter", re.compile(rf"第[{_DIGITS}\d]+[章节编]|Chapter\s+\w+")),
    ("article", re.compile(rf"第[{_DIGITS}\d]+条(?:之[{_DIGITS}]+)?|Article\s+\w+")),
    ("annex", re.compile(rf"附(?:[件则录表])?[{_DIGITS}\d]*(?=\s|$)|Annex\s+\w+")),
    ("article", re.compile(rf"[{_DIGITS}]+(?=、)")),
)
_MARKS: Final = (
    re.compile(r"\s*([一二三四五六七八九十]{1,3})、"),
    re.compile(r"\s*(\([一二三四五六七八九十百]{1,4}\))"),
    re.compile(r"\s*(\d{1,3}[.、])(?!\d)"),
    re.compile(r"\s*(\(\d{1,3}\)|[①-⑳])"),
)


def numbered(text: str) -> tuple[Kind, str, str]:
    """The kind of a heading, its number (第二条), and the rest."""
    for kind, pattern in _NUMBERED:
        if found := pattern.match(text):
            return kind, found[0], text[found.end() :].removeprefix("、").strip()
    return "plain", "", text


def mark_of(folded: str) -> tuple[int, str] | None:
    """The level and the text of the mark that a paragraph begins with, full-width as in print."""
    for level, pattern in enumerate(_MARKS):
        if found := pattern.match(folded):
            return level, found[1].replace("(", "（").replace(")", "）") + ("、" if level == 0 else "")
    return None


@dataclass
class Position:
    """The article and the marks above the line that is read now."""

    number: str = ""
    marks: dict[int, str] = field(default_factory=dict)

    @property
    def article(self) -> str:
        """The citation of a line that stands here."""
        if not self.number:
            return ""
        said = self.number
        for level, mark in sorted(self.marks.items()):
            said += _cited(level, mark, nested=len(said) > len(self.number))
        return said

    def heading(self, kind: Kind, number: str, level: int) -> None:
        if kind == "plain" and level > 2:
            return  # a heading inside an article
        self.number = number if kind in ("article", "annex") else ""
        self.marks = {}

    def paragraph(self, folded: str) -> str:
        """Go to the paragraph; the mark it begins with, "" without one."""
        found = mark_of(folded)
        if found is None:
            return ""
        level, mark = found
        self.marks = {above: each for above, each in self.marks.items() if above < level} | {level: mark}
        return mark


def _cited(level: int, mark: str, *, nested: bool) -> str:
    match level:
        case 0:
            return f"第{mark.rstrip('、')}项"
        case 2:
            return f"第{mark.rstrip('.、')}{'目' if nested else '项'}"
    return mark

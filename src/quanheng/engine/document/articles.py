"""Where in the regulation a line stands: article, paragraph mark, citation.

Nobody types a citation: `第二条（二）` is the heading and the mark of the paragraph above the rule, counted as the law
counts (条 · 项（一） · 目 1.).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_MARKS: Final = (
    re.compile(r"\s*([一二三四五六七八九十]{1,3})、"),
    re.compile(r"\s*(\([一二三四五六七八九十百]{1,4}\))"),
    re.compile(r"\s*(\d{1,3}[.、])(?!\d)"),
    re.compile(r"\s*(\(\d{1,3}\)|[①-⑳])"),
)


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

    def heading(self, kind: str, number: str, level: int) -> None:
        if kind == "plain" and level > 2:
            return  # a heading inside an article
        self.number = number if kind in ("article", "annex") else ""
        self.marks = {}

    def paragraph(self, folded: str) -> str:
        """Take the mark that a paragraph begins with, if any, and give it back as it is written in Chinese."""
        for level, pattern in enumerate(_MARKS):
            if found := pattern.match(folded):
                mark = found[1].replace("(", "（").replace(")", "）") + ("、" if level == 0 else "")
                self.marks = {above: each for above, each in self.marks.items() if above < level} | {level: mark}
                return mark
        return ""


def _cited(level: int, mark: str, *, nested: bool) -> str:
    match level:
        case 0:
            return f"第{mark.rstrip('、')}项"
        case 2:
            return f"第{mark.rstrip('.、')}{'目' if nested else '项'}"
    return mark

"""Text of a file → lines and pieces whose offsets lead back to line and column.

A line is counted and cut here once, so that every fault of every later step points at what the author sees in the
editor. What cannot be seen (a NUL, a zero-width sign, a tab that looks like two spaces) is named here, because later
it would only show as a wrong column.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from quanheng.engine.faults import Fault, InputRefused, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.lexer import Cursor, Lexeme, fold, tokens
from quanheng.engine.formula.parser import parse_tokens

MOST_CHARACTERS: Final = 1_000_000
MOST_LINES: Final = 20_000

NAME: Final = r"[^\W\d]\w*"
_NAME: Final = re.compile(NAME)

# Signs that nobody can see or that turn the direction of the text; kept out, or two different lines would look alike.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def normal(text: str) -> str:
    """Line ends as \\n, no byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def split(text: str) -> list[str]:
    """The lines of a normal text; the line end after the last line makes no further line."""
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return lines


@dataclass
class Context:
    """What the reader knows and has found so far, shared by the readers of single pieces."""

    file: str
    units: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names that unreadable lines would have declared
    glued: list[tuple[str, Place, str]] = field(default_factory=list)  # names that may be a label and a name

    def say(self, fault: Fault, article: str = "") -> None:
        self.faults.append(fault if fault.article or not article else replace(fault, article=article))

    def say_all(self, refusal: InputRefused, article: str) -> None:
        for fault in refusal.faults:
            self.say(fault, article)


class Piece:
    """Some lines of the file that are read together: a rule with its continuation lines, a table."""

    def __init__(self, first: int, lines: tuple[str, ...], article: str, file: str) -> None:
        self.first, self.lines, self.article, self.file = first, lines, article, file
        self.text = "\n".join(lines)
        self.cursor = Cursor(self.text, first, 1, file)

    @functools.cached_property
    def folded(self) -> str:
        return fold(self.text).replace("\t", " ").replace("｜", "|")

    @property
    def at(self) -> Place:
        return Place(self.first, 1, self.first + len(self.lines) - 1, len(self.lines[-1]) + 1, self.file)

    def place(self, start: int, end: int | None = None) -> Place:
        return self.cursor.place(start, len(self.text) if end is None else end)

    def name(self, match: re.Match[str], group: int | str = 0) -> t.Name:
        start, end = match.span(group)
        return t.Name(self.place(start, end), self.text[start:end])

    def skip(self, offset: int) -> int:
        """The next offset that holds no space."""
        folded = self.folded
        while offset < len(folded) and folded[offset].isspace():
            offset += 1
        return offset

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """The span without spaces at its ends."""
        folded = self.folded
        while start < end and folded[start].isspace():
            start += 1
        while end > start and folded[end - 1].isspace():
            end -= 1
        return start, end

    def refused(  # noqa: PLR0913, PLR0917 - a fault has two languages and two sentences
        self, code: str, start: int, end: int | None, zh: str, en: str, hint_zh: str = "", hint_en: str = ""
    ) -> InputRefused:
        return InputRefused([Fault(code, self.place(start, end), zh, en, hint_zh, hint_en, article=self.article)])

    def closing(self, opening: int, end: int | None = None) -> int:
        """The offset of the bracket that closes the one at `opening`; refuses when there is none."""
        depth = 0
        for offset, sign in outside_quotes(self.folded, opening, end):
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return offset
        raise self.refused(
            "open-bracket", opening, opening + 1,
            "这个左括号没有配对的右括号“）”。", "This bracket is never closed.", "补上“）”。", "Add “)”.",
        )  # fmt: skip

    def parts(self, start: int, end: int, separators: str) -> Iterator[tuple[int, int]]:
        """Spans between separators that stand outside quotes and brackets, without spaces, empty ones left out."""
        depth, begun = 0, start
        for offset, sign in outside_quotes(self.folded, start, end):
            depth += (sign in "([") - (sign in ")]")
            if depth == 0 and sign in separators:
                yield from self._part(begun, offset)
                begun = offset + 1
        yield from self._part(begun, end)

    def _part(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        start, end = self.trim(start, end)
        if start < end:
            yield start, end

    def formula(self, context: Context, start: int, end: int | None = None) -> t.Node:
        """The tree of the formula in the span; names that may be a glued label are noted for later."""
        line, column = self.cursor.spot(start)
        cursor = Cursor(self.text[start:end].replace("\t", " "), line, column, self.file)
        found = tokens(cursor, context.units)
        note_glued(found, context, self)
        return parse_tokens(found, cursor)


def note_glued(found: list[Lexeme], context: Context, piece: Piece) -> None:
    for before, token in zip([None, *found], found, strict=False):
        if token.type in ("NAME", "FUNCTION") and (before is None or before.type != "DOT"):
            at = Place(token.line or 0, token.column or 0, token.end_line or 0, token.end_column or 0, piece.file)
            context.glued.append((str(token), at, piece.article))


def outside_quotes(folded: str, start: int, end: int | None = None) -> Iterator[tuple[int, str]]:
    """Offsets and signs that do not stand inside “…”, 「…」 or "…"."""
    closing = ""
    for offset in range(start, len(folded) if end is None else end):
        sign = folded[offset]
        if closing:
            if sign == closing or sign == "\n":
                closing = ""
        elif sign in _QUOTES:
            closing = _QUOTES[sign]
        else:
            yield offset, sign


_QUOTES: Final = {"“": "”", "「": "」", '"': '"'}


def strange_signs(number: int, line: str, file: str) -> Iterator[Fault]:
    """Tabs and signs that nobody sees: one fault for each kind in a line."""
    tab = line.find("\t")
    if tab >= 0:
        yield Fault(
            "tab", Place(number, tab + 1, number, tab + 2, file),
            "这里有一个制表符（Tab）。", "There is a tab here.", "换成空格。", "Use spaces.",
        )  # fmt: skip
    if found := _INVISIBLE.search(line):
        sign = f"U+{ord(found[0]):04X}"
        at = Place(number, found.start() + 1, number, found.end() + 1, file)
        yield Fault(
            "invisible-sign", at,
            f"这里有一个看不见的字符（{sign}）。", f"There is an invisible character here ({sign}).",
            "删去它：把光标放在这个位置，退格一次。", "Delete it.",
        )  # fmt: skip


def joined(lines: tuple[str, ...]) -> str:
    """Broken lines as one text: no space between Chinese characters, one between other words."""
    text = ""
    for line in lines:
        part = line.strip()
        if text and part and text[-1].isascii() and part[0].isascii() and text[-1].isalnum() and part[0].isalnum():
            text += " "
        text += part
    return text

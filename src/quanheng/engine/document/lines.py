"""Text of a file → lines and pieces whose offsets lead back to line and column.

A line is counted and cut here once, so that every fault of every later step points at what the author sees in the
editor. What cannot be seen (a NUL, a zero-width sign, a tab that looks like two spaces) is named here, because later
it would only show as a wrong column.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from quanheng.engine.document import messages
from quanheng.engine.faults import Fault, InputRefused, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.lexer import Cursor, Lexeme, fold, tokens
from quanheng.engine.formula.parser import parse_tokens

MOST_CHARACTERS: Final = 1_000_000
MOST_LINES: Final = 20_000
LONGEST_LINE: Final = 10_000

NAME: Final = r"[^\W\d]\w*"

# Signs that nobody can see or that turn the direction of the text; kept out, or two different lines would look alike.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_QUOTES: Final = {"“": "”", "「": "」", '"': '"'}


def normal(text: str) -> str:
    """Line ends as \\n, also behind the last line; no byte order mark."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else f"{text}\n"


def split(text: str) -> list[str]:
    """The lines of a normal text; the line end after the last line makes no further line."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


@dataclass(frozen=True, slots=True)
class Suspect:
    """A name that may be a label and a name in one. `fault`: what the parser said about it, if it stumbled there."""

    text: str
    at: Place
    article: str
    fault: Fault | None = None


@dataclass
class Context:
    """What the reader knows and has found so far, shared by the readers of single pieces."""

    file: str
    units: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names that unreadable lines would have declared
    suspects: list[Suspect] = field(default_factory=list)

    def say(self, fault: Fault) -> None:
        self.faults.append(fault)

    def say_all(self, refusal: InputRefused, article: str) -> None:
        for fault in refusal.faults:
            self.say(fault if fault.article else replace(fault, article=article))


class Piece:
    """Some lines of the file that are read together: a rule with its continuation lines, a table."""

    def __init__(self, first: int, lines: tuple[str, ...], article: str, file: str) -> None:
        self.first, self.lines, self.article, self.file = first, lines, article, file
        self.text = "\n".join(lines)

    @functools.cached_property
    def _starts(self) -> list[int]:
        """The offset at which each line begins."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    @functools.cached_property
    def folded(self) -> str:
        """The text with half-width signs, length unchanged; what the patterns look at."""
        return fold(self.text).replace("\t", " ").replace("｜", "|")

    @property
    def at(self) -> Place:
        return Place(self.first, 1, self.first + len(self.lines) - 1, len(self.lines[-1]) + 1, self.file)

    def place(self, start: int, end: int | None = None) -> Place:
        (line, column), (end_line, end_column) = self.spot(start), self.spot(len(self.text) if end is None else end)
        return Place(line, column, end_line, end_column, self.file)

    def spot(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        row = min(bisect.bisect_right(self._starts, offset), len(self.lines)) - 1
        return self.first + row, offset - self._starts[row] + 1

    def name(self, match: re.Match[str], group: int | str = 0) -> t.Name:
        start, end = match.span(group)
        return t.Name(self.place(start, end), self.text[start:end])

    def offset(self, line: int, column: int) -> int:
        """The offset of a place inside the piece."""
        return self._starts[line - self.first] + column - 1

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

    def end(self) -> int:
        """Where the text ends, without spaces and the full stop that may close it."""
        _, end = self.trim(0, len(self.text))
        return end - self.text[:end].endswith("。")

    def refused(self, code: str, start: int, end: int | None = None, /, **words: object) -> InputRefused:
        """The fault of the list at this span. An empty span points at the next sign, at the end of the text behind the last."""
        stop = len(self.text) if end is None else min(max(end, start + 1), max(len(self.text), start))
        return messages.refused(code, self.place(start, stop), self.article, **words)

    def closing(self, opening: int) -> int:
        """The offset of the bracket that closes the one at `opening`; refuses when there is none."""
        depth = 0
        for offset, sign in outside_quotes(self.folded, opening):
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return offset
        raise self.refused("open-bracket", opening, opening + 1)

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
        """The tree of the formula in the span."""
        self._refuse_odd_digits(start, end)
        line, column = self.spot(start)
        cursor = Cursor(self.text[start:end].replace("\t", " "), line, column, self.file)
        found = tokens(cursor, context.units)
        try:
            node = parse_tokens(found, cursor)
        except InputRefused as wrong:
            context.suspects.extend(self._stumbled(found, wrong.faults[0]))
            raise
        context.suspects.extend(self._suspects(found))
        return node

    def _refuse_odd_digits(self, start: int, end: int | None) -> None:
        """① and its like count as digits for Python and as none for people."""
        if any(sign.isdigit() and not sign.isascii() for sign in self.folded[start:end]):
            for offset, sign in outside_quotes(self.folded, start, end):
                if sign.isdigit() and not sign.isascii():
                    raise self.refused("look-alike", offset, offset + 1, name=sign, sign=sign)

    def _suspects(self, found: list[Lexeme]) -> Iterator[Suspect]:
        before = ""
        for token in found:
            if token.type in ("NAME", "FUNCTION") and before != "DOT":
                yield Suspect(str(token), _place(token, self.file), self.article)
            before = token.type

    def _stumbled(self, found: list[Lexeme], fault: Fault) -> Iterator[Suspect]:
        """The names before and at the place where the parser stopped."""
        before: Lexeme | None = None
        for token in found:
            at = _place(token, self.file)
            if isinstance(fault.at, Place) and (at.line, at.column) == (fault.at.line, fault.at.column):
                for each in (before, token):
                    if each is not None and each.type in ("NAME", "FUNCTION"):
                        yield Suspect(str(each), _place(each, self.file), self.article, fault)
            before = token


def _place(token: Lexeme, file: str) -> Place:
    return Place(token.line or 0, token.column or 0, token.end_line or 0, token.end_column or 0, file)


def outside_quotes(folded: str, start: int, end: int | None = None) -> Iterator[tuple[int, str]]:
    """Offsets and signs that do not stand inside “…”, 「…」 or "…"."""
    closing = ""
    for offset in range(start, len(folded) if end is None else end):
        sign = folded[offset]
        if closing:
            if sign in (closing, "\n"):
                closing = ""
        elif sign in _QUOTES:
            closing = _QUOTES[sign]
        else:
            yield offset, sign


def strange_signs(number: int, line: str, file: str, article: str) -> Iterator[Fault]:
    """Tabs and signs that nobody sees: one fault for each kind in a line."""
    tab = line.find("\t")
    if tab >= 0:
        yield messages.fault("tab", Place(number, tab + 1, number, tab + 2, file), article)
    if found := _INVISIBLE.search(line):
        at = Place(number, found.start() + 1, number, found.end() + 1, file)
        yield messages.fault("invisible-sign", at, article, sign=f"U+{ord(found[0]):04X}")


def joined(lines: tuple[str, ...]) -> str:
    """Broken lines as one text: no space between Chinese characters, one between other words."""
    text = ""
    for line in lines:
        part = line.strip()
        if text and part and text[-1].isascii() and part[0].isascii():
            text += " "
        text += part
    return text

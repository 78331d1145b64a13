"""Text of a formula → tokens, with places that stay true.

Full-width signs count as their half-width twins, one for one, so a column of the folded text is a column of the text.
A name is the longest run of letters, digits and Chinese characters that does not begin with a digit; a number directly
followed by a known unit is one quantity.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lark import Token

from quanheng.engine.faults import Fault, InputRefused, Place, nearest
from quanheng.engine.formula.functions import BY_NAME
from quanheng.engine.formula.units import COUNTS, MULTIPLES, PLAIN, Unit, unit_named
from quanheng.engine.formula.words import BY_SPELLING, LINE_WORDS, RESERVED

FULL_WIDTH: Final = str.maketrans(
    "（），＋－＊／＞＜＝％．；：［］【】｛｝０１２３４５６７８９−–＂　～",
    "(),+-*/><=%.;:[][]{}0123456789--\" ~",
)
SIGNS: Final = {
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "×": "TIMES", "/": "DIVIDE", "÷": "DIVIDE", "(": "LPAR", ")": "RPAR",
    "[": "LSQB", "]": "RSQB", ",": "COMMA", ";": "SEMI", ":": "COLON", "、": "SEP", ".": "DOT",
}  # fmt: skip
COMPARISONS: Final = {
    ">=": ">=", "<=": "<=", "<>": "<>", "!=": "<>", "≥": ">=", "≤": "<=", "≠": "<>", "=": "=", ">": ">", "<": "<",
}  # fmt: skip
CLOSING_QUOTES: Final = {"“": "”", "「": "」", '"': '"', "”": "”", "‘": "’"}
LONGEST: Final = 4_000  # characters of one formula

_SPACE = re.compile(r"\s+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9.])")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?!\w)")
_ISO_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?![\w-])")
_CHINESE_DATE = re.compile(r"([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})日)?")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NAME = re.compile(r"[^\W\d]\w*")
_WORD_FIGURE = re.compile(r"([^\W\d]+)[0-9]+(\w*)")
_ENGLISH = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")
_COMPARISON = re.compile(r">=|<=|<>|!=|[<>=≥≤≠]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """The value of a NUMBER or QUANTITY token: in the base unit, and as written."""

    value: Fraction
    unit: Unit
    figure: str
    word: str


class Lexeme(Token):
    """A token with what it means: a `Quantity`, a day, the text inside quotes, a policy."""

    meaning: object = None


class Cursor:
    """Places inside a text that begins at `line`, `column` of a file and may run over several lines.

    `columns` gives the first column of each further line when the text was put together from parts."""

    def __init__(self, text: str, line: int = 1, column: int = 1, file: str = "") -> None:
        self.text, self.file = text, file
        self._starts = [0] + [i + 1 for i, sign in enumerate(text) if sign == "\n"]
        self._line, self._column = line, column

    def spot(self, offset: int) -> tuple[int, int]:
        row = _last_not_above(self._starts, offset)
        first = self._column if row == 0 else 1
        return self._line + row, offset - self._starts[row] + first

    def place(self, start: int, end: int) -> Place:
        (line, column), (end_line, end_column) = self.spot(start), self.spot(max(end, start))
        return Place(line, column, end_line, end_column, self.file)


def _last_not_above(starts: list[int], offset: int) -> int:
    row = 0
    while row + 1 < len(starts) and starts[row + 1] <= offset:
        row += 1
    return row


def fold(text: str) -> str:
    """Full-width signs and digits as half-width ones, length unchanged."""
    return text.translate(FULL_WIDTH)


def tokens(cursor: Cursor, units: frozenset[str] = frozenset()) -> list[Lexeme]:
    """All tokens of the text. Raises `InputRefused` with the one fault that stopped the reading."""
    if len(cursor.text) > LONGEST:
        raise refused(
            "formula-too-long", cursor.place(0, 1),
            f"这条式子有 {len(cursor.text)} 个字，超过 {LONGEST} 个。", f"This formula has {len(cursor.text)} characters, more than {LONGEST}.",
            "拆成几条规则，先算出中间的数。", "Split it into several rules.",
        )  # fmt: skip
    return list(_Lexer(cursor, units).run())


class _Lexer:
    def __init__(self, cursor: Cursor, units: frozenset[str]) -> None:
        self.cursor, self.units = cursor, units
        self.text = fold(cursor.text)
        self.at = 0

    def run(self) -> Iterator[Lexeme]:
        while self.at < len(self.text):
            if space := _SPACE.match(self.text, self.at):
                self.at = space.end()
                continue
            yield from self._next()

    def _next(self) -> Iterator[Lexeme]:
        text, at = self.text, self.at
        sign = text[at]
        if sign in "0123456789":
            yield from self._figure()
        elif sign in CLOSING_QUOTES:
            yield self._quoted(sign)
        elif comparison := _COMPARISON.match(text, at):
            yield self._token("COMPARE", comparison.end(), COMPARISONS[comparison[0]])
        elif sign in SIGNS:
            yield self._token(SIGNS[sign], at + 1)
        elif sign == "。" and not text[at + 1 :].strip():
            self.at = len(text)
        elif name := _NAME.match(text, at):
            yield self._name(name)
        else:
            twin = unicodedata.normalize("NFKC", sign)
            if twin != sign and _NAME.match(twin):
                raise refused(
                    "look-alike", self.cursor.place(at, at + 1),
                    f"这里的“{sign}”形似“{twin}”而不是它。", f"“{sign}” only looks like {twin}.", f"改写为“{twin}”。", f"Write {twin}.",
                )  # fmt: skip
            raise refused(
                "strange-sign", self.cursor.place(at, at + 1),
                f"这里的“{self.cursor.text[at]}”不是式子里能用的符号。", f"“{self.cursor.text[at]}” has no meaning in a formula.",
                *_strange_hint(sign),
            )  # fmt: skip

    def _figure(self) -> Iterator[Lexeme]:
        text, at = self.text, self.at
        if comma := _THOUSANDS.match(text, at):
            plain = comma[0].replace(",", "")
            raise refused(
                "thousands-comma", self.cursor.place(at, comma.end()),
                f"“{comma[0]}”里的逗号会被当作两个数。", f"The comma in “{comma[0]}” would make two numbers.",
                f"是一个数就写 {plain}；是两个数就在逗号后空一格。", f"Write {plain} for one number; put a space after the comma for two.",
            )  # fmt: skip
        if date := _ISO_DAY.match(text, at) or _CHINESE_DATE.match(text, at) or _ISO_MONTH.match(text, at):
            yield self._date(date)
            return
        number = _NUMBER.match(text, at)
        assert number is not None
        figure, end = number[0], number.end()
        if len(figure) > 40:
            raise refused(
                "number-too-long", self.cursor.place(at, end),
                "这个数太长（超过 40 位）。", "This number has more than 40 digits.",
            )  # fmt: skip
        yield self._with_unit(figure, end)

    def _with_unit(self, figure: str, end: int) -> Lexeme:
        text, value = self.text, Fraction(figure)
        if text[end : end + 1] == "%":
            return self._token("NUMBER", end + 1, Quantity(value / 100, Unit((), "%"), figure, "%"))
        gap = _SPACE.match(text, end)
        start = gap.end() if gap else end
        run = _NAME.match(text, start)
        if run is None or (gap and "\n" in gap[0]):
            return self._token("NUMBER", end, Quantity(value, Unit(), figure, ""))
        word = self._unit_prefix(run[0])
        if word is None:
            if gap or run[0] in BY_SPELLING:
                return self._token("NUMBER", end, Quantity(value, Unit(), figure, ""))
            raise self._unknown_unit(figure, run)
        unit, factor = _unit(word, self.units)
        return self._token("QUANTITY", start + len(word), Quantity(value * factor, unit, figure, word))

    def _unit_prefix(self, run: str) -> str | None:
        """The unit a run of letters begins with, when the rest is nothing or a closed word: 分, 分以上, 个加."""
        for length in range(len(run), 0, -1):
            if unit_named(run[:length], self.units) and (length == len(run) or _starts_with_word(run[length:])):
                return run[:length]
        return None

    def _unknown_unit(self, figure: str, run: re.Match[str]) -> InputRefused:
        near = nearest(run[0], [*COUNTS, *MULTIPLES, *PLAIN, "分", *self.units])
        like = f"是不是“{near}”？" if near else ""
        return refused(
            "unknown-unit", self.cursor.place(run.start(), run.end()),
            f"“{figure}{run[0]}”里的“{run[0]}”不是认得的单位；名称也不能以数字开头。", f"“{run[0]}” is no known unit, and a name may not begin with a digit.",
            f"{like}在文件头写“计量单位：{run[0]}”可以增加单位。", f"Declare it in the header: 计量单位：{run[0]}.",
        )  # fmt: skip

    def _date(self, date: re.Match[str]) -> Lexeme:
        year, month, day = int(date[1]), int(date[2]), date[3] if date.re.groups > 2 else None
        try:
            first = datetime.date(year, month, int(day) if day else 1)
        except ValueError as wrong:
            raise refused(
                "no-such-date", self.cursor.place(date.start(), date.end()),
                f"没有“{date[0]}”这一天。", f"There is no such day: {date[0]}.",
            ) from wrong  # fmt: skip
        if day:
            return self._token("DAY", date.end(), (first.toordinal() - _EPOCH, date[0]))
        return self._token("MONTH", date.end(), (year * 12 + month - 1, date[0]))

    def _quoted(self, opening: str) -> Lexeme:
        closing = CLOSING_QUOTES[opening]
        candidates = [i for i in (self.text.find(sign, self.at + 1) for sign in {closing, "“" if opening == "”" else closing}) if i >= 0]
        end = min(candidates, default=-1)
        newline = self.text.find("\n", self.at)
        reopened = self.text.find(opening, self.at + 1) if opening != closing else -1
        if end < 0 or 0 <= newline < end or 0 <= reopened < end:
            raise refused(
                "open-quote", self.cursor.place(self.at, self.at + 1),
                "引号没有配对。", "This quotation mark is never closed.", "在文字后面加上“””。", "Close it.",
            )  # fmt: skip
        return self._token("TEXT", end + 1, self.cursor.text[self.at + 1 : end])

    def _name(self, name: re.Match[str]) -> Lexeme:
        if english := _ENGLISH.match(self.text, self.at):
            word = BY_SPELLING.get(english[0].lower())
            if word is not None:
                return self._token(word.token, english.end(), word.value or english[0])
            if english[0].lower() in ENGLISH_FUNCTIONS:
                return self._token("FUNCTION", english.end())
        run = name[0]
        word = BY_SPELLING.get(run) or BY_SPELLING.get(run.lower())
        if word is not None:
            return self._token(word.token, name.end(), word.value or run)
        touching = self._word_before_figure(run)
        if touching is not None:
            return touching
        normal = unicodedata.normalize("NFKC", run)
        if normal != run:
            raise refused(
                "look-alike", self.cursor.place(name.start(), name.end()),
                f"“{run}”里有形似而不同的字。", f"“{run}” holds look-alike characters.", f"改写为“{normal}”。", f"Write {normal}.",
            )  # fmt: skip
        after = self.text[name.end() :].lstrip(" ")
        return self._token("FUNCTION" if after.startswith("(") else "NAME", name.end())

    def _word_before_figure(self, run: str) -> Lexeme | None:
        """占20%, 近12个月: a closed word that touches a figure with its unit and nothing else."""
        figure = _WORD_FIGURE.fullmatch(run)
        if figure is None or figure[1] not in BY_SPELLING or (figure[2] and unit_named(figure[2], self.units) is None):
            return None
        word = BY_SPELLING[figure[1]]
        return self._token(word.token, self.at + len(figure[1]), word.value or figure[1])

    def _token(self, kind: str, end: int, value: object = None) -> Lexeme:
        start, self.at = self.at, end
        line, column = self.cursor.spot(start)
        end_line, end_column = self.cursor.spot(end)
        token = Lexeme(kind, self.cursor.text[start:end], start, line, column, end_line, end_column, end)
        token.meaning = value
        return token


_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
ENGLISH_FUNCTIONS: Final = frozenset(name for name in BY_NAME if "-" in name)  # trimmed-mean is no subtraction


def _unit(word: str, extra: frozenset[str]) -> tuple[Unit, Fraction]:
    found = unit_named(word, extra)
    assert found is not None
    return found


_CHINESE_WORDS: Final = tuple(word for word in BY_SPELLING if not word.isascii())


def _starts_with_word(rest: str) -> bool:
    return rest in BY_SPELLING or any(rest.startswith(word) for word in _CHINESE_WORDS)


def _strange_hint(sign: str) -> tuple[str, str]:
    if sign in "{}":
        return "式子里用圆括号。", "Use round brackets."
    if sign in "。！？…":
        return "一条规则写成一个式子，句号只能在末尾。", "One rule is one formula; a full stop may only end it."
    return "删去它，或者换成文字里说的那个符号。", "Remove it."


def refused(code: str, at: Place, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> InputRefused:
    """One fault as the exception that stops a reader."""
    return InputRefused([Fault(code, at, zh, en, hint_zh, hint_en)])


__all__ = ["LINE_WORDS", "RESERVED", "Cursor", "Lexeme", "Quantity", "fold", "refused", "tokens"]

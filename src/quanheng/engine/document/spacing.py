"""Formulas, brackets and declarations in the house's spacing: one space around operators and after labels, Chinese
punctuation where Chinese is written, the author's line breaks where the author put them.

Only white space and the width of signs change. No word and no figure is touched.
"""

from __future__ import annotations

import re
from typing import Final

from quanheng.engine.document.lines import outside_quotes
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula.lexer import Cursor, Lexeme, fold, tokens

_WRITTEN: Final = {"SEMI": "；", "COLON": "："}
_FOLDED: Final = frozenset({"LPAR", "RPAR", "LSQB", "RSQB", "COMMA", "SEP", "DOT", "PLUS", "MINUS", "TIMES", "DIVIDE", "COMPARE"})
_NONE_AFTER: Final = frozenset({"LPAR", "LSQB", "DOT", "SEMI", "COLON", "SEP"})
_NONE_BEFORE: Final = frozenset({"RPAR", "RSQB", "DOT", "SEMI", "COLON", "SEP", "COMMA", "LSQB", "BOUND"})
_OPERAND: Final = frozenset({"NAME", "NUMBER", "QUANTITY", "TEXT", "DAY", "MONTH", "TRUE", "FALSE", "ABSENT", "RPAR", "RSQB", "POLICY"})
_SPACES: Final = re.compile(r"[^\S\n]+")
_DIGITS: Final = re.compile(r"(保留|显示)\s*(\d+)\s*(位小数|位)?\s*(.*)")
_WIDE: Final = {"(": "（", ")": "）", ";": "；", ":": "：", "~": "～"}
_TIGHT: Final = re.compile(r" *([（）；：～]) *")
_TIMES: Final = re.compile(r" *× *")


def formula(text: str, units: frozenset[str]) -> str:
    """The formula in the house's spacing; as it stands when it is none."""
    try:
        found = tokens(Cursor(text), units)
    except InputRefused:
        return text
    if not found:
        return text
    lead = text[: found[0].start_pos or 0]
    written = f"\n{_indent(lead)}" if "\n" in lead else ""
    before: Lexeme | None = None
    for index, token in enumerate(found):
        if before is not None:
            gap = text[before.end_pos or 0 : token.start_pos or 0]
            unary = before.type == "MINUS" and (index < 2 or found[index - 2].type not in _OPERAND)
            written += f"\n{_indent(gap)}" if "\n" in gap else _space(before, token, unary=unary)
        written += _sign(token)
        before = token
    return written + ("。" if text.rstrip().endswith("。") else "")


def _indent(gap: str) -> str:
    return gap.rpartition("\n")[2].replace("\t", "  ")


def _sign(token: Lexeme) -> str:
    if token.type in _WRITTEN:
        return _WRITTEN[token.type]
    if token.type in _FOLDED:
        return fold(token)
    return str(token) if token.type == "TEXT" else _SPACES.sub(" ", token)


def _space(before: Lexeme, token: Lexeme, *, unary: bool) -> str:
    if before.type in _NONE_AFTER or token.type in _NONE_BEFORE or unary:
        return ""
    return "" if before.type == "FUNCTION" and token.type == "LPAR" else " "


def attributes(parts: list[str]) -> str:
    """`分，保留 2 位，0～12`, from its parts."""
    return "，".join(attribute(part) for part in parts)


def attribute(text: str) -> str:
    if digits := _DIGITS.fullmatch(text):
        return " ".join(part for part in digits.groups() if part)
    return _SPACES.sub(" ", text).replace("~", "～")


def declaration(text: str) -> str:
    """The text of a table's declaration, line by line; the line breaks stay."""
    return "\n".join(_declaration_line(line) for line in text.split("\n"))


def _declaration_line(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    signs = list(line)
    for offset, sign in outside_quotes(fold(line), 0):
        signs[offset] = _WIDE.get(sign, signs[offset])
    wide = "".join(signs).strip()
    pieces = re.split(r"(“[^”]*”|「[^」]*」|\"[^\"]*\")", wide)
    pieces[::2] = (_TIMES.sub(" × ", _TIGHT.sub(r"\1", _SPACES.sub(" ", piece))) for piece in pieces[::2])
    return indent.replace("\t", "  ") + "".join(pieces)

"""What looks like a rule, a table or a heading but is not written as one: never silently text.

A line that the office meant to be computed and the reader took for prose is the worst mistake a scheme can hold,
because nothing ever asks for it again. So a line of text must not begin like a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from quanheng.engine.document import messages
from quanheng.engine.document.lines import NAME, Piece
from quanheng.engine.faults import Fault, InputRefused
from quanheng.engine.formula.lexer import fold

_WORD_BULLET: Final = re.compile(r"\s*([•·●○◦▪■◆◇➢✓√‣∙*+▶►])")
_DASH: Final = re.compile(r"\s*(-|—|–|―|‐|‑|−)")
_RULED: Final = re.compile(r"\s*[-=*_]{3,}\s*$")
_LEAD: Final = (
    r"[\s>•·●○◦▪■◆◇➢✓√‣∙*+▶►—–―‐‑-]*"
    r"(?:(?:\((?:[一二三四五六七八九十百]+|\d+)\)|\d{1,3}[.、]|[一二三四五六七八九十]+、)\s*)?"
)
_BRACKETS: Final = r"(?:\s*\([^()]*\))?"
_RULE: Final = (
    re.compile(rf"{_LEAD}(?:每|each\s)[^:=。;]{{1,40}}:[^。]*[^<>!]="),
    re.compile(rf"{_LEAD}(?:每|each\s)[^:=。;]{{1,40}}:\s*(?:必须|must)(?!\w)"),
    re.compile(rf"{_LEAD}(?:参数|定义|parameter|define)\s+{NAME}{_BRACKETS}\s*="),
    re.compile(rf"{_LEAD}(?:口径|不计算|reading|text-only)\s*:"),
    re.compile(rf"{_LEAD}{NAME}{_BRACKETS}\s*=(?!=)"),
)
TABLE: Final = re.compile(r"(?P<word>指标表|标准表|数据表|外定表)")
ENGLISH_TABLE: Final = re.compile(rf"(?P<word>indicators|standards|data|decided)\s+{NAME}{_BRACKETS}\s*:", re.IGNORECASE)
_DECLARATION: Final = re.compile(rf"(?P<word>指标表|标准表|数据表|外定表)\s+{NAME}{_BRACKETS}\s*:")
_HEADING: Final = re.compile(r"\s*(?:#+\S|#+\s*$|第[一二三四五六七八九十百千零〇\d]+[章条](?:\s|$))")
_INDENTED_RULE: Final = re.compile(r"\s+-\s+(?:每|口径\s*:|不计算\s*:|参数\s|定义\s|each\s|reading\s*:)")
_EQUALS: Final = re.compile(r"(?<![<>!=])=(?!=)")


def table_word(folded: str) -> re.Match[str] | None:
    """The table word that a line begins with."""
    return TABLE.match(folded) or ENGLISH_TABLE.match(folded)


def is_declaration(folded: str) -> bool:
    """Is it a table word with a name and a colon?"""
    return bool(_DECLARATION.match(folded) or ENGLISH_TABLE.match(folded))


def is_indented_rule(line: str) -> bool:
    return _INDENTED_RULE.match(fold(line)) is not None


def not_text(piece: Piece) -> InputRefused | None:
    """Why a line of text is refused: it looks like something else. None for honest text."""
    folded, start = piece.folded, piece.skip(0)
    looks = any(pattern.match(folded) for pattern in _RULE)
    if "<!--" in folded:
        return piece.refused("comment", folded.index("<!--"), folded.index("<!--") + 4)
    if _HEADING.match(folded):
        return piece.refused("heading-form", start)
    if bullet := _WORD_BULLET.match(folded):
        return piece.refused("word-bullet", *bullet.span(1), sign=bullet[1])
    if _RULED.match(folded):
        return piece.refused("ruled-line", start)
    if (dash := _DASH.match(folded)) and (looks or dash[1] == "-"):
        return piece.refused("bullet-space", *dash.span(1))
    if looks:
        return piece.refused("rule-like-text", start)
    if table := _DECLARATION.search(folded):
        return piece.refused("table-in-text", *table.span(), word=table["word"])
    return None


def indented(piece: Piece) -> InputRefused:
    """The refusal of a line that begins with spaces where nothing can be continued."""
    folded, start = piece.folded, piece.skip(0)
    if table_word(folded[start:]):
        return piece.refused("table-indented", start)
    if _INDENTED_RULE.match(folded):
        return piece.refused("rule-indented", start)
    return piece.refused("stray-continuation", start)


def advice(piece: Piece) -> Iterator[Fault]:
    """A formula in the middle of a sentence is allowed, but somebody may believe that it is computed."""
    if sign := _EQUALS.search(piece.folded):
        yield messages.fault("formula-in-text", piece.place(*sign.span()), piece.article)

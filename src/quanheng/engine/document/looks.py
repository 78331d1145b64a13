"""What looks like a rule, a table or a heading but is not written as one: never silently text.

A line that the office meant to be computed and the reader took for prose is the worst mistake a scheme can hold,
because nothing ever asks for it again. So a line of text must not begin like a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from quanheng.engine.document.lines import NAME, Piece
from quanheng.engine.faults import Fault, InputRefused, Severity

_WORD_BULLET: Final = re.compile(r"\s*([•·●○◦▪■◆◇➢✓√‣∙*+▶►])")
_DASH: Final = re.compile(r"\s*(-|—|–|―|‐|‑|−)")
_RULED: Final = re.compile(r"\s*[-=*_]{3,}\s*$")
_LEAD: Final = r"[\s>•·●○◦▪■◆◇➢✓√‣∙*+▶►—–―‐‑-]*"
_MARK: Final = r"(?:\((?:[一二三四五六七八九十百]+|\d+)\)|\d{1,3}[.、]|[一二三四五六七八九十]+、)?\s*"
_BRACKETS: Final = r"(?:\s*\([^()]*\))?"
_RULE: Final = (
    re.compile(rf"{_LEAD}{_MARK}(?:每|each\s)[^:=。;]{{1,40}}:[^。]*[^<>!]=", re.S),
    re.compile(rf"{_LEAD}{_MARK}(?:每|each\s)[^:=。;]{{1,40}}:\s*(?:必须|must)(?![\w])", re.S),
    re.compile(rf"{_LEAD}{_MARK}(?:参数|定义|parameter|define)\s+{NAME}{_BRACKETS}\s*="),
    re.compile(rf"{_LEAD}{_MARK}(?:口径|不计算|reading|text-only)\s*:"),
    re.compile(rf"{_LEAD}{_MARK}{NAME}{_BRACKETS}\s*=(?!=)"),
)
TABLE: Final = re.compile(r"(?P<word>指标表|标准表|数据表|外定表)")
ENGLISH_TABLE: Final = re.compile(rf"(?P<word>indicators|standards|data|decided)\s+{NAME}{_BRACKETS}\s*:", re.IGNORECASE)
_TABLE_INSIDE: Final = re.compile(rf"(?P<word>指标表|标准表|数据表|外定表)\s+{NAME}{_BRACKETS}\s*:")
_HEADING: Final = re.compile(r"\s*(?:#+\S|第[一二三四五六七八九十百千零〇\d]+[章条](?:\s|$))")
_BULLET_ELSEWHERE: Final = re.compile(r"\s+-\s+(?:每|口径\s*:|不计算\s*:|参数\s|定义\s|each\s|reading\s*:)")


def looks_like_table(folded: str) -> bool:
    return bool(TABLE.match(folded) or ENGLISH_TABLE.match(folded))


def is_declaration(folded: str) -> bool:
    """Is it a table word with a name and a colon?"""
    return bool(_TABLE_INSIDE.match(folded) or ENGLISH_TABLE.match(folded))


def table_form(piece: Piece, word: str) -> InputRefused:
    """The refusal of a sentence that begins with a table word."""
    return piece.refused(
        "table-form", 0, len(word),
        f"以“{word}”开头的行是表，这一行却不是表的写法。", f"A line that begins with “{word}” is a table; this is not the form of one.",
        f"写成“{word} 名称：…”；若是条文，换一个开头。", "Write: table word, name, colon. If it is text, begin otherwise.",
    )  # fmt: skip


def refuse(piece: Piece) -> None:
    """Refuse a line of text that looks like something else."""
    folded = piece.folded
    start = piece.skip(0)
    if "<!--" in folded:
        at = folded.index("<!--")
        raise piece.refused(
            "comment", at, at + 4,
            "办法里不能有隐藏的注释。", "A scheme holds no hidden comments.", "删去，或写成条文。", "Remove it, or write it as text.",
        )  # fmt: skip
    if _HEADING.match(folded):
        raise _heading(piece, start)
    looks = any(pattern.match(folded) for pattern in _RULE)
    if bullet := _WORD_BULLET.match(folded):
        raise _bullet(piece, bullet, looks)
    if _RULED.match(folded):
        raise piece.refused(
            "ruled-line", start, None, "不用横线分隔。", "No ruled lines.", "空一行即可。", "An empty line is enough."
        )
    dash = _DASH.match(folded)
    if dash and (looks or dash[1] == "-"):
        raise piece.refused(
            "bullet-space", dash.start(1), dash.end(1) + 1,
            "行首应当是半角的“-”加一个空格。", "A rule line begins with “- ”: a hyphen and a space.",
            "写成“- 每…”。", "Write “- ”.",
        )  # fmt: skip
    if looks:
        raise piece.refused(
            "rule-like-text", start, None,
            "这一行像规则，但行首没有“- ”，不会被计算。", "This looks like a rule but lacks “- ”, so it would not be computed.",
            "行首加“- ”；若确是条文，把等号改成文字。", "Add “- ”; if it is text, write the equals sign as a word.",
        )  # fmt: skip
    if table := _TABLE_INSIDE.search(folded):
        raise piece.refused(
            "table-in-text", table.start(), table.end(),
            f"“{table['word']}”写在了文字中间，不会被读成表。", "This table stands inside a text and would not be read.",
            f"“{table['word']}”另起一行，顶格写。", "Begin a new line with it.",
        )  # fmt: skip


def _bullet(piece: Piece, bullet: re.Match[str], looks: bool) -> InputRefused:
    hint = ("换成“- ”（半角减号加空格）。", "Use “- ”.") if looks else ("规则写“- ”；条文的列举写（一）或 1.。", "Rules begin with “- ”; list text with （一） or 1.")
    return piece.refused(
        "word-bullet", bullet.start(1), bullet.end(1),
        f"行首的“{bullet[1]}”不是规则的记号，这一行不会被计算。", f"“{bullet[1]}” does not begin a rule; this would not be computed.", *hint,
    )  # fmt: skip


def _heading(piece: Piece, start: int) -> InputRefused:
    return piece.refused(
        "heading-form", start, None,
        "这一行像标题，但写法不对。", "This looks like a heading.",
        "写成“## 第二条 名称”：两个井号、空格、第几条、空格、名称。", "Write “## 第二条 name”.",
    )  # fmt: skip


def indented(piece: Piece) -> InputRefused:
    """The refusal of a line that begins with spaces where nothing can be continued."""
    folded = piece.folded
    start = piece.skip(0)
    if TABLE.match(folded, start) or ENGLISH_TABLE.match(folded, start):
        return piece.refused(
            "table-indented", start, None,
            "表的声明前面有空格，不会被读成表。", "A table that begins with spaces would not be read.", "顶格写。", "Remove the spaces.",
        )  # fmt: skip
    if _BULLET_ELSEWHERE.match(folded):
        return piece.refused(
            "rule-indented", start, None,
            "规则前面有空格，会被当作上一行的续行。", "A rule that begins with spaces continues the line above.",
            "“- ”顶格写。", "Remove the spaces.",
        )  # fmt: skip
    return piece.refused(
        "stray-continuation", start, None,
        "这一行前面有空格，可是上一行不是规则，续不上。", "This line is indented, but nothing above it can be continued.",
        "规则的续行紧接在规则下面；条文顶格写。", "Continuation lines stand directly under their rule; text is not indented.",
    )  # fmt: skip


def is_indented_rule(line: str) -> bool:
    return _BULLET_ELSEWHERE.match(line.replace("：", ":")) is not None


def advice(piece: Piece) -> Iterator[Fault]:
    """A formula in the middle of a sentence is allowed, but somebody may believe that it is computed."""
    sign = re.search(r"[^<>!=≤≥]=(?!=)", piece.folded)
    if sign:
        at = sign.start() + 1
        yield Fault(
            "formula-in-text", piece.place(at, at + 1),
            "条文里有算式，它不会被计算。", "There is a formula in the text; it is not computed.",
            "把等号写成“等于”，算法写在下面的规则里。", "Write the equals sign as a word and the formula as a rule.",
            Severity.ADVICE, piece.article,
        )  # fmt: skip

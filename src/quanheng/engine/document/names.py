"""Names that a document declares: what may be one, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from quanheng.engine.document.lines import NAME, Piece
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.words import LINE_WORDS, RESERVED

LONGEST: Final = 60
_AT: Final = re.compile(NAME)
_TAKEN: Final = RESERVED | (frozenset(LINE_WORDS) - {"附表"})


def declared(piece: Piece, start: int, end: int) -> tuple[t.Name, int]:
    """The name that begins at `start`, checked, and the offset behind it."""
    found = _AT.match(piece.folded, start, end)
    if found is None:
        raise _no_name(piece, start, end)
    check(piece, found.start(), found.end())
    return piece.name(found), found.end()


def whole(piece: Piece, start: int, end: int) -> t.Name:
    """The span as one name."""
    start, end = piece.trim(start, end)
    name, behind = declared(piece, start, end)
    if behind < end:
        rest = piece.text[start:end]
        raise piece.refused(
            "not-a-name", start, end,
            f"“{rest}”不能作名称：名称只由汉字、字母、数字和下划线组成。", f"“{rest}” cannot be a name.",
            "去掉空格和符号。", "Leave out spaces and signs.",
        )  # fmt: skip
    return name


def check(piece: Piece, start: int, end: int) -> None:
    """Refuse reserved, over-long and look-alike names."""
    written = piece.text[start:end]
    if written in _TAKEN or written.lower() in _TAKEN:
        raise piece.refused(
            "reserved-name", start, end,
            f"“{written}”是办法语言里的词，不能作名称。", f"“{written}” is a word of the language and cannot be a name.",
            "换一个名称，例如加上限定语。", "Choose another name.",
        )  # fmt: skip
    if len(written) > LONGEST:
        raise piece.refused(
            "name-too-long", start, end,
            f"这个名称有 {len(written)} 个字，超过 {LONGEST} 个。", f"This name has more than {LONGEST} characters.",
            "起一个短名，全称写在条文里。", "Give it a short name.",
        )  # fmt: skip
    usual = unicodedata.normalize("NFKC", written)
    if usual != written:
        raise piece.refused(
            "look-alike", start, end,
            f"“{written}”里有形似而不同的字。", f"“{written}” holds look-alike characters.",
            f"改写为“{usual}”。", f"Write {usual}.",
        )  # fmt: skip
    strange = next((sign for sign in written if not _usual(sign)), None)
    if strange is not None:
        raise piece.refused(
            "look-alike", start, end,
            f"“{written}”里的“{strange}”不是汉字，也不是英文字母。", f"“{strange}” in “{written}” is neither Chinese nor Latin.",
            "用输入法重新打一遍这个名称。", "Type the name again.",
        )  # fmt: skip


def _usual(sign: str) -> bool:
    if sign.isascii():
        return True
    kind = unicodedata.name(sign, "")
    return kind.startswith(("CJK", "IDEOGRAPHIC", "LATIN", "GREEK")) and not kind.startswith("CJK COMPATIBILITY")


def _no_name(piece: Piece, start: int, end: int) -> Exception:
    word = re.match(r"[\w.%]+", piece.folded[start:end])
    if word and word[0][0].isdigit():
        return piece.refused(
            "name-digit", start, start + word.end(),
            f"“{word[0]}”以数字开头，不能作名称。", f"“{word[0]}” begins with a digit and cannot be a name.",
            "把数字写成汉字，或者放到后面。", "Put the digit further back.",
        )  # fmt: skip
    return piece.refused(
        "name-missing", start, min(start + 1, max(end, start)),
        "这里应当是一个名称。", "A name is expected here.", "名称由汉字、字母、数字组成，不以数字开头。", "Write a name.",
    )  # fmt: skip

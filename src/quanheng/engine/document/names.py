"""Names that a document declares: what may be one, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from quanheng.engine.document.lines import NAME, Piece
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.words import LINE_WORDS, RESERVED

LONGEST: Final = 60
_NAME: Final = re.compile(NAME)
_WORD: Final = re.compile(r"[\w.%]+")
_TAKEN: Final = RESERVED | frozenset(LINE_WORDS)


def declared(piece: Piece, start: int, end: int) -> tuple[t.Name, int]:
    """The name that begins at `start`, checked, and the offset behind it."""
    found = _NAME.match(piece.folded, start, end)
    if found is None:
        word = _WORD.match(piece.folded, start, end)
        if word and word[0][0].isdigit():
            raise piece.refused("name-digit", start, word.end(), name=piece.text[start : word.end()])
        if _only_looks_like_a_letter(piece.folded[start:end][:1]):
            raise piece.refused("look-alike", start, start + 1, name=piece.text[start], sign=piece.text[start])
        raise piece.refused("name-missing", start, start + 1)
    check(piece, *found.span())
    if found.end() < end and _only_looks_like_a_letter(piece.folded[found.end()]):
        sign = piece.text[found.end()]
        raise piece.refused("look-alike", start, found.end() + 1, name=f"{found[0]}{sign}", sign=sign)
    return piece.name(found), found.end()


def whole(piece: Piece, start: int, end: int) -> t.Name:
    """The span as one name."""
    start, end = piece.trim(start, end)
    name, behind = declared(piece, start, end)
    if behind < end:
        raise piece.refused("not-a-name", start, end, name=piece.text[start:end])
    return name


def check(piece: Piece, start: int, end: int) -> None:
    """Refuse reserved, over-long and look-alike names."""
    written = piece.text[start:end]
    if written in _TAKEN or written.lower() in _TAKEN:
        raise piece.refused("reserved-name", start, end, name=written)
    if len(written) > LONGEST:
        raise piece.refused("name-too-long", start, end, length=len(written), most=LONGEST)
    strange = next((sign for sign in written if not _usual(sign)), None)
    if strange is not None:
        raise piece.refused("look-alike", start, end, name=written, sign=strange)


def _only_looks_like_a_letter(sign: str) -> bool:
    """A radical such as ⼈ (U+2F08), which looks like 人 and is no letter at all."""
    usual = unicodedata.normalize("NFKC", sign)
    return usual != sign and usual.isalnum()


def _usual(sign: str) -> bool:
    """Chinese, Latin and Greek letters and ASCII digits, in the form a keyboard makes."""
    if sign.isascii():
        return True
    usual = unicodedata.normalize("NFKC", sign) == sign
    return usual and unicodedata.name(sign, "").startswith(("CJK UNIFIED", "IDEOGRAPHIC", "LATIN", "GREEK"))

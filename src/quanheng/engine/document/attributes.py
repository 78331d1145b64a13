"""What stands in a rule's brackets: `（分，保留 2 位，教学组审核）`."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document.lines import Context, Piece
from quanheng.engine.document.model import Attributes
from quanheng.engine.faults import InputRefused, nearest
from quanheng.engine.formula.units import COUNTS, MULTIPLES, PLAIN, SCORE, unit_named
from quanheng.engine.formula.words import ROUNDINGS
from quanheng.engine.values import Rounding

MOST_DIGITS: Final = 12
ROUNDING: Final = {word: Rounding(word) for word in ROUNDINGS} | {en: Rounding(zh) for zh, en in ROUNDINGS.items()}

FIGURE: Final = r"[-+]?\d+(?:\.\d+)?"
_DIGITS: Final = re.compile(r"(?P<word>保留|显示|round|show)\s*(?P<n>-?\d+)\s*(?:位小数|位|decimals?|digits?)?\s*(?P<rest>.*)", re.DOTALL)
_RANGE: Final = re.compile(rf"(?P<lo>{FIGURE})(?:\s*(?P<u1>%|[^\W\d]{{1,4}}?))?\s*(?:~|至|to\b)\s*(?P<hi>{FIGURE})(?:\s*(?P<u2>%|[^\W\d]+))?")
_REVIEW: Final = re.compile(r"(?P<zh>[^\W\d]\w*?)\s*审核|reviewed-by\s+(?P<en>[^\W\d]\w*)")


def attributes(piece: Piece, context: Context, start: int, end: int) -> Attributes:
    """Read the attributes in the span; each that is wrong is reported, the others still count."""
    found = Attributes(at=piece.place(start, end))
    seen: set[str] = set()
    for first, last in piece.parts(start, end, ",;"):
        try:
            kind, found = _one(piece, context, found, (first, last))
            if kind in seen:
                raise piece.refused("attribute-twice", first, last, text=piece.text[first:last])
            seen.add(kind)
        except InputRefused as wrong:
            context.say_all(wrong, piece.article)
    if found.yesno and (found.unit is not None or found.keep is not None or found.show is not None):
        context.say_all(piece.refused("attributes-clash", start, end), piece.article)
    return found


def _one(piece: Piece, context: Context, found: Attributes, span: tuple[int, int]) -> tuple[str, Attributes]:
    start, end = span
    text = piece.folded[start:end]
    if text in ("是否", "yes-no"):
        return "yesno", replace(found, yesno=True)
    if text in ("否决", "veto"):
        return "veto", replace(found, veto=True)
    if digits := _DIGITS.fullmatch(piece.folded, start, end):
        return _digits(piece, found, digits)
    if unit := unit_named(text, context.units):
        return "unit", replace(found, unit=unit[0], factor=unit[1])
    if review := _REVIEW.fullmatch(text):
        return "reviewer", replace(found, reviewer=review["zh"] or review["en"])
    if bounds := _RANGE.fullmatch(piece.folded, start, end):
        return "range", _bounds(piece, found, bounds)
    raise _unknown(piece, context, start, end)


def _digits(piece: Piece, found: Attributes, match: re.Match[str]) -> tuple[str, Attributes]:
    n, rest = int(match["n"]), match["rest"].strip()
    if not 0 <= n <= MOST_DIGITS:
        raise piece.refused("digits-out-of-range", *match.span("n"), most=MOST_DIGITS)
    if rest and rest not in ROUNDING:
        zh, en = "、".join(ROUNDINGS), ", ".join(ROUNDINGS.values())
        raise piece.refused("unknown-rounding", *match.span("rest"), text=rest, zh=zh, en=en)
    found = replace(found, rounding=ROUNDING[rest]) if rest else found
    if match["word"] in ("保留", "round"):
        return "keep", replace(found, keep=n)
    return "show", replace(found, show=n)


def _bounds(piece: Piece, found: Attributes, match: re.Match[str]) -> Attributes:
    lo, hi = Fraction(match["lo"]), Fraction(match["hi"])
    if lo > hi:
        raise piece.refused("range-backwards", *match.span())
    units = {unit for unit in (match["u1"], match["u2"]) if unit}
    if len(units) > 1 or (units and found.unit is not None and units != {found.unit.written}):
        raise piece.refused("range-unit", *match.span())
    return replace(found, lo=lo, hi=hi)


def _unknown(piece: Piece, context: Context, start: int, end: int) -> InputRefused:
    text = piece.text[start:end]
    if text in ROUNDING:
        return piece.refused("unknown-attribute/rounding", start, end, text=text)
    if "位" in text:
        return piece.refused("unknown-attribute/near", start, end, text=text, near="保留 2 位")
    known = ["是否", "否决", SCORE, *COUNTS, *MULTIPLES, *PLAIN, *context.units]
    if near := nearest(text, known):
        return piece.refused("unknown-attribute/near", start, end, text=text, near=near)
    return piece.refused("unknown-attribute", start, end, text=text)


def digits_cell(piece: Piece, context: Context, start: int, end: int) -> Attributes:
    """The cell 小数 of an indicator row: `保留 2 位` or `显示 2 位`, or empty."""
    if start == end or _DIGITS.match(piece.folded, start, end):
        return attributes(piece, context, start, end)
    raise piece.refused("digits-cell", start, end)

"""What stands in a rule's brackets: `（分，保留 2 位，教学组审核）`."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document.lines import Context, Piece
from quanheng.engine.document.model import Attributes
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula.units import COUNTS, MULTIPLES, PLAIN, SCORE, unit_named
from quanheng.engine.formula.words import ROUNDINGS
from quanheng.engine.values import Rounding

MOST_DIGITS: Final = 12
ROUNDING: Final = {word: Rounding(word) for word in ROUNDINGS} | {en: Rounding(zh) for zh, en in ROUNDINGS.items()}

FIGURE: Final = r"[-+]?\d+(?:\.\d+)?"
_DIGITS: Final = re.compile(r"(?P<word>保留|显示|round|show)\s*(?P<n>-?\d+)\s*(?:位小数|位|decimals|decimal|digits|digit)?\s*(?P<rest>.*)", re.S)
_RANGE: Final = re.compile(rf"(?P<lo>{FIGURE})\s*(?P<u1>%|[^\W\d]{{1,4}}?)?\s*(?:~|至|to\b)\s*(?P<hi>{FIGURE})\s*(?P<u2>%|[^\W\d]+)?")
_REVIEW: Final = re.compile(r"(?P<who>[^\W\d]\w*?)\s*审核|reviewed-by\s+(?P<en>[^\W\d]\w*)")


def attributes(piece: Piece, context: Context, start: int, end: int) -> Attributes:
    """Read the attributes in the span; each that is wrong is reported, the others still count."""
    found = Attributes(at=piece.place(start, end))
    seen: set[str] = set()
    for first, last in piece.parts(start, end, ",;"):
        try:
            kind, found = _one(piece, context, found, first, last)
        except InputRefused as wrong:
            context.say_all(wrong, piece.article)
            continue
        if kind in seen:
            context.say_all(_twice(piece, first, last), piece.article)
        seen.add(kind)
    if found.yesno and (found.unit is not None or found.keep is not None or found.show is not None):
        context.say_all(
            piece.refused(
                "attributes-clash", start, end,
                "“是否”的结果没有单位，也没有小数位数。", "A yes-no result has no unit and no decimals.", "删去一个。", "Remove one.",
            ), piece.article,
        )  # fmt: skip
    return found


def _one(piece: Piece, context: Context, found: Attributes, start: int, end: int) -> tuple[str, Attributes]:
    text = piece.folded[start:end]
    if text in ("是否", "yes-no"):
        return "yesno", replace(found, yesno=True)
    if text in ("否决", "veto"):
        return "veto", replace(found, veto=True)
    if digits := _DIGITS.fullmatch(text):
        return _digits(piece, found, digits, start)
    if unit := unit_named(text, context.units):
        return "unit", replace(found, unit=unit[0], factor=unit[1])
    if review := _REVIEW.fullmatch(text):
        return "reviewer", replace(found, reviewer=review["who"] or review["en"])
    if bounds := _RANGE.fullmatch(text):
        return _bounds(piece, found, bounds, start)
    raise _unknown(piece, context, start, end)


def _digits(piece: Piece, found: Attributes, match: re.Match[str], start: int) -> tuple[str, Attributes]:
    n, rest = int(match["n"]), match["rest"].strip()
    if not 0 <= n <= MOST_DIGITS:
        raise piece.refused(
            "digits-out-of-range", start + match.start("n"), start + match.end("n"),
            f"小数位数只能是 0 到 {MOST_DIGITS}。", f"The number of decimals is 0 to {MOST_DIGITS}.",
        )  # fmt: skip
    if rest and rest not in ROUNDING:
        raise piece.refused(
            "unknown-rounding", start + match.start("rest"), start + match.end("rest"),
            f"“{rest}”不是舍入办法。", f"“{rest}” is no rounding.",
            f"可写：{'、'.join(ROUNDINGS)}。", f"Write one of: {', '.join(ROUNDINGS.values())}.",
        )  # fmt: skip
    found = replace(found, rounding=ROUNDING[rest]) if rest else found
    if match["word"] in ("保留", "round"):
        return "keep", replace(found, keep=n)
    return "show", replace(found, show=n)


def _bounds(piece: Piece, found: Attributes, match: re.Match[str], start: int) -> tuple[str, Attributes]:
    lo, hi = Fraction(match["lo"]), Fraction(match["hi"])
    if lo > hi:
        raise _backwards(piece, start, start + match.end())
    units = {unit for unit in (match["u1"], match["u2"]) if unit}
    if units and (len(units) > 1 or (found.unit is not None and units != {found.unit.written})):
        raise piece.refused(
            "range-unit", start, start + match.end(),
            "范围的单位和规则的单位不一致。", "The unit of the range is not that of the rule.",
            "范围只写数，单位写一次，例如（分，0～12）。", "Write the unit once.",
        )  # fmt: skip
    return "range", replace(found, lo=lo, hi=hi)


def _backwards(piece: Piece, start: int, end: int) -> InputRefused:
    return piece.refused(
        "range-backwards", start, end, "范围的下限大于上限。", "The range runs backwards.", "小的写在前面。", "Write the smaller first."
    )


def _twice(piece: Piece, start: int, end: int) -> InputRefused:
    text = piece.text[start:end]
    return piece.refused(
        "attribute-twice", start, end, f"“{text}”这一项在括号里写了两次。", f"“{text}”: given twice.", "删去一个。", "Remove one."
    )


def _unknown(piece: Piece, context: Context, start: int, end: int) -> InputRefused:
    text = piece.text[start:end]
    known = ["保留 2 位", "显示 2 位", "是否", "否决", SCORE, *COUNTS, *MULTIPLES, *PLAIN, *context.units]
    near = difflib.get_close_matches(text, known, 1, 0.5)
    if text in ROUNDING:
        hint = f"写成“保留 2 位 {text}”。", f"Write: round 2 {text}."
    elif near:
        hint = f"是不是“{near[0]}”？", f"Do you mean “{near[0]}”?"
    else:
        hint = (
            "括号里可写：单位、保留 n 位、显示 n 位、是否、否决、某组审核、0～100。新的单位先在文件头“计量单位”里写明。",
            "Allowed: a unit, round n, show n, yes-no, veto, reviewed-by, a range. Declare new units in the header.",
        )
    return piece.refused("unknown-attribute", start, end, f"括号里的“{text}”不认得。", f"“{text}” is no attribute.", *hint)


def digits_cell(piece: Piece, context: Context, start: int, end: int) -> Attributes:
    """The cell 小数 of an indicator row: `保留 2 位` or `显示 2 位`, or empty."""
    found = attributes(piece, context, start, end)
    if found.yesno or found.veto or found.reviewer or found.lo is not None or found.unit is not None:
        context.say_all(
            piece.refused(
                "digits-cell", start, end,
                "“小数”一栏只写“保留 n 位”或“显示 n 位”。", "This column takes round n or show n only.",
            ), piece.article,
        )  # fmt: skip
        return Attributes(at=found.at)
    return found

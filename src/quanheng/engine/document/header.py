"""The lines under the title: `编号：college；版本：2026；周期：年；…`. A closed list of keys, each once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from quanheng.engine.document import messages
from quanheng.engine.document.attributes import ROUNDING
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import HeaderLine
from quanheng.engine.faults import Fault, InputRefused, Place, nearest
from quanheng.engine.formula.units import unit_named
from quanheng.engine.formula.words import ROUNDINGS
from quanheng.engine.values import Rounding

KEYS: Final = {
    "编号": "id",
    "版本": "version",
    "周期": "period",
    "施行": "in-force",
    "舍入": "rounding",
    "依据": "basis",
    "归口": "owner",
    "对象": "subject",
    "基准日": "as-of",
    "计量单位": "units",
    "权重上限": "weight-bound",
}
ENGLISH: Final = {en: zh for zh, en in KEYS.items()}
# The fields of a scheme that the title and the header give.
HEADER_FIELDS: Final = (
    "title", "id", "version", "period", "in_force", "owner", "basis", "subject", "rounding", "as_of", "units", "weight_bound",
)  # fmt: skip
REQUIRED: Final = {"编号": "jixiao", "版本": "2026", "周期": "年", "舍入": "四舍五入"}  # with an example
PERIODS: Final = {
    "年": "year",
    "学年": "school-year",
    "学期": "term",
    "半年": "half-year",
    "季": "quarter",
    "月": "month",
    "半月": "half-month",
    "旬": "ten-days",
    "周": "week",
    "日": "day",
    "任期": "tenure",
    "项目": "project",
    "一次": "once",
}
_PERIOD: Final = {en: zh for zh, en in PERIODS.items()} | {"季度": "季", "年度": "年", "月度": "月", "天": "日"}
_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
_KEY: Final = re.compile(r"\s*(?P<key>[^\s:;,。|]{1,14})\s*:")
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")
_ID: Final = re.compile(r"\w[\w.-]{0,63}")


@dataclass
class Header:
    """The values of the header, as they gather."""

    places: dict[str, Place] = field(default_factory=dict)
    id: str = ""
    version: str = ""
    period: str = ""
    in_force: str = ""
    owner: str = ""
    basis: tuple[str, ...] = ()
    subject: str = ""
    rounding: Rounding | None = None
    as_of: int | None = None
    units: frozenset[str] = frozenset()
    weight_bound: int = 50


def key_of(written: str) -> str | None:
    """The Chinese key for a written one, None when it is none."""
    return written if written in KEYS else ENGLISH.get(written.lower())


def looks_like_header(folded: str) -> bool:
    """Does a line begin with `词：`? Under the title such a line is taken for the header."""
    return _KEY.match(folded) is not None


def begins_with_key(folded: str) -> str | None:
    """The known key that a line begins with."""
    found = _KEY.match(folded)
    return key_of(found["key"]) if found else None


def read_line(piece: Piece, header: Header, context: Context) -> HeaderLine:
    entries: list[tuple[str, str, Place]] = []
    last = ""
    for start, end in piece.parts(0, piece.end(), ";"):
        found = _KEY.match(piece.folded, start, end)
        key = key_of(found["key"]) if found else None
        begun = found.end() if found and key else start
        try:
            if key is None and last == "依据":
                key = last  # a further basis: 依据：甲；乙
            if key is None:
                raise _unknown(piece, found, start, end)
            value = piece.trim(begun, end)
            entries.append((key, piece.text[slice(*value)], piece.place(*value)))
            last = key
            _keep(piece, (start, *value), key, header)
        except InputRefused as wrong:
            context.say_all(wrong, "")
    context.units = header.units
    return HeaderLine(piece.at, piece.lines, "", tuple(entries))


def _unknown(piece: Piece, found: re.Match[str] | None, start: int, end: int) -> InputRefused:
    if found is None:
        return piece.refused("header-form", start, end, text=piece.text[start:end])
    written, span = found["key"], found.span("key")
    if near := nearest(written, [*KEYS, *ENGLISH]):
        return piece.refused("unknown-header/near", *span, key=written, near=near)
    return piece.refused("unknown-header", *span, key=written, zh="、".join(KEYS), en=", ".join(KEYS.values()))


def _keep(piece: Piece, spans: tuple[int, int, int], key: str, header: Header) -> None:
    start, begun, end = spans
    if key in header.places and key != "依据":
        raise piece.refused("header-twice", start, end, key=key, line=header.places[key].line)
    header.places.setdefault(key, piece.place(start, end))
    if begun >= end:
        raise piece.refused("header-empty", start, end, key=key)
    _set(piece, header, key, (begun, end))


def _set(piece: Piece, header: Header, key: str, span: tuple[int, int]) -> None:
    value = piece.text[slice(*span)]
    match key:
        case "编号":
            header.id = value
            if not _ID.fullmatch(value):
                raise piece.refused("header-id", *span, value=value)
        case "版本":
            header.version = value
        case "归口":
            header.owner = value
        case "依据":
            header.basis = (*header.basis, value)
        case "周期":
            header.period = _PERIOD.get(value, value)
            if header.period not in PERIODS:
                raise _not_one_of(piece, span, key, PERIODS)
        case "舍入":
            header.rounding = ROUNDING.get(value)
            if header.rounding is None:
                raise _not_one_of(piece, span, key, ROUNDINGS)
        case "施行":
            header.in_force = _day(piece, span).isoformat()
        case "基准日":
            header.as_of = _day(piece, span).toordinal() - _EPOCH
        case _:
            _set_rarer(piece, header, key, span)


def _set_rarer(piece: Piece, header: Header, key: str, span: tuple[int, int]) -> None:
    value = piece.text[slice(*span)]
    match key:
        case "对象":
            header.subject = value
            if not re.fullmatch(NAME, value):
                raise piece.refused("header-subject", *span, value=value)
        case "计量单位":
            header.units = frozenset(_units(piece, span))
        case "权重上限":
            found = re.fullmatch(r"(\d{1,3})\s*[%分]?", piece.folded[slice(*span)])
            if found is None or not 1 <= int(found[1]) <= 100:
                raise piece.refused("header-weight-bound", *span, value=value)
            header.weight_bound = int(found[1])


def _not_one_of(piece: Piece, span: tuple[int, int], key: str, known: dict[str, str]) -> InputRefused:
    value, zh, en = piece.text[slice(*span)], "、".join(known), ", ".join(known.values())
    return piece.refused("header-choice", *span, value=value, key=key, key_en=KEYS[key], zh=zh, en=en)


def _day(piece: Piece, span: tuple[int, int]) -> datetime.date:
    found = _DAY.fullmatch(piece.folded, *span)
    if found is None:
        raise piece.refused("header-date", *span, value=piece.text[slice(*span)])
    return day(piece, found)


def day(piece: Piece, found: re.Match[str]) -> datetime.date:
    """The day whose year, month and day the pattern found."""
    year, month, number = (int(part) for part in found.groups() if part)
    try:
        return datetime.date(year, month, number)
    except ValueError:
        last = found.lastindex or 0
        end = found.end(last) + (last == 6)  # 日
        raise piece.refused("no-such-date", found.start(), end, text=piece.text[found.start() : end]) from None


def _units(piece: Piece, span: tuple[int, int]) -> Iterator[str]:
    for start, end in piece.parts(*span, "、,"):
        word = piece.text[start:end]
        if not re.fullmatch(r"[^\W\d_]{1,8}", word):
            raise piece.refused("header-units", start, end, value=word)
        if unit_named(word):
            raise piece.refused("header-units/known", start, end, value=word)
        yield word


def missing(header: Header, at: Place) -> Iterator[Fault]:
    """The required keys that the file does not give, one fault for all of them."""
    lacking = [key for key in REQUIRED if key not in header.places]
    if lacking:
        yield messages.fault(
            "header-missing",
            at,
            zh="、".join(f"“{key}”" for key in lacking),
            en=", ".join(KEYS[key] for key in lacking),
            example_zh="；".join(f"{key}：{REQUIRED[key]}" for key in lacking),
            example_en="; ".join(f"{KEYS[key]}: …" for key in lacking),
        )

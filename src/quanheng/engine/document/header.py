"""The lines under the title: `编号：college；版本：2026；周期：年；舍入：四舍五入`. A closed list of keys, each once."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from quanheng.engine.document.attributes import ROUNDING
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import HeaderLine
from quanheng.engine.faults import Fault, Place
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
REQUIRED: Final = ("编号", "版本", "周期", "舍入")
PERIODS: Final = {
    "年": "year", "学年": "school-year", "学期": "term", "半年": "half-year", "季": "quarter", "月": "month", "半月": "half-month",
    "旬": "ten-days", "周": "week", "日": "day", "任期": "tenure", "项目": "project", "一次": "once",
}  # fmt: skip
_PERIOD: Final = {en: zh for zh, en in PERIODS.items()} | {"季度": "季", "年度": "年", "月度": "月", "天": "日"}
_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
_KEY: Final = re.compile(r"\s*(?P<key>[^\s:;,。]{1,14})\s*:")
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


def begins_with_key(folded: str) -> bool:
    """Does a line begin with one of the known keys and a colon? Further down it is a header line in the wrong place."""
    found = _KEY.match(folded)
    return found is not None and key_of(found["key"]) is not None


def read_line(piece: Piece, header: Header, context: Context) -> HeaderLine:
    entries: list[tuple[str, str, Place]] = []
    last = ""
    for start, end in piece.parts(0, len(piece.text), ";"):
        found = _KEY.match(piece.folded, start, end)
        key = key_of(found["key"]) if found else last if last == "依据" else None
        if key is None:
            context.say(_unknown(piece, start, end, found), "")
            continue
        from_, to = piece.trim(found.end() if found and key_of(found["key"]) else start, end)
        if piece.text[from_:to].endswith("。"):
            to -= 1
        value, at, last = piece.text[from_:to], piece.place(from_, max(to, from_)), key
        entries.append((key, value, at))
        _keep(piece, (start, from_, to), key, header, context)
    return HeaderLine(piece.at, piece.lines, "", tuple(entries))


def _unknown(piece: Piece, start: int, end: int, found: re.Match[str] | None) -> Fault:
    if found is None:
        return piece.refused(
            "header-form", start, end,
            f"“{piece.text[start:end]}”不是“名目：值”。", "This is not “key: value”.", "文件头写成“编号：…；版本：…”。", "Write key: value.",
        ).faults[0]  # fmt: skip
    key = found["key"]
    near = difflib.get_close_matches(key, [*KEYS, *ENGLISH], 1, 0.4)
    like, like_en = (f"是不是“{near[0]}”？", f"Do you mean “{near[0]}”? ") if near else ("", "")
    return piece.refused(
        "unknown-header", found.start("key"), found.end("key"),
        f"文件头里没有“{key}”这一项。", f"There is no “{key}” in the header.",
        f"{like}可写：{'、'.join(KEYS)}。若是条文，写到第一条里去。", f"{like_en}Allowed: {', '.join(KEYS.values())}.",
    ).faults[0]  # fmt: skip


def _keep(piece: Piece, spans: tuple[int, int, int], key: str, header: Header, context: Context) -> None:
    start, from_, to = spans
    value = piece.text[from_:to]
    if key in header.places and key != "依据":
        fault = piece.refused(
            "header-twice", start, to,
            f"“{key}”写了两次（第 {header.places[key].line} 行已有）。", f"“{key}” is given twice.", "删去一个。", "Remove one.",
        )  # fmt: skip
        context.say_all(fault, "")
        return
    header.places.setdefault(key, piece.place(start, to))
    if not value:
        fault = piece.refused("header-empty", start, to, f"“{key}”没有写值。", f"“{key}” has no value.", "写上，或者删去这一项。")
        context.say_all(fault, "")
        return
    wrong = _set(header, key, value, context)
    if wrong is not None:
        zh, en, hint_zh, hint_en = wrong
        context.say_all(piece.refused(f"header-{KEYS[key]}", from_, to, zh, en, hint_zh, hint_en), "")


_Wrong = tuple[str, str, str, str]


def _set(header: Header, key: str, value: str, context: Context) -> _Wrong | None:  # noqa: PLR0911 - one way out for each key
    match key:
        case "编号":
            header.id = value
            if not _ID.fullmatch(value):
                return f"“{value}”不能作编号。", f"“{value}” cannot be an id.", "编号只用字母、数字、汉字和 - _ .", "Use letters, digits, - _ ."
        case "版本":
            header.version = value
        case "归口":
            header.owner = value
        case "依据":
            header.basis = (*header.basis, value)
        case "周期":
            header.period = _PERIOD.get(value, value)
            if header.period not in PERIODS:
                return f"“{value}”不是周期。", f"“{value}” is no period.", f"可写：{'、'.join(PERIODS)}。", f"Write one of: {', '.join(PERIODS.values())}."
        case "舍入":
            header.rounding = ROUNDING.get(value)
            if header.rounding is None:
                return f"“{value}”不是舍入办法。", f"“{value}” is no rounding.", f"可写：{'、'.join(ROUNDINGS)}。", f"Write one of: {', '.join(ROUNDINGS.values())}."
        case "施行" | "基准日":
            return _set_day(header, key, value)
        case "对象":
            header.subject = value
            if not re.fullmatch(NAME, value):
                return f"“{value}”不是表的名称。", f"“{value}” is no name of a table.", "写被考核的那张数据表的名称，例如“员工”。", "Name the table that is assessed."
        case "计量单位":
            return _set_units(header, value, context)
        case "权重上限":
            return _set_bound(header, value)
    return None


def _set_day(header: Header, key: str, value: str) -> _Wrong | None:
    wrong = f"“{value}”不是日期。", f"“{value}” is no date.", "写成 2026-01-01。", "Write 2026-01-01."
    found = _DAY.fullmatch(value)
    if found is None:
        return wrong
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return f"没有“{value}”这一天。", f"There is no such day: {value}.", "改正日期。", "Correct the date."
    if key == "施行":
        header.in_force = date.isoformat()
    else:
        header.as_of = date.toordinal() - _EPOCH
    return None


def _set_units(header: Header, value: str, context: Context) -> _Wrong | None:
    words = [word.strip() for word in re.split("[、，,]", value) if word.strip()]
    for word in words:
        if not re.fullmatch(r"[^\W\d_]{1,8}", word):
            return f"“{word}”不能作单位。", f"“{word}” cannot be a unit.", "单位只用汉字或字母，至多 8 个。", "Use up to 8 letters."
        if unit_named(word):
            return f"“{word}”本来就是认得的单位。", f"“{word}” is a known unit already.", "删去它。", "Remove it."
    header.units = context.units = frozenset(words)
    return None


def _set_bound(header: Header, value: str) -> _Wrong | None:
    found = re.fullmatch(r"(\d{1,3})\s*(?:%|％|分)?", value)
    if found is None or not 1 <= int(found[1]) <= 100:
        return f"“{value}”不是 1 到 100 的数。", f"“{value}” is no number from 1 to 100.", "例如：权重上限：50。", "Write for example 50."
    header.weight_bound = int(found[1])
    return None


def missing(header: Header, at: Place) -> Iterator[Fault]:
    """The required keys that the file does not give, one fault for all of them."""
    lacking = [key for key in REQUIRED if key not in header.places]
    if lacking:
        examples = {"编号": "编号：jixiao", "版本": "版本：2026", "周期": "周期：年", "舍入": "舍入：四舍五入"}
        yield Fault(
            "header-missing", at,
            f"文件头缺少{'、'.join(f'“{key}”' for key in lacking)}。", f"The header lacks {', '.join(KEYS[key] for key in lacking)}.",
            f"在标题下面写：{'；'.join(examples[key] for key in lacking)}", f"Write under the title: {'; '.join(f'{KEYS[key]}: …' for key in lacking)}",
        )  # fmt: skip

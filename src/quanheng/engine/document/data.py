"""Tables that are filled in from outside: their columns, keys and limits, and who supplies each column."""

from __future__ import annotations

import difflib
import re
from fractions import Fraction
from typing import Final, Literal

from quanheng.engine.document import names
from quanheng.engine.document.attributes import FIGURE
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import DataColumn, DataTable, RowLimit
from quanheng.engine.document.tables import head
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import COUNTS, MULTIPLES, PLAIN, PURE, SCORE, Unit, unit_named

_LIMIT: Final = re.compile(rf"(?:(?:每|each\s+)(?P<subject>{NAME})\s+)?(?P<limits>(?:(?:至多|至少|most|least)\s*\d+\s*(?:行|rows?)\s*[、,]?\s*)+)")
_ONE_LIMIT: Final = re.compile(r"(至多|至少|most|least)\s*(\d+)")
_RUN: Final = re.compile(r"(?:来自\s*办法|from\s+scheme)\s+(?P<id>\w[\w.-]*)")
_KEY: Final = re.compile(r"\s*[×*✕]\s*")

_COLUMN: Final = re.compile(rf"(?P<name>{NAME})\s+(?=\S)")
_NUMBER: Final = re.compile(
    rf"(?P<lo>{FIGURE})\s*(?P<u1>%|[^\W\d]{{1,4}}?)?\s*(?:~|至|to\b)\s*(?P<hi>{FIGURE})\s*(?P<u2>%|(?!可缺|不重复|optional|unique)[^\W\d]+)?"
    r"\s*(?:(?P<n>\d+)\s*(?:位小数|位|decimals?))?"
)
_SIMPLE: Final[dict[str, Literal["yesno", "text", "day", "month"]]] = {
    "是否": "yesno", "文字": "text", "日期": "day", "月份": "month", "yes-no": "yesno", "text": "text", "date": "day", "month": "month",
}  # fmt: skip
_LINK: Final = re.compile(rf"(?:属于|belongs-to)\s+({NAME})")
_FLAGS: Final = {"可缺": "optional", "optional": "optional", "不重复": "unique", "unique": "unique"}
_WORDS: Final = ("是否", "文字", "日期", "月份", "属于", "文字 不重复")
_DOCUMENT: Final = ("文件", "文号", "document")
_BODY: Final = ("机关", "body")


def read(piece: Piece, context: Context, start: int, *, decided: bool) -> DataTable:
    name, inside, behind = head(piece, start)
    key: tuple[t.Name, ...] = ()
    limits: list[RowLimit] = []
    single, run_of = False, ""
    for first, last in piece.parts(*inside, ";,") if inside else ():
        text = piece.folded[first:last]
        if text in ("一行", "single"):
            single = True
        elif run := _RUN.fullmatch(text):
            run_of = run["id"]
        elif limit := _LIMIT.fullmatch(piece.folded, first, last):
            limits.append(_limit(piece, limit))
        elif _KEY.search(text) and not key:
            key = tuple(names.whole(piece, a, b) for a, b in piece.parts(first, last, "×*✕"))
        else:
            raise _unknown_bracket(piece, first, last)
    if single and (key or limits):
        raise piece.refused(
            "table-form", start, behind,
            "“一行”的表没有别的限制。", "A table of one row takes no key and no limit.", "删去其余的。", "Remove the rest.",
        )  # fmt: skip
    end = len(piece.text.rstrip())
    end -= piece.text[:end].endswith("。")
    columns = _columns(piece, context, behind, end)
    table = DataTable(piece.at, piece.lines, piece.article, name, key, columns, tuple(limits), decided, single, run_of)
    if not columns and not key and not any(piece.parts(behind, end, ";")):
        raise piece.refused(
            "table-empty", start, behind,
            f"“{name.text}”没有列。", f"“{name.text}” has no columns.", "写成“列 内容（来源）；列 内容（来源）”。", "Write: column content (source); …",
        )  # fmt: skip
    if decided:
        _check_decided(piece, context, table, start, behind)
    return table


def _check_decided(piece: Piece, context: Context, table: DataTable, start: int, end: int) -> None:
    """What others have decided is only worth showing with the body and the document that decided it."""
    found = {column.name.text for column in table.columns} | context.broken
    if not found & set(_BODY) or not found & set(_DOCUMENT):
        context.say_all(
            piece.refused(
                "decided-columns", start, end,
                f"外定表“{table.name.text}”要有“机关”和“文件”（或“文号”）两列。", f"“{table.name.text}” needs the deciding body and its document.",
                "加上：机关 文字（…）；文号 文字（…）。", "Add the columns 机关 and 文号.",
            ), piece.article,
        )  # fmt: skip


def _limit(piece: Piece, found: re.Match[str]) -> RowLimit:
    most = least = None
    for word, figure in _ONE_LIMIT.findall(found["limits"]):
        if word in ("至多", "most"):
            most = int(figure)
        else:
            least = int(figure)
    subject = piece.name(found, "subject") if found["subject"] else None
    return RowLimit(piece.place(*found.span()), subject, most, least)


def _unknown_bracket(piece: Piece, start: int, end: int) -> InputRefused:
    return piece.refused(
        "table-bracket", start, end,
        f"表名括号里的“{piece.text[start:end]}”不认得。", f"“{piece.text[start:end]}” is not known here.",
        "可写：甲 × 乙、一行、至多 5000 行、每张选票 至多 60 行、来自 办法 编号；几项之间用“；”。",
        "Allowed: a × b, single, most n rows, each x most n rows, from scheme id.",
    )  # fmt: skip


def _columns(piece: Piece, context: Context, start: int, end: int) -> tuple[DataColumn, ...]:
    columns: list[DataColumn] = []
    seen: dict[str, t.Name] = {}
    for first, last in piece.parts(start, end, ";"):
        name = re.compile(NAME).match(piece.folded, first, last)
        try:
            column = _column(piece, context, first, last)
            if column.name.text in seen:
                raise piece.refused(
                    "column-twice", first, last,
                    f"“{column.name.text}”这一列写了两次。", f"The column “{column.name.text}” stands twice.", "删去一列。", "Remove one.",
                )  # fmt: skip
            seen[column.name.text] = column.name
            columns.append(column)
        except InputRefused as wrong:
            context.say_all(wrong, piece.article)
            if name:
                context.broken.add(name[0])
    return tuple(columns)


def _column(piece: Piece, context: Context, start: int, end: int) -> DataColumn:
    begun = _COLUMN.match(piece.folded, start, end)
    if begun is None:
        names.whole(piece, start, end)  # says what is wrong with the name, when it is the name
        raise piece.refused(
            "content-missing", start, end,
            f"“{piece.text[start:end]}”没有写内容。", f"“{piece.text[start:end]}” has no content.",
            "例如：分值 0～100 分 1 位小数（教务处）。", "For example: mark 0～100 分 (office).",
        )  # fmt: skip
    names.check(piece, *begun.span("name"))
    name, stop, source = piece.name(begun, "name"), end, ""
    if piece.folded[end - 1] == ")":
        opening = piece.folded.rfind("(", begun.end(), end)
        if opening >= 0:
            source, stop = piece.text[slice(*piece.trim(opening + 1, end - 1))], opening
    first, last = piece.trim(begun.end(), stop)
    if first >= last:
        raise _unknown_content(piece, start, end)
    rest, flags = _flags(piece, first, last)
    return _content(piece, context, (name, source), (first, rest), flags)


def _flags(piece: Piece, start: int, end: int) -> tuple[int, frozenset[str]]:
    """Where the content ends before its closing words 可缺, 不重复, and which of them stand there."""
    flags: set[str] = set()
    while True:
        _, end = piece.trim(start, end)
        word = next((word for word in _FLAGS if piece.folded.endswith(word, start, end) and end - len(word) > start), None)
        if word is None:
            return end, frozenset(flags)
        flags.add(_FLAGS[word])
        end -= len(word)


def _content(
    piece: Piece, context: Context, called: tuple[t.Name, str], span: tuple[int, int], flags: frozenset[str]
) -> DataColumn:
    (name, source), (start, end) = called, span
    text = piece.folded[start:end]
    at, optional, unique = piece.place(start, end), "optional" in flags, "unique" in flags
    if kind := _SIMPLE.get(text):
        return DataColumn(at, name, kind, source, optional, unique)
    if link := _LINK.fullmatch(piece.folded, start, end):
        return DataColumn(at, name, "link", source, optional, unique, target=piece.name(link, 1))
    if number := _NUMBER.fullmatch(piece.folded, start, end):
        lo, hi, decimals, unit, factor = _number(piece, context, number)
        return DataColumn(at, name, "number", source, optional, unique, unit, factor, lo, hi, decimals)
    if "/" in text or "<" in text:
        choices, ordered = _choices(piece, start, end)
        return DataColumn(at, name, "choice", source, optional, unique, choices=choices, ordered=ordered)
    raise _unknown_content(piece, start, end)


def _number(piece: Piece, context: Context, found: re.Match[str]) -> tuple[Fraction, Fraction, int, Unit, Fraction]:
    start, end = found.span()
    words = {word for word in (found["u1"], found["u2"]) if word}
    if len(words) > 1:
        raise piece.refused(
            "range-unit", start, end, "范围两头的单位不一样。", "The two ends have different units.", "写成 0～100 分。", "Write 0～100 分."
        )
    word = words.pop() if words else ""
    named = unit_named(word, context.units) if word else (PURE, Fraction(1))
    if named is None:
        near = difflib.get_close_matches(word, [SCORE, *COUNTS, *MULTIPLES, *PLAIN, *context.units], 1, 0.5)
        group = "u2" if found["u2"] else "u1"
        raise piece.refused(
            "unknown-unit", found.start(group), found.end(group),
            f"“{word}”不是认得的单位。", f"“{word}” is no known unit.",
            f"{f'是不是“{near[0]}”？' if near else ''}在文件头写“计量单位：{word}”可以增加单位。", f"Declare it in the header: 计量单位：{word}.",
        )  # fmt: skip
    lo, hi, decimals = Fraction(found["lo"]), Fraction(found["hi"]), int(found["n"] or 0)
    if lo > hi:
        raise piece.refused("range-backwards", start, end, "范围的下限大于上限。", "The range runs backwards.", "小的写在前面。", "Swap them.")
    if decimals > 12:
        raise piece.refused("digits-out-of-range", start, end, "小数至多 12 位。", "At most 12 decimals.")
    places = max(len(figure.partition(".")[2]) for figure in (found["lo"], found["hi"]))
    if places > decimals:
        raise piece.refused(
            "range-decimals", start, end,
            f"范围有 {places} 位小数，这一列却没有写“{places} 位小数”。", "The range has more decimals than the column.",
            f"写上“{places} 位小数”。", f"Add “{places} decimals”.",
        )  # fmt: skip
    if word == "%":
        return lo / 100, hi / 100, decimals, Unit((), "%"), Fraction(1, 100)
    return lo, hi, decimals, *named


def _choices(piece: Piece, start: int, end: int) -> tuple[tuple[str, ...], bool]:
    text = piece.folded[start:end]
    ordered = "<" in text
    if ordered and "/" in text:
        raise piece.refused(
            "choices-form", start, end,
            "“/”和“<”不能混用。", "Use / or <, not both.", "有高低次序的都用“<”，没有的都用“/”。", "Use < for ordered choices.",
        )  # fmt: skip
    spans = list(piece.parts(start, end, "<" if ordered else "/"))
    choices = tuple(piece.text[a:b].strip("“”\"") for a, b in spans)
    twice = next((choice for choice in choices if choices.count(choice) > 1), None)
    if twice is not None or len(choices) < 2 or "" in choices:
        raise piece.refused(
            "choices-form", start, end,
            f"“{twice}”写了两次。" if twice else "至少要有两个选项。", "Choices must be at least two, each once.",
            "例如：优秀/合格/不合格，或 低<中<高。", "For example: a/b/c, or low<high.",
        )  # fmt: skip
    return choices, ordered


def _unknown_content(piece: Piece, start: int, end: int) -> InputRefused:
    text = piece.text[start:end]
    comma = re.search(r"\d,\d{3}", piece.folded[start:end])
    if comma:
        return piece.refused(
            "thousands-comma", start + comma.start(), start + comma.end(),
            "数里面不写逗号。", "Numbers have no commas.", "100,000 写成 100000。", "Write 100000.",
        )  # fmt: skip
    if re.fullmatch(rf"{FIGURE}\s*(?:-|—|–|\.\.)+\s*{FIGURE}.*", piece.folded[start:end], re.S):
        hint = "范围用“～”，例如 0～100 分。", "Ranges are written with ～."
    elif unit_named(text):
        hint = f"写出范围，例如 0～100 {text}。", f"Give the range, for example 0～100 {text}."
    else:
        near = difflib.get_close_matches(text, _WORDS, 1, 0.5)
        like = f"是不是“{near[0]}”？" if near else ""
        hint = (
            f"{like}可写：0～100 分 1 位小数、是否、文字、日期、月份、属于 表、甲/乙/丙、低<中<高；后面可加 可缺。",
            "Allowed: a range with unit, yes-no, text, date, month, belongs-to table, a/b/c, low<high; then optional.",
        )
    return piece.refused("unknown-content", start, end, f"“{text}”不是列的内容。", f"“{text}” is no column content.", *hint)

"""The lines that begin with `- `: rules, conditions, stated readings, parameters, definitions."""

from __future__ import annotations

import datetime
import difflib
import re
from dataclasses import replace
from typing import Final

from quanheng.engine.document import names
from quanheng.engine.document.attributes import attributes
from quanheng.engine.document.lines import NAME, Context, Piece, joined
from quanheng.engine.document.model import (
    Attributes,
    Block,
    Definition,
    Must,
    NotComputed,
    Parameter,
    ParameterValue,
    Reading,
    Rule,
)
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.words import LINE_WORDS

BULLET: Final = re.compile(r"-\s+")
WORD: Final = re.compile(
    r"(?P<word>每|口径|不计算|参数|定义|必须|(?:each|reading|text-only|parameter|define|must)(?![\w-]))\s*", re.IGNORECASE
)
_ENGLISH: Final = {en: zh for zh, en in LINE_WORDS.items()}
_MUST: Final = re.compile(r"(?:必须|must)(?!\w)", re.IGNORECASE)
_SINCE: Final = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日)\s*(?:起|since\b)\s*", re.IGNORECASE)
_GUESS: Final = re.compile(rf"-\s+(?:(?:每|each\s)[^:=]*:|参数|parameter|定义|define)\s*({NAME})")
_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()


def read(piece: Piece, context: Context) -> Block:
    """The block of a `- ` line with its continuation lines. Raises `InputRefused` when the line cannot be read."""
    bullet = BULLET.match(piece.folded)
    assert bullet is not None
    word = WORD.match(piece.folded, bullet.end())
    if word is None:
        raise _unknown(piece, bullet.end())
    match _ENGLISH.get(word["word"].lower(), word["word"]):
        case "每":
            return _rule(piece, context, word.end())
        case "口径":
            return Reading(piece.at, piece.lines, piece.article, _said(piece, word))
        case "不计算":
            return NotComputed(piece.at, piece.lines, piece.article, _said(piece, word))
        case "参数":
            return _parameter(piece, context, word.end())
        case "定义":
            return _definition(piece, context, word.end())
        case _:
            raise piece.refused(
                "subject-missing", word.start(), word.end(),
                "“必须”前面要写对象。", "“must” needs its subject.", "写成“- 每所学校：必须 …”。", "Write: - each <table>: must …",
            )  # fmt: skip


def guessed_name(piece: Piece) -> str | None:
    """The name that an unreadable line would have declared, so that its readers are not reported as well."""
    found = _GUESS.match(piece.folded)
    return found[1] if found else None


def _unknown(piece: Piece, start: int) -> InputRefused:
    word = re.compile(r"[^\s:(=]+").match(piece.folded, start)
    first = word[0] if word else ""
    end = word.end() if word else start + 1
    if first in ("指标表", "标准表", "数据表", "外定表", "附表"):
        return piece.refused(
            "table-with-bullet", 0, end,
            f"“{first}”前面不加“- ”。", "A table takes no “- ”.", "删去行首的“- ”。", "Remove the “- ”.",
        )  # fmt: skip
    near = difflib.get_close_matches(first, ["口径", "不计算", "参数", "定义", *_ENGLISH], 1, 0.5)
    if near:
        hint = f"是不是“{near[0]}”？", f"Do you mean “{near[0]}”?"
    elif re.match(rf"\s*{NAME}\s*:.*=", piece.folded[start:], re.S):
        hint = f"规则要写明对象：“- 每{first}：…”。", f"A rule names its subject: - each {first}: …"
    elif "=" in piece.folded:
        hint = "规则要写明对象：“- 每名员工：名称 = 式子”。", "A rule names its subject: - each <table>: name = formula."
    else:
        hint = (
            "“- ”后面只能是：每…：、口径：、不计算：、参数、定义。若是条文的列举，写（一）或 1.。",
            "After “- ” comes each, reading, text-only, parameter or define. List text with （一） or 1.",
        )
    return piece.refused(
        "unknown-line", start, end, f"“- ”后面的“{piece.text[start:end]}”不认得。", f"“- {piece.text[start:end]}” is not known.", *hint
    )


def _said(piece: Piece, word: re.Match[str]) -> str:
    colon = word.end()
    if piece.folded[colon : colon + 1] != ":":
        raise piece.refused(
            "colon-missing", word.start(), word.end(),
            f"“{word['word']}”后面要有冒号。", f"“{word['word']}” needs a colon.", f"写成“- {word['word']}：…”。", "Add it.",
        )  # fmt: skip
    text = joined(tuple(piece.text[colon + 1 :].split("\n")))
    if not text:
        raise piece.refused(
            "text-missing", word.start(), colon + 1,
            f"“{word['word']}：”后面没有写。", f"“{word['word']}:” says nothing.", "写一句话。", "Write a sentence.",
        )  # fmt: skip
    return text


def _rule(piece: Piece, context: Context, start: int) -> Rule | Must:
    subject, start = _subject(piece, start)
    if must := _MUST.match(piece.folded, start):
        return Must(piece.at, piece.lines, piece.article, subject, piece.formula(context, must.end()))
    name, given, equals = _left_side(piece, context, start)
    formula = piece.formula(context, equals + 1)
    return Rule(piece.at, piece.lines, piece.article, subject, name, given, formula)


def _subject(piece: Piece, start: int) -> tuple[t.Name, int]:
    """The text after 每, and the offset behind its colon."""
    folded = piece.folded
    stop = re.compile(r"[:=]").search(folded, start)
    if stop is None or stop[0] == "=":
        found = re.compile(NAME).match(folded, start)
        end = found.end() if found else start + 1
        raise piece.refused(
            "colon-missing", start - 1, end,
            f"“每{piece.text[start:end]}”后面少一个冒号。", "A colon is missing after the subject.",
            "写成“- 每名员工：名称 = 式子”。", "Write: - each <table>: name = formula.",
        )  # fmt: skip
    first, last = piece.trim(start, stop.start())
    found = re.compile(NAME).fullmatch(folded, first, last)
    if found is None:
        raise piece.refused(
            "subject-not-a-name", start - 1, stop.start(),
            f"“每{piece.text[start:stop.start()]}”不是对象：“每”后面只写表的名称。", "After 每 comes the name of one table.",
            "例如“每名员工”“每所学校”。条件写进式子里。", "Conditions go into the formula.",
        )  # fmt: skip
    return piece.name(found), piece.skip(stop.end())


def _left_side(piece: Piece, context: Context, start: int) -> tuple[t.Name, Attributes, int]:
    """Name and attributes, and the offset of the equals sign."""
    folded = piece.folded
    name, end = names.declared(piece, start, len(folded))
    at = piece.skip(end)
    given = Attributes(at=piece.place(end, end))
    if folded[at : at + 1] == "(":
        closing = piece.closing(at)
        given = attributes(piece, context, at + 1, closing)
        at = piece.skip(closing + 1)
    if folded[at : at + 1] != "=":
        raise _no_equals(piece, name, end, at)
    return name, given, at


def _no_equals(piece: Piece, name: t.Name, end: int, at: int) -> InputRefused:
    folded = piece.folded
    if name.text.startswith("必须") and "=" not in folded[end:]:
        return piece.refused(
            "glued-label", end - len(name.text), end,
            f"“必须”与“{name.text[2:]}”连在了一起。", f"“必须” touches “{name.text[2:]}”.", "“必须”后面空一格。", "Put a space after it.",
        )  # fmt: skip
    if at > end and "(" not in folded[end:at] and re.match(r"\w", folded[at : at + 1]):
        return piece.refused(
            "name-space", end - len(name.text), at + 1,
            "名称中间不能有空格。", "A name holds no space.", "把名称连起来写。", "Write the name without a space.",
        )  # fmt: skip
    return piece.refused(
        "equals-missing", end - len(name.text), max(at, end),
        f"“{name.text}”后面没有等号。", f"There is no “=” after “{name.text}”.",
        "写成“名称（单位）= 式子”。", "Write name (unit) = formula.",
    )  # fmt: skip


def _parameter(piece: Piece, context: Context, start: int) -> Parameter:
    name, given, equals = _left_side(piece, context, start)
    end = len(piece.text.rstrip())
    if piece.text[:end].endswith("。"):
        end -= 1
    values: list[ParameterValue] = []
    for first, last in piece.parts(equals + 1, end, ";"):
        values.append(_value(piece, context, first, last))
    if not values:
        raise piece.refused("empty-formula", equals, equals + 1, "等号后面没有值。", "There is no value.", "写出参数的值。", "Write one.")
    for before, after in zip(values, values[1:], strict=False):
        if before.since is None or after.since is None or before.since >= after.since:
            raise piece.refused(
                "parameter-dates", equals + 1, end,
                "参数有几个值时，每个都要写“日期 起”，而且从早到晚。", "Several values need their dates, earliest first.",
                "例如 = 2015-09-01 起 20000元；2016-09-01 起 21000元", "Write = 2015-09-01 since …; 2016-09-01 since …",
            )  # fmt: skip
    return Parameter(piece.at, piece.lines, piece.article, name, given, tuple(values))


def _value(piece: Piece, context: Context, start: int, end: int) -> ParameterValue:
    since = None
    if found := _SINCE.match(piece.folded, start, end):
        year, month, day = (int(part) for part in found.groups() if part)
        try:
            since = datetime.date(year, month, day).toordinal() - _EPOCH
        except ValueError:
            raise piece.refused(
                "no-such-date", start, found.end(), "没有这一天。", "There is no such day.", "改正日期。", "Correct the date."
            ) from None
        start = found.end()
    return ParameterValue(since, constant(piece, context, start, end))


def constant(piece: Piece, context: Context, start: int, end: int) -> t.Node:
    """A written value: a number, a text, yes or no, a day."""
    node = piece.formula(context, start, end)
    if isinstance(node, t.Unary) and node.op == "-" and isinstance(node.part, t.Number):
        node = replace(node.part, at=node.at, value=-node.part.value, figure=f"-{node.part.figure}")
    if not isinstance(node, t.Number | t.Text | t.YesNo | t.Day):
        raise piece.refused(
            "not-a-value", start, end,
            f"“{piece.text[start:end]}”不是一个值。", "This is no single value.",
            "这里只能写一个数、日期、是否或引号里的文字。", "Write one number, date, yes/no or quoted text.",
        )  # fmt: skip
    return node


def _definition(piece: Piece, context: Context, start: int) -> Definition:
    folded = piece.folded
    name, end = names.declared(piece, start, len(folded))
    opening = piece.skip(end)
    if folded[opening : opening + 1] != "(":
        raise piece.refused(
            "definition-form", start, end,
            f"“{name.text}”后面要写括号和参数。", "A definition names its parameters in brackets.",
            "例如：- 定义 超额(实际, 基数) = 超出(实际, 基数)", "Write: - define f(a, b) = …",
        )  # fmt: skip
    closing = piece.closing(opening)
    parameters = tuple(names.whole(piece, first, last) for first, last in piece.parts(opening + 1, closing, ",、;"))
    if len({each.text for each in parameters}) < len(parameters):
        raise piece.refused(
            "parameter-twice", opening, closing + 1,
            "括号里有两个同名的参数。", "Two parameters have the same name.", "改一个名称。", "Rename one.",
        )  # fmt: skip
    equals = piece.skip(closing + 1)
    if folded[equals : equals + 1] != "=":
        raise piece.refused(
            "equals-missing", start, closing + 1,
            f"“{name.text}”后面没有等号。", f"There is no “=” after “{name.text}”.", "写成“定义 名称(参数) = 式子”。", "Add it.",
        )  # fmt: skip
    return Definition(piece.at, piece.lines, piece.article, name, parameters, piece.formula(context, equals + 1))

"""The lines that begin with `- `: rules, conditions, stated readings, parameters, definitions."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from quanheng.engine.document import names
from quanheng.engine.document.attributes import attributes
from quanheng.engine.document.header import day
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
from quanheng.engine.faults import InputRefused, nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.words import LINE_WORDS

BULLET: Final = re.compile(r"-\s+")
WORD: Final = re.compile(
    r"(?P<word>每|口径|不计算|参数|定义|必须|(?:each|reading|text-only|parameter|define|must)(?![\w-]))\s*",
    re.IGNORECASE,
)
_ENGLISH: Final = {en: zh for zh, en in LINE_WORDS.items()}
_TABLES: Final = ("指标表", "标准表", "数据表", "外定表", "附表", "indicators", "standards", "data", "decided")
_MUST: Final = re.compile(r"(?:必须|must)(?!\w)", re.IGNORECASE)
_SINCE: Final = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日)\s*(?:起|since\b)\s*", re.IGNORECASE)
_GUESS: Final = re.compile(rf"-\s+(?:(?:每|each\s)[^:=]*:|参数|parameter\b|定义|define\b)\s*({NAME})")
_SUBJECT_END: Final = re.compile(r"[:=]")
_NAME: Final = re.compile(NAME)
_FIRST: Final = re.compile(r"[^\s:(=]+")
_NAME_AND_EQUALS: Final = re.compile(rf"{NAME}\s*:.*=", re.DOTALL)
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
            return _rule(piece, context, word)
        case "口径":
            return Reading(piece.at, piece.lines, piece.article, _said(piece, word))
        case "不计算":
            return NotComputed(piece.at, piece.lines, piece.article, _said(piece, word))
        case "参数":
            return _parameter(piece, context, word.end())
        case "定义":
            return _definition(piece, context, word.end())
        case _:
            raise piece.refused("subject-missing", *word.span("word"))


def guessed_name(piece: Piece) -> str | None:
    """The name that an unreadable line would have declared, so that its readers are not reported as well."""
    found = _GUESS.match(piece.folded)
    return found[1] if found else None


def _unknown(piece: Piece, start: int) -> InputRefused:
    word = _FIRST.match(piece.folded, start)
    end = word.end() if word else start + 1
    first = piece.text[start:end]
    if first in _TABLES:
        return piece.refused("table-with-bullet", 0, end, word=first)
    if near := nearest(first, ["口径", "不计算", "参数", "定义", *_ENGLISH]):
        return piece.refused("unknown-line/near", start, end, text=first, near=near)
    if _NAME_AND_EQUALS.match(piece.folded, start) or "=" in piece.folded:
        return piece.refused("unknown-line/subject", start, end, text=first)
    return piece.refused("unknown-line", start, end, text=first)


def _said(piece: Piece, word: re.Match[str]) -> str:
    colon = word.end()
    if piece.folded[colon : colon + 1] != ":":
        raise piece.refused("colon-missing", *word.span("word"), text=word["word"])
    text = joined(tuple(piece.text[colon + 1 :].split("\n")))
    if not text:
        raise piece.refused("text-missing", word.start(), colon + 1, text=word["word"])
    return text


def _rule(piece: Piece, context: Context, word: re.Match[str]) -> Rule | Must:
    subject, start = _subject(piece, word)
    if must := _MUST.match(piece.folded, start):
        return Must(piece.at, piece.lines, piece.article, subject, piece.formula(context, must.end()))
    name, given, equals = _left_side(piece, context, start)
    formula = piece.formula(context, equals + 1)
    return Rule(piece.at, piece.lines, piece.article, subject, name, given, formula)


def _subject(piece: Piece, word: re.Match[str]) -> tuple[t.Name, int]:
    """The text after 每, and the offset behind its colon."""
    start, stop = word.end(), _SUBJECT_END.search(piece.folded, word.end())
    if stop is None or stop[0] == "=":
        found = _NAME.match(piece.folded, start)
        end = found.end() if found else start
        raise piece.refused("colon-missing", word.start(), end, text=piece.text[word.start() : end])
    found = _NAME.fullmatch(piece.folded, *piece.trim(start, stop.start()))
    if found is None:
        span = word.start(), stop.start()
        raise piece.refused("subject-not-a-name", *span, text=piece.text[slice(*span)])
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
    elif _NAME.match(folded, at) and "\n" not in folded[end:at]:
        stop = folded.find("=", at)
        if stop > 0:
            _, stop = piece.trim(at, min(stop, folded.find("(", at, stop) % (stop + 1)))
            raise piece.refused("not-a-name", start, stop, name=piece.text[start:stop])
    if folded[at : at + 1] != "=":
        raise _no_equals(piece, name, start, end)
    return name, given, at


def _no_equals(piece: Piece, name: t.Name, start: int, end: int) -> InputRefused:
    if name.text.startswith("必须") and name.text != "必须":
        return piece.refused("glued-label", start, end, first="必须", then=name.text.removeprefix("必须"))
    return piece.refused("equals-missing", start, end, name=name.text)


def _parameter(piece: Piece, context: Context, start: int) -> Parameter:
    name, given, equals = _left_side(piece, context, start)
    end = piece.end()
    values = tuple(_value(piece, context, first, last) for first, last in piece.parts(equals + 1, end, ";"))
    if not values:
        raise piece.refused("empty-value", equals, equals + 1)
    for before, after in pairwise(values):
        if before.since is None or after.since is None or before.since >= after.since:
            raise piece.refused("parameter-dates", piece.skip(equals + 1), end)
    return Parameter(piece.at, piece.lines, piece.article, name, given, values)


def _value(piece: Piece, context: Context, start: int, end: int) -> ParameterValue:
    since = None
    if found := _SINCE.match(piece.folded, start, end):
        since, start = day(piece, found).toordinal() - _EPOCH, found.end()
    return ParameterValue(since, constant(piece, context, start, end))


def constant(piece: Piece, context: Context, start: int, end: int) -> t.Node:
    """A written value: a number, a text, yes or no, a day."""
    node = piece.formula(context, start, end)
    if isinstance(node, t.Unary) and node.op == "-" and isinstance(node.part, t.Number):
        node = replace(node.part, at=node.at, value=-node.part.value, figure=f"-{node.part.figure}")
    if not isinstance(node, t.Number | t.Text | t.YesNo | t.Day | t.Month):
        raise piece.refused("not-a-value", start, end, text=piece.text[start:end])
    return node


def _definition(piece: Piece, context: Context, start: int) -> Definition:
    folded = piece.folded
    name, end = names.declared(piece, start, len(folded))
    opening = piece.skip(end)
    if folded[opening : opening + 1] != "(":
        raise piece.refused("definition-form", start, end, name=name.text)
    closing = piece.closing(opening)
    parameters = tuple(names.whole(piece, first, last) for first, last in piece.parts(opening + 1, closing, ",、;"))
    known = [each.text for each in parameters]
    for each in parameters:
        if known.count(each.text) > 1:
            raise piece.refused("parameter-twice", opening, closing + 1, name=each.text)
    equals = piece.skip(closing + 1)
    if folded[equals : equals + 1] != "=":
        raise piece.refused("equals-missing", start, closing + 1, name=name.text)
    return Definition(piece.at, piece.lines, piece.article, name, parameters, piece.formula(context, equals + 1))

"""Two versions of a regulation → what changed, article by article, in words for the people who decide on it.

Named things (rules, indicators, parameters, columns) are compared by name, wherever they stand; text and readings by
what they say, within their article. An article that only got another number is one change, not twenty.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from quanheng.engine.document import model as m
from quanheng.engine.document.figures import figures
from quanheng.engine.document.items import WORDS, Item, What, items
from quanheng.engine.faults import Place

Kind = Literal["added", "removed", "changed", "moved"]

_ASPECTS: Final = {
    "": "", "式子": "formula", "单位和小数": "unit and decimals", "值": "value", "参数": "parameters", "对象": "subject",
    "名目": "keys", "限制": "limits", "内容": "content", "来源": "source", "满分": "full mark", "权重": "weight",
    "计分": "scoring", "小数": "decimals", "评分人": "raters", "目标": "goal",
}  # fmt: skip
_NUMBER: Final = re.compile(r"第[^条]*条(?:之[一二三四五六七八九十]+)?|附[^（第]*|Article \w+|[一二三四五六七八九十百]+")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was. `aspect`: which part of it, 式子 or 来源; `figures`: the figures that differ."""

    kind: Kind
    what: What
    name: str
    aspect: str
    article_before: str
    article: str
    before: str
    after: str
    figures: tuple[tuple[str, str], ...]
    at_before: Place | None
    at: Place | None

    @property
    def zh(self) -> str:
        thing = WORDS[self.what][0] + (f"“{self.name}”" if self.name else "") + (f"的{self.aspect}" if self.aspect else "")
        if self.what == "article" and self.kind != "changed":
            return self._article_zh()
        match self.kind:
            case "added":
                said = f"新增{thing}：{self.after}"
            case "removed":
                said = f"删去{thing}：{self.before}"
            case "moved":
                return f"{thing}由{self.article_before or '文首'}移到{self.article or '文首'}。"
            case "changed":
                said = f"{thing}由“{self.before}”改为“{self.after}”"
        where = self.article or self.article_before
        return (f"{where}：{said}" if where else said).removesuffix("。") + "。"

    def _article_zh(self) -> str:
        match self.kind:
            case "added":
                return f"新增{self.article} {self.after}。"
            case "removed":
                return f"删去{self.article_before} {self.before}。"
        return f"{self.article_before}改为{self.article}（{self.after}）。"

    @property
    def en(self) -> str:
        aspect = _ASPECTS.get(self.aspect, self.aspect)
        thing = WORDS[self.what][1] + (f" “{self.name}”" if self.name else "") + (f", {aspect}" if aspect else "")
        if self.what == "article" and self.kind == "moved":
            return f"{self.article_before} is now {self.article} ({self.after})."
        match self.kind:
            case "added":
                said = f"{thing} added: {self.after}"
            case "removed":
                said = f"{thing} removed: {self.before}"
            case "moved":
                said = f"{thing} moved from {self.article_before or 'the head'} to {self.article or 'the head'}"
            case "changed":
                said = f"{thing} changed from “{self.before}” to “{self.after}”"
        where = self.article or self.article_before
        return (f"{where}: {said}" if where else f"{said[0].upper()}{said[1:]}").removesuffix("。") + "."


def compare(old: m.Scheme, new: m.Scheme) -> list[Change]:
    """What changed from `old` to `new`, in the order of the new text, what was removed where it stood."""
    before, after = list(items(old)), list(items(new))
    renumbered = _renumbered(before, after)
    found = [*_named(before, after, renumbered), *_said(before, after, renumbered)]
    found.sort(key=lambda change: _order(change, new))
    return found


def _order(change: Change, new: m.Scheme) -> tuple[int, int]:
    if change.at is not None:
        return change.at.line, change.at.column
    assert change.at_before is not None
    number = number_of(change.article_before)
    lines = [heading.at.line for heading in new.of(m.Heading) if heading.number == number]
    return lines[0] if lines else len(new.blocks) * 1000 + change.at_before.line, change.at_before.column


def number_of(article: str) -> str:
    """第二条（二） → 第二条."""
    found = _NUMBER.match(article)
    return found[0] if found else article


def _renumbered(before: Sequence[Item], after: Sequence[Item]) -> Mapping[str, str]:
    """Old number → new number of the articles that kept their title and got another number."""
    old, new = _articles(before), _articles(after)
    return {number: new[title] for title, number in old.items() if new.get(title, number) != number}


def _articles(found: Sequence[Item]) -> dict[str, str]:
    """Title → number, of the titles that stand only once."""
    titles = Counter(item.text for item in found if item.what == "article" and item.text)
    return {item.text: item.key[0] for item in found if item.what == "article" and item.text and titles[item.text] == 1}


def _now(article: str, renumbered: Mapping[str, str]) -> str:
    """The citation of an old article under its new number."""
    number = number_of(article)
    return renumbered[number] + article.removeprefix(number) if number in renumbered else article


# ------------------------------------------------------------------------------------------------ things with names


def _named(before: Sequence[Item], after: Sequence[Item], renumbered: Mapping[str, str]) -> Iterator[Change]:
    old = {_key(item, renumbered): item for item in before if item.key or item.what == "title"}
    new = {_key(item, {}): item for item in after if item.key or item.what == "title"}
    for key, item in old.items():
        if key not in new:
            yield _change("removed", item, None)
    for key, item in new.items():
        was = old.get(key)
        if was is None:
            yield _change("added", None, item)
            continue
        if item.what == "article" and was.key != item.key:
            yield _change("moved", was, item)
        elif _now(was.article, renumbered) != item.article and item.what not in ("title", "header"):
            yield _change("moved", was, item)
        for (aspect, text_before), (_, text_after) in zip(was.aspects, item.aspects, strict=True):
            if text_before != text_after:
                yield _change("changed", was, item, aspect, (text_before, text_after))


def _key(item: Item, renumbered: Mapping[str, str]) -> tuple[str, ...]:
    if item.what == "article":
        return (item.what, _now(item.key[0], renumbered))
    return (item.what, *item.key)


# --------------------------------------------------------------------------------------------- things without names


def _said(before: Sequence[Item], after: Sequence[Item], renumbered: Mapping[str, str]) -> Iterator[Change]:
    groups: dict[tuple[str, str], tuple[list[Item], list[Item]]] = {}
    for item in before:
        if not item.key and item.what != "title":
            groups.setdefault((item.what, _now(item.article, renumbered)), ([], []))[0].append(item)
    for item in after:
        if not item.key and item.what != "title":
            groups.setdefault((item.what, item.article), ([], []))[1].append(item)
    for was, now in groups.values():
        yield from _in_order(was, now)


def _in_order(was: list[Item], now: list[Item]) -> Iterator[Change]:
    matcher = difflib.SequenceMatcher(None, [item.text for item in was], [item.text for item in now], autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, end - begin)
        for one, other in zip(was[first : first + both], now[begin : begin + both], strict=True):
            yield _change("changed", one, other, "", (one.text, other.text))
        for item in was[first + both : last]:
            yield _change("removed", item, None)
        for item in now[begin + both : end]:
            yield _change("added", None, item)


def _change(kind: Kind, was: Item | None, now: Item | None, aspect: str = "", texts: tuple[str, str] | None = None) -> Change:
    one = now or was
    assert one is not None
    before, after = texts or (was.text if was else "", now.text if now else "")
    return Change(
        kind,
        one.what,
        one.name,
        aspect,
        was.article if was else "",
        now.article if now else "",
        before,
        after,
        _figures(before, after) if kind == "changed" else (),
        was.at if was else None,
        now.at if now else None,
    )


def _figures(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The figures that differ, pair by pair; () when the texts do not have equally many."""
    old = [before[each.start : each.end].strip() for each in figures(before)]
    new = [after[each.start : each.end].strip() for each in figures(after)]
    if len(old) != len(new):
        return ()
    return tuple((one, other) for one, other in zip(old, new, strict=True) if one != other)

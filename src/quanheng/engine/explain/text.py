"""An explanation as indented lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from quanheng.engine.explain.model import Explanation, Record


def lines(of: Explanation, language: str = "zh") -> Iterator[str]:
    """The tree from the figure down to the records."""
    yield from _node(of, "", "", language, top=True)


def _node(of: Explanation, first: str, rest: str, language: str, *, top: bool = False) -> Iterator[str]:
    place = f"〔{of.article}〕" if of.article else ""
    yield f"{first}{of.sentence}{place}"
    if of.kind == "repeated":
        return
    zh = language != "en"
    body = rest + ("" if top else "   ")
    if of.formula:
        yield f"{body}{'算式' if zh else 'formula'}　{of.formula}"
    for step in of.steps:
        yield f"{body}·　{step}"
    for record in of.records:
        yield f"{body}{_record(record, zh)}"
    if of.more_records:
        yield f"{body}　（{'另有' if zh else 'and'} {of.more_records} {'条' if zh else 'more rows'}）"
    for each in of.not_applied:
        yield f"{body}{'未适用' if zh else 'did not apply'}　{each}"
    for reading in of.readings:
        yield f"{body}{'口径' if zh else 'reading'}　{reading}"
    for index, part in enumerate(of.parts):
        last = index == len(of.parts) - 1
        yield from _node(part, body + ("└─ " if last else "├─ "), body + ("   " if last else "│  "), language)


def _record(record: Record, zh: bool) -> str:
    values = ("，" if zh else ", ").join(f"{name} {value}" for name, value in record.values)
    mark = "✓" if record.counted else "✗"
    why = f"　{'不计入' if zh else 'not counted'}：{record.why_not}" if record.why_not else ""
    return f"{mark} {record.table} {record.key}：{values}{why}"

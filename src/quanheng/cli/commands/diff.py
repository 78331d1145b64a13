"""`quanheng diff`: what changed between two versions, article by article."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from quanheng.cli.language import language, say
from quanheng.cli.loading import scheme_text
from quanheng.cli.output import as_json, show, show_json
from quanheng.cli.parameters import Parser
from quanheng.engine.faults import InputRefused, Severity

if TYPE_CHECKING:
    from quanheng.engine.document.compare import Change
    from quanheng.engine.document.model import Scheme


def purpose() -> str:
    return say("比较两个版本的办法，逐条列出改动", "compare two versions of a scheme, article by article")


def arguments(parser: Parser) -> None:
    parser.add_argument("old", type=Path, metavar=say("旧办法", "OLD"), help=say("原来的办法", "the scheme as it was"))
    parser.add_argument("new", type=Path, metavar=say("新办法", "NEW"), help=say("现在的办法", "the scheme as it is"))
    parser.json()


def command(old: Path, new: Path, *, json: bool) -> int:
    as_json(json)
    from quanheng.engine.document.compare import compare

    before, after = _read(old), _read(new)
    changes = compare(before, after)
    if json:
        return show_json([_object(change) for change in changes])
    if not changes:
        return show(say("没有改动。", "Nothing changed."))
    titles = _titles(before) | _titles(after)
    lines: list[str] = []
    for number, group in groupby(changes, _number):
        lines.append(f"{number} {titles.get(number, '')}".strip() or say("文件头", "Head of the file"))
        lines.extend(f"  {change.en if language() == 'en' else change.zh}" for change in group)
    return show("\n".join([*lines, "", say(f"{len(changes)} 处改动。", f"{len(changes)} changes.")]))


def _read(path: Path) -> Scheme:
    """A scheme that can be compared: with a line that could not be read, changes would be missed."""
    from quanheng.engine.document.reader import read

    scheme = read(*scheme_text(path))
    if wrong := [fault for fault in scheme.faults if fault.severity is Severity.FAULT]:
        raise InputRefused(wrong)
    return scheme


def _number(change: Change) -> str:
    from quanheng.engine.document.compare import number_of

    return number_of(change.article or change.article_before)


def _titles(scheme: Scheme) -> dict[str, str]:
    from quanheng.engine.document.model import Heading

    return {heading.number: heading.text for heading in scheme.of(Heading) if heading.number}


def _object(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "what": change.what,
        "name": change.name,
        "aspect": change.aspect,
        "article_before": change.article_before,
        "article": change.article,
        "before": change.before,
        "after": change.after,
        "figures": [list(pair) for pair in change.figures],
        "line_before": change.at_before.line if change.at_before else None,
        "line": change.at.line if change.at else None,
        "message": change.en if language() == "en" else change.zh,
    }

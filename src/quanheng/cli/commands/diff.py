"""`quanheng diff`: what changed between two versions, article by article."""

from __future__ import annotations

from pathlib import Path

from quanheng.cli.language import say
from quanheng.cli.output import as_json
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("比较两个版本的办法，逐条列出改动", "compare two versions of a scheme, article by article")


def arguments(parser: Parser) -> None:
    parser.add_argument("old", type=Path, metavar=say("旧办法", "OLD"), help=say("原来的办法", "the scheme as it was"))
    parser.add_argument("new", type=Path, metavar=say("新办法", "NEW"), help=say("现在的办法", "the scheme as it is"))
    parser.json()


def command(old: Path, new: Path, *, json: bool) -> int:
    as_json(json)
    raise NotImplementedError

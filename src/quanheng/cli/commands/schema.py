"""`quanheng schema`: the JSON Schema of a scheme's mirror, for editors and the API."""

from __future__ import annotations

from quanheng.cli.language import say
from quanheng.cli.output import as_json, show_json
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("输出办法的 JSON Schema", "print the JSON Schema of schemes")


def arguments(parser: Parser) -> None:
    parser.json()


def command(*, json: bool) -> int:
    as_json(json)
    from quanheng.engine.document.mirror import json_schema

    return show_json(json_schema())

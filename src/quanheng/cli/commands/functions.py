"""`quanheng functions`: the functions of the formula language, one example each."""

from __future__ import annotations

from typing import Final

from quanheng.cli.language import say
from quanheng.cli.output import as_json, show, show_json
from quanheng.cli.parameters import Parser
from quanheng.engine.formula.functions import FUNCTIONS, Function

FAMILIES: Final = {
    "row": ("一行之内", "within one row"),
    "rounding": ("舍入", "rounding"),
    "date": ("日期", "dates"),
    "rows": ("许多行", "over rows"),
    "group": ("一组之内", "within a group"),
    "raters": ("评分与加权", "raters and weights"),
    "history": ("各期之间", "along the periods"),
}


def purpose() -> str:
    return say("列出算式里能用的函数，每个一例", "list the functions of formulas, with an example each")


def arguments(parser: Parser) -> None:
    parser.json()


def command(*, json: bool) -> int:
    as_json(json)
    if json:
        return show_json([_object(function) for function in FUNCTIONS])
    lines: list[str] = []
    for family, (zh, en) in FAMILIES.items():
        lines += ["", f"## {say(zh, en)}"] if lines else [f"## {say(zh, en)}"]
        for function in FUNCTIONS:
            if function.family == family:
                lines += _lines(function)
    return show("\n".join(lines))


def _lines(function: Function) -> list[str]:
    english = ", ".join(function.en)
    return [
        f"{function.zh}（{english}）　{say(function.says_zh, function.says_en)}",
        f"    {say('写法', 'shape')}　{function.shape}",
        f"    {say('例', 'example')}　{function.example}",
    ]


def _object(function: Function) -> dict[str, object]:
    return {
        "name": function.zh,
        "english": list(function.en),
        "family": function.family,
        "shape": function.shape,
        "example": function.example,
        "says": say(function.says_zh, function.says_en),
    }

"""`quanheng check`: everything that is wrong with a scheme, and what is doubtful."""

from __future__ import annotations

from pathlib import Path

from quanheng.cli.language import say
from quanheng.cli.loading import checked
from quanheng.cli.output import FAULTS, FINE, as_json, count_line, fault_lines, fault_object, show, show_json
from quanheng.cli.parameters import Parser
from quanheng.engine.faults import Severity


def purpose() -> str:
    return say("检查办法：错误和提醒，一行一条", "check a scheme: faults and advice, one a line")


def arguments(parser: Parser) -> None:
    parser.scheme()
    parser.json()


def command(scheme: Path, *, json: bool) -> int:
    as_json(json)
    faults = checked(scheme).faults
    code = FAULTS if any(fault.severity is Severity.FAULT for fault in faults) else FINE
    if json:
        return show_json([fault_object(fault) for fault in faults], code)
    return show("\n".join([*fault_lines(faults), count_line(faults)]), code)

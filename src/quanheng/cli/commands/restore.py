"""`quanheng restore DIR`: a backup put into an empty installation, and everything in it compared."""

from __future__ import annotations

from pathlib import Path

from quanheng.cli.commands.backup import line, told
from quanheng.cli.installation import data_option, open_installation
from quanheng.cli.language import say
from quanheng.cli.output import FAULTS, as_json, show, show_json, tell
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("把备份恢复到空的安装，并逐项核对", "put a backup into an empty installation and compare everything")


def arguments(parser: Parser) -> None:
    parser.add_argument("folder", type=Path, metavar=say("目录", "DIR"), help=say("quanheng backup 写的目录", "a folder written by quanheng backup"))
    data_option(parser)
    parser.json()


def command(*, folder: Path, data: Path | None, json: bool) -> int:
    as_json(json)
    open_installation(data)
    from quanheng.domain.backup import Refused, restore

    try:
        report = restore(folder)
    except Refused as refused:
        return tell(say(refused.zh, refused.en), FAULTS)
    return show_json(told(report)) if json else show(f"{say('已恢复并核对：', 'Restored and compared: ')}{line(report)}")

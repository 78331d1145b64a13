"""`quanheng demo`: the web application with seven organisations in it, on the embedded database."""

from __future__ import annotations

import os
from pathlib import Path

from quanheng.cli.commands.serve import refuse_taken
from quanheng.cli.installation import open_installation, prepare
from quanheng.cli.language import say
from quanheng.cli.loading import schemes_root
from quanheng.cli.output import WrongUse, show, tell
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("演示：启动网页应用，里面有七个单位", "the web application with seven example organisations")


def arguments(parser: Parser) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar=say("端口", "PORT"), help=say("端口，默认 8000", "the port, 8000 by default"))
    parser.add_argument(
        "--data",
        type=Path,
        default=None,
        metavar=say("目录", "DIR"),
        help=say("数据库和文件放在哪里；不写时放在个人目录下", "where the database and the files go; by default below the home folder"),
    )


def command(*, port: int, data: Path | None) -> int:
    refuse_taken("127.0.0.1", port)
    if schemes_root() is None:
        raise WrongUse("没有找到示例办法。", "The example schemes were not found.")
    os.environ["QUANHENG_MODE"] = "demo"
    open_installation(data, serves=True)
    from quanheng.domain.demo import state

    if state.is_broken_off():
        tell(say("上次没有装完，重新装入示例数据。", "The last loading was broken off; it begins anew."))
        state.clear()
    prepare()
    if not state.is_complete():
        tell(say("正在装入示例数据：先装两个单位，其余的在启动后继续。", "Loading the examples: two organisations first, the others while it runs."))
        state.load_first(_say)
    from quanheng.cli.serving import serve

    rest = [] if state.is_complete() else [["-m", "quanheng", "manage", "load_demo"]]
    return serve("127.0.0.1", port, 2, lambda: _ready(port), once=rest)


def _say(name: str) -> None:
    tell(f"  {name}")


def _ready(port: int) -> None:
    show(say(f"已启动：http://127.0.0.1:{port} （Ctrl+C 停止）", f"Running: http://127.0.0.1:{port} (Ctrl+C stops it)"))

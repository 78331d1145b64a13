"""`quanheng serve`: the web application with its worker, on one port."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from quanheng.cli.installation import data_option, open_installation, prepare
from quanheng.cli.language import say
from quanheng.cli.output import WrongUse, show
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("启动网页应用和后台任务", "start the web application and its worker")


def arguments(parser: Parser) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar=say("端口", "PORT"), help=say("端口，默认 8000", "the port, 8000 by default"))
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar=say("地址", "ADDRESS"),
        help=say("监听的地址，默认只有本机；对外由反向代理转发", "the address listened on, by default this machine only; a reverse proxy stands before it"),
    )
    data_option(parser)
    parser.add_argument(
        "--workers",
        type=int,
        default=min(os.cpu_count() or 1, 4),
        metavar=say("个数", "COUNT"),
        help=say("服务进程数，默认按处理器个数，最多 4 个", "server processes; by default one for each processor, at most 4"),
    )


def command(*, port: int, host: str, data: Path | None, workers: int) -> int:
    refuse_taken(host, port)
    open_installation(data, serves=True)
    prepare()
    from quanheng.cli.serving import serve

    return serve(host, port, workers, lambda: _say_ready(host, port))


def refuse_taken(host: str, port: int) -> None:
    """Say that the port is taken before anything is started."""
    if not 0 < port < 65_536:
        raise WrongUse(f"端口 {port} 不对。", f"{port} is no port.", "写 1～65535。", "Give 1 to 65535.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as taken:
            raise WrongUse(
                f"端口 {port} 用不了：{taken.strerror}。", f"Port {port} cannot be used: {taken.strerror}.", "换一个 --port。", "Choose another --port."
            ) from taken


def _say_ready(host: str, port: int) -> None:
    show(say(f"已启动：http://{host}:{port}", f"Running: http://{host}:{port}"))

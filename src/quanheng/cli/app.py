"""Which commands there are, and the way from the arguments to one of them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from quanheng import __version__
from quanheng.cli.language import say
from quanheng.cli.output import FINE, WrongUse, show
from quanheng.cli.parameters import Parser, listed

# In the order of the work; each is a module of `commands`.
COMMANDS: Final = (
    "check", "run", "explain", "diff", "template", "verify", "new", "schema", "format", "functions", "tour", "demo",
    "serve", "audit", "backup", "restore", "manage",
)  # fmt: skip


def application(arguments: Sequence[str]) -> int:
    """Carry out one command; returns the exit code. Only the module of that command is loaded."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        return show(overview())
    name, *rest = arguments
    if name == "--version":
        return show(f"quanheng {__version__}")
    if name not in COMMANDS:
        raise _no_such_command(name)
    module = import_module(f"quanheng.cli.commands.{name}")
    parser = Parser(name, module.purpose())
    module.arguments(parser)
    if getattr(module, "PASSED_ON", False) and rest not in (["-h"], ["--help"]):
        code = module.command(words=rest)
    elif any(word in ("-h", "--help") for word in rest):
        return show(parser.format_help())
    else:
        given = vars(parser.parse_args(rest))
        del given["help"]
        code = module.command(**given)
    assert isinstance(code, int)
    return code


def overview() -> str:
    """What `quanheng` says by itself."""
    purposes = [(name, import_module(f"quanheng.cli.commands.{name}").purpose()) for name in COMMANDS]
    return "\n".join(
        [
            say("用法：quanheng 命令 [参数] [选项]", "Usage: quanheng COMMAND [ARGUMENTS] [OPTIONS]"),
            "",
            say("权衡：考核办法就是程序。", "Quanheng: the regulation is the program."),
            "",
            *listed(say("命令：", "Commands:"), purposes),
            say(
                "quanheng 命令 --help 说明一个命令。English: --lang en。",
                "quanheng COMMAND --help explains one. 中文：--lang zh。",
            ),
            say(
                f"退出码：{FINE} 正常，1 办法或数据有错，2 用法不对。",
                f"Exit codes: {FINE} fine, 1 faults in the scheme or the data, 2 wrong use.",
            ),
        ]
    )


def _no_such_command(name: str) -> WrongUse:
    near = difflib.get_close_matches(name, COMMANDS, 1, 0.5)
    known = "、".join(COMMANDS)
    if name.startswith("-"):
        return WrongUse(f"没有 {name} 这个选项。", f"There is no option {name}.", "先写命令，见 quanheng --help。", "The command comes first: quanheng --help.")
    return WrongUse(
        f"没有“{name}”这个命令。",
        f"There is no command “{name}”.",
        f"是不是 {near[0]}？" if near else f"有：{known}。",
        f"Did you mean {near[0]}?" if near else f"There are: {known}.",
    )

"""The command line's grammar: the standard parser, with help and messages in the language chosen.

Why not one of the libraries for this: what `quanheng check` may take altogether, from a cold start, is half a second, and
they take a quarter of a second before they have read the first argument.
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from quanheng.cli.language import say
from quanheng.cli.output import WrongUse


class Parser(argparse.ArgumentParser):
    """The parser of one command."""

    def __init__(self, name: str, purpose: str) -> None:
        super().__init__(prog=f"quanheng {name}", description=purpose, add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action="store_true", help=argparse.SUPPRESS)

    def error(self, message: str) -> NoReturn:
        """Say in words what the standard parser says in English."""
        zh, en, hint_zh, hint_en = _in_words(message, [word for action in self._actions for word in action.option_strings])
        raise WrongUse(
            zh,
            en,
            f"{hint_zh}用法见 {self.prog} --help。",
            f"{hint_en}{' ' if hint_en else ''}See {self.prog} --help.",
        )

    def format_help(self) -> str:
        shown = [action for action in self._actions if action.help != argparse.SUPPRESS]
        arguments = [action for action in shown if not action.option_strings]
        options = [(_spelling(action), action.help or "") for action in shown if action.option_strings]
        options.append(("--lang zh|en", say("用中文或英文；也可设 QUANHENG_LANG", "Chinese or English; or set QUANHENG_LANG")))
        named = [str(action.metavar) for action in arguments]
        usage = " ".join([self.prog, *named, say("[选项]", "[OPTIONS]")])
        return "\n".join(
            [
                f"{say('用法：', 'Usage: ')}{usage}",
                "",
                self.description or "",
                "",
                *listed(say("参数：", "Arguments:"), [(str(each.metavar), each.help or "") for each in arguments]),
                *listed(say("选项：", "Options:"), options),
            ]
        )

    # ------------------------------------------------------------------------------- what several commands understand

    def scheme(self) -> None:
        self.add_argument(
            "scheme",
            type=Path,
            metavar=say("办法", "SCHEME"),
            help=say("办法文件 scheme.md，或含有它的文件夹", "the scheme file scheme.md, or a folder with one"),
        )

    def json(self) -> None:
        self.add_argument("--json", action="store_true", help=say("输出 JSON，给程序用", "print JSON, for programs"))

    def data(self) -> None:
        self.add_argument(
            "--data",
            type=Path,
            default=None,
            metavar=say("路径", "PATH"),
            help=say(
                "数据：一个文件夹（每张表一个 CSV、XLSX 或 Parquet），或一个工作簿；不写时用办法旁边的 data",
                "the data: a folder of CSV, XLSX or Parquet tables, or one workbook; by default data beside the scheme",
            ),
        )
        self.add_argument(
            "--reference-run",
            type=Path,
            action="append",
            default=[],
            metavar=say("目录", "DIR"),
            help=say(
                "引用的办法已锁定的结果目录，可以写几次；不写时在数据旁的 引用/ 里找",
                "locked run of another scheme, repeatable; else looked for in 引用/ beside the data",
            ),
        )

    def engine(self) -> None:
        self.add_argument(
            "--engine",
            choices=ENGINES,
            default=ENGINES[0],
            metavar="|".join(ENGINES),
            help=say("用哪个执行器；结果都一样", "which executor; the results are the same"),
        )


ENGINES = ("duckdb", "reference", "spark")


def listed(title: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """A list with names to the left and their meaning to the right."""
    if not rows:
        return []
    width = max(_width(name) for name, _ in rows) + 2
    return [title, *(f"  {name}{' ' * (width - _width(name))}{text}" for name, text in rows), ""]


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if sign >= "\u2e80" else 1 for sign in text)


def _spelling(action: argparse.Action) -> str:
    words = ", ".join(action.option_strings)
    return words if action.nargs == 0 else f"{words} {action.metavar}"


def _in_words(message: str, options: Sequence[str]) -> tuple[str, str, str, str]:
    if missing := re.fullmatch(r"the following arguments are required: (.*)", message):
        return f"缺少 {missing[1]}。", f"Missing: {missing[1]}.", "", ""
    if unknown := re.fullmatch(r"unrecognized arguments: (.*)", message):
        word = unknown[1].split()[0]
        if not word.startswith("-"):
            return f"多了参数 {unknown[1]}。", f"Unexpected argument: {unknown[1]}.", "", ""
        near = difflib.get_close_matches(word.partition("=")[0], options, 1)
        hint = (f"是不是 {near[0]}？", f"Did you mean {near[0]}?") if near else ("", "")
        return f"没有 {word} 这个选项。", f"There is no option {word}.", *hint
    if value := re.fullmatch(r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", message):
        choices = value[3].replace("'", "")
        return f"{value[1]} 没有“{value[2]}”。", f"{value[1]} has no “{value[2]}”.", f"可以写 {choices}。", f"Use {choices}."
    if value := re.fullmatch(r"argument (\S+): expected one argument", message):
        return f"{value[1]} 后面要有一个值。", f"{value[1]} needs a value.", "", ""
    if value := re.fullmatch(r"argument (\S+): ignored explicit argument '(.*)'", message):
        return f"{value[1]} 后面不能有值。", f"{value[1]} takes no value.", "", ""
    return message, message, "", ""

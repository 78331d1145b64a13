"""`quanheng new`: begin with a shipped scheme and its example data."""

from __future__ import annotations

import shutil
from pathlib import Path

from quanheng.cli.language import say
from quanheng.cli.loading import SCHEME_FILE, shipped_schemes
from quanheng.cli.output import WrongUse, as_json, show, show_json
from quanheng.cli.parameters import Parser


def purpose() -> str:
    return say("从现成的办法开始写自己的", "begin your own scheme with a shipped one")


def arguments(parser: Parser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar=say("名称", "NAME"),
        help=say("新文件夹的名称；不写时只列出现成的办法", "the new folder; without it the shipped schemes are listed"),
    )
    parser.add_argument(
        "--from",
        dest="source",
        default="",
        metavar=say("办法", "SCHEME"),
        help=say("从哪个现成的办法开始，例如 college", "the shipped scheme to begin with, such as college"),
    )
    parser.json()


def command(name: str, *, source: str, json: bool) -> int:
    as_json(json)
    shipped = {key: (folder, title) for key, folder, title in shipped_schemes()}
    if not source:
        return _listing({key: title for key, (_, title) in shipped.items()}, name, json)
    if not name:
        raise WrongUse(
            "没有写新文件夹的名称。",
            "No name for the new folder.",
            f"例如 quanheng new 我的办法 --from {source}",
            f"Such as quanheng new my-scheme --from {source}",
        )
    if source not in shipped:
        raise WrongUse(
            f"没有“{source}”这个现成的办法。", f"There is no shipped scheme “{source}”.", f"有：{'、'.join(shipped)}。", f"There are: {', '.join(shipped)}."
        )
    target = Path(name)
    if target.exists():
        raise WrongUse(f"{target} 已经存在。", f"{target} exists already.", "换一个名称。", "Give another name.")
    _copy(shipped[source][0], target)
    if json:
        return show_json({"folder": str(target), "from": source})
    return show(
        say(
            f"办法在 {target / SCHEME_FILE}，示例数据在 {target / 'data'}。\n"
            f"改好后：quanheng check {target}，再 quanheng run {target} --data {target / 'data'}",
            f"The scheme is in {target / SCHEME_FILE}, example data in {target / 'data'}.\n"
            f"Then: quanheng check {target}, and quanheng run {target} --data {target / 'data'}",
        )
    )


def _copy(folder: Path, target: Path) -> None:
    """The scheme and its example data, not the expected results: those are of the example."""
    try:
        target.mkdir(parents=True)
        shutil.copyfile(folder / SCHEME_FILE, target / SCHEME_FILE)
        if (folder / "data").is_dir():
            shutil.copytree(folder / "data", target / "data", copy_function=shutil.copyfile)
    except OSError as wrong:
        raise WrongUse(f"写不了 {target}：{wrong.strerror}。", f"Cannot write {target}: {wrong.strerror}.") from wrong


def _listing(titles: dict[str, str], name: str, json: bool) -> int:
    if json:
        return show_json([{"name": key, "title": title} for key, title in titles.items()])
    if not titles:
        raise WrongUse("没有找到现成的办法。", "No shipped schemes were found.")
    width = max(map(len, titles)) + 2
    lines = [f"{key.ljust(width)}{title}" for key, title in titles.items()]
    target = name or say("名称", "NAME")
    lines += ["", say(f"用 quanheng new {target} --from 办法 开始。", f"Begin with quanheng new {target} --from SCHEME.")]
    return show("\n".join(lines))

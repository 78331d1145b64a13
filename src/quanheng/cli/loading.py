"""A scheme from its file: read, checked, compiled. Also where the shipped schemes lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import quanheng
from quanheng.cli.output import WrongUse
from quanheng.engine.faults import Fault, InputRefused, Place, Severity

if TYPE_CHECKING:
    from quanheng.engine.checking import Checked
    from quanheng.engine.document.model import Scheme
    from quanheng.engine.plan.model import Plan

SCHEME_FILE = "scheme.md"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scheme without faults, ready to run."""

    scheme: Scheme
    plan: Plan
    advice: tuple[Fault, ...]


def scheme_text(path: Path) -> tuple[str, str]:
    """The text of a scheme and the name of its file. A folder means the `scheme.md` in it."""
    path = path / SCHEME_FILE if path.is_dir() else path
    try:
        content = path.read_bytes()
    except FileNotFoundError as wrong:
        raise WrongUse(
            f"找不到办法文件 {path}。",
            f"There is no scheme file {path}.",
            f"写办法文件的路径，或含有 {SCHEME_FILE} 的文件夹。",
            f"Give the path of a scheme file, or of a folder with a {SCHEME_FILE}.",
        ) from wrong
    except OSError as wrong:
        raise WrongUse(f"读不了 {path}：{wrong.strerror}。", f"Cannot read {path}: {wrong.strerror}.") from wrong
    try:
        return content.decode("utf-8-sig"), str(path)
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise InputRefused([_not_utf8(Place(line, 1, line, 1, str(path)))]) from wrong


def checked(path: Path) -> Checked:
    """Everything there is to say about a scheme."""
    from quanheng.engine.checking import check

    return check(*scheme_text(path))


def loaded(path: Path) -> Loaded:
    """A scheme to run. Raises `InputRefused` when it has faults."""
    found = checked(path)
    if found.plan is None:
        raise InputRefused([fault for fault in found.faults if fault.severity is Severity.FAULT])
    return Loaded(found.scheme, found.plan, found.faults)


def _not_utf8(at: Place) -> Fault:
    return Fault(
        "encoding",
        at,
        f"第 {at.line} 行有不是 UTF-8 编码的字节。",
        f"Line {at.line} holds bytes that are not UTF-8.",
        "在编辑器里另存为 UTF-8。",
        "Save the file as UTF-8 in your editor.",
    )


def schemes_root() -> Path | None:
    """The folder of the shipped schemes: in a checkout beside `src`, else inside the installed package."""
    package = Path(quanheng.__file__).parent
    for folder in (package.parents[1] / "schemes", package / "schemes"):
        if folder.is_dir():
            return folder
    return None


def shipped_schemes() -> Iterator[tuple[str, Path, str]]:
    """Name, folder and title of every shipped scheme, the seven systems first."""
    root = schemes_root()
    if root is None:
        return
    folders = [path.parent for path in (*sorted(root.glob(f"*/{SCHEME_FILE}")), *sorted(root.glob(f"*/*/{SCHEME_FILE}")))]
    for folder in folders:
        with (folder / SCHEME_FILE).open(encoding="utf-8-sig") as file:
            title = next((line.removeprefix("# ").strip() for line in file if line.startswith("# ")), "")
        yield folder.relative_to(root).as_posix(), folder, title

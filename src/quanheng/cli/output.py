"""Everything that is printed goes out here: text or JSON on standard output, what is wrong on standard error.

A reader that has seen enough (`| head`) is no mistake: the command then ends quietly, with the exit code it had.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Final, TextIO

from quanheng.cli.language import language, say
from quanheng.engine.faults import Cell, Fault, Place, Severity

FINE: Final = 0
FAULTS: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130

MOST_FAULTS: Final = 100  # printed as text; --json has them all

_json: list[bool] = [False]


class WrongUse(Exception):
    """The command was called in a way that cannot work. Carries what is wrong and what to do."""

    def __init__(self, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> None:
        super().__init__(zh)
        self.text, self.hint = say(zh, en), say(hint_zh, hint_en)


def as_json(wanted: bool) -> None:
    """Remember that programs read the output: faults are then JSON as well."""
    _json[0] = wanted


def wants_json() -> bool:
    """Whether the output is for programs."""
    return _json[0]


def show(text: str, code: int = FINE) -> int:
    """Print an answer; returns the exit code that belongs to it."""
    return _write(sys.stdout, text, code)


def show_json(value: object, code: int = FINE) -> int:
    """Print an answer for programs."""
    return _write(sys.stdout, json.dumps(value, ensure_ascii=False, indent=2), code)


def tell(text: str, code: int = FINE) -> int:
    """Print what is not the answer itself: what is wrong, what was left aside, where something was written."""
    return _write(sys.stderr, text, code)


def _write(stream: TextIO, text: str, code: int) -> int:
    try:
        stream.write(text if text.endswith("\n") or not text else text + "\n")
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # so that the last flush of Python finds an open end
    return code


# -------------------------------------------------------------------------------------------------------------- faults


def refuse(faults: Iterable[Fault]) -> int:
    """Say why the work cannot be done."""
    faults = list(faults)
    if wants_json():
        return show_json({"faults": [fault_object(fault) for fault in faults]}, FAULTS)
    return tell("\n".join([*fault_lines(faults), count_line(faults)]), FAULTS)


def notes(faults: Iterable[Fault]) -> None:
    """Tell advice beside an answer; programs find it in the answer."""
    lines = list(fault_lines(faults))
    if lines and not wants_json():
        tell("\n".join(lines))


def fault_lines(faults: Iterable[Fault]) -> Iterable[str]:
    """Faults first, then advice, each as `place: code: message` and the hint below."""
    ordered = sorted(faults, key=lambda fault: fault.severity is Severity.ADVICE)
    for fault in ordered[:MOST_FAULTS]:
        advice = say("提醒：", "Advice: ") if fault.severity is Severity.ADVICE else ""
        article = f"{fault.article} " if fault.article else ""
        yield f"{place_text(fault.at)}: {fault.code}: {advice}{article}{fault.says(language())}"
        if hint := fault.hint(language()):
            yield f"    {hint}"
    if (more := len(ordered) - MOST_FAULTS) > 0:
        yield say(f"……另有 {more} 条，用 --json 看全部。", f"… and {more} more; --json lists all.")


def count_line(faults: Iterable[Fault]) -> str:
    """`3 处错误，2 处提醒。`"""
    faults = list(faults)
    advice = sum(fault.severity is Severity.ADVICE for fault in faults)
    wrong = len(faults) - advice
    if language() == "en":
        return f"{wrong} fault{'' if wrong == 1 else 's'}, {advice} advice."
    return (f"{wrong} 处错误" if wrong else "没有错误") + (f"，{advice} 处提醒。" if advice else "。")


def place_text(at: Place | Cell) -> str:
    """`scheme.md:12:5` for a place in a text; file, sheet, row, column and content for a cell."""
    if isinstance(at, Place):
        return str(at) if at.line else at.file or "-"
    content = ""
    if at.content:
        short = at.content if len(at.content) <= 40 else at.content[:40] + "…"
        content = say(f"（内容“{' '.join(short.split())}”）", f" (content “{' '.join(short.split())}”)")
    if language() == "zh":
        return f"{at}{content}"
    parts = [
        at.file,
        f"sheet {at.sheet}" if at.sheet else "",
        f"row {at.row}" if at.row else "",
        f"column {at.column}" if at.column else "",
    ]
    return " ".join(part for part in parts if part) + content


def fault_object(fault: Fault) -> dict[str, object]:
    """A fault for programs. `at` holds line and column of a text, or sheet, row, column and content of a cell."""
    at = fault.at
    if isinstance(at, Place):
        place: dict[str, object] = {
            "file": at.file,
            "line": at.line,
            "column": at.column,
            "end_line": at.end_line,
            "end_column": at.end_column,
        }
    else:
        place = {"file": at.file, "sheet": at.sheet, "row": at.row, "column": at.column, "content": at.content}
    return {
        "severity": fault.severity.value,
        "code": fault.code,
        "at": place,
        "article": fault.article,
        "message": fault.says(language()),
        "hint": fault.hint(language()),
    }

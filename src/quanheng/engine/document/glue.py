"""A label that touches a name: `当打分` is one name to the lexer, and to the author two words.

Only a name that nothing declares is suspected, and only when what follows the label is a known name, a closed word
or a figure: 或有负债, 按揭余额 and 当月天数 are ordinary names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from quanheng.engine.faults import Fault, Place
from quanheng.engine.formula.words import BY_SPELLING

_LABELS: Final = tuple(
    sorted((zh for word in set(BY_SPELLING.values()) for zh in word.zh if word.token != "BOUND"), key=len, reverse=True)  # noqa: S105
)


def glued_labels(found: Iterable[tuple[str, Place, str]], declared: set[str]) -> Iterator[Fault]:
    for written, at, article in found:
        if written in declared:
            continue
        label = split(written, declared)
        if label is not None:
            yield fault(written, label, at, article)


def split(written: str, declared: set[str]) -> str | None:
    """The label at the beginning of a glued name, if there is one."""
    for label in _LABELS:
        rest = written.removeprefix(label)
        if rest and rest != written and (rest in declared or rest in BY_SPELLING or re.match(r"\d", rest)):
            return label
    return None


def fault(written: str, label: str, at: Place, article: str) -> Fault:
    rest = written.removeprefix(label)
    return Fault(
        "glued-label", at,
        f"“{label}”与“{rest}”连在了一起。", f"“{label}” touches “{rest}”.",
        f"“{label}”后面空一格。", "Put a space after it.", article=article,
    )  # fmt: skip

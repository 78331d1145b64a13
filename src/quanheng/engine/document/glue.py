"""A label that touches a name: `当打分` is one name to the lexer, and to the author two words.

Only a name that nothing declares is suspected, and only when what stands beside the label is a known name, a closed
word or a figure: 或有负债, 按揭余额 and 当月天数 are ordinary names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from quanheng.engine.document import messages
from quanheng.engine.document.lines import Suspect
from quanheng.engine.faults import Fault
from quanheng.engine.formula.words import BY_SPELLING, WORDS

_LABELS: Final = tuple(sorted((zh for word in WORDS for zh in word.zh), key=lambda zh: (-len(zh), zh)))
_INFIX: Final = ("占", "加", "扣", "不为", "为", "且", "或", "高到低", "低到高")


def glued_labels(suspects: Iterable[Suspect], declared: set[str]) -> Iterator[tuple[Suspect, Fault]]:
    """The suspects that are two words, each with its fault."""
    for suspect in suspects:
        pair = None if suspect.text in declared else split(suspect.text, declared, stumbled=suspect.fault is not None)
        if pair is not None:
            yield suspect, messages.fault("glued-label", suspect.at, suspect.article, first=pair[0], then=pair[1])


def split(written: str, declared: set[str], *, stumbled: bool) -> tuple[str, str] | None:
    """The two words of the name, one of them a label."""
    for label in _LABELS:
        rest = written.removeprefix(label)
        if rest and rest != written and _is_word(rest, declared):
            return label, rest
    for label in _INFIX:
        rest = written.removesuffix(label)
        if rest and rest != written and (stumbled or _is_word(rest, declared)):
            return rest, label
    return None


def _is_word(rest: str, declared: set[str]) -> bool:
    return rest in declared or rest in BY_SPELLING or re.match(r"\d", rest) is not None

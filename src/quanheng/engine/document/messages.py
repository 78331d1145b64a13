"""From a code and its words to a `Fault`: the one list of what can be said about a document."""

from __future__ import annotations

from typing import Final

from quanheng.engine.document.wording import READER, Said
from quanheng.engine.document.wording_checks import CHECKS
from quanheng.engine.faults import Cell, Fault, InputRefused, Place, Severity

LONGEST_WORD: Final = 200
FAULTS: Final[dict[str, Said]] = READER | CHECKS


def fault(key: str, at: Place | Cell, article: str = "", /, **words: object) -> Fault:
    """The fault of the list, its gaps filled with `words`."""
    said = FAULTS[key]
    words = {name: _short(word) if isinstance(word, str) else word for name, word in words.items()}
    return Fault(
        key.partition("/")[0],
        at,
        said.zh.format(**words),
        said.en.format(**words),
        said.hint_zh.format(**words),
        said.hint_en.format(**words),
        Severity.ADVICE if said.advice else Severity.FAULT,
        article,
    )


def _short(word: str) -> str:
    """A word of the text for a message; a message is no place for a whole paragraph."""
    return word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD - 1]}…"


def refused(key: str, at: Place, article: str = "", /, **words: object) -> InputRefused:
    return InputRefused([fault(key, at, article, **words)])

"""Chinese, or English with `--lang en` or QUANHENG_LANG=en. Chosen once, before any text is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

Language = Literal["zh", "en"]

LANGUAGES: Final[Mapping[str, Language]] = {"zh": "zh", "en": "en"}
VARIABLE: Final = "QUANHENG_LANG"

_chosen: list[Language] = ["zh"]


class UnknownLanguage(Exception):
    """Somebody asked for a language that is not there."""


def choose(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Take `--lang` out of the arguments, wherever it stands, and remember what it says."""
    rest: list[str] = []
    wanted = environment.get(VARIABLE, "zh")
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            rest += [argument, *given]
        elif argument == "--lang":
            wanted = next(given, "")
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    if wanted not in LANGUAGES:
        raise UnknownLanguage(wanted)
    _chosen[0] = LANGUAGES[wanted]
    return rest


def language() -> Language:
    """The language chosen."""
    return _chosen[0]


def say(zh: str, en: str) -> str:
    """The text in the language chosen."""
    return en if _chosen[0] == "en" else zh

"""Every text a user reads is written in both languages where it is used: nothing can be forgotten in a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.translation import get_language


def say(zh: str, en: str) -> str:
    """The text in the language of the reader, now."""
    return en if (get_language() or "zh").startswith("en") else zh


if TYPE_CHECKING:

    def bi(zh: str, en: str) -> str:
        """The text in the language of whoever reads it later: for labels that are made when a module is loaded."""
else:
    bi = lazy(say, str)

"""A person's hands at a browser, counted: screens, clicks, fields, keys and what has to be read, turned into seconds.

The operators are those of the keystroke-level model (Card, Moran, Newell: The keystroke-level model for user performance time
with interactive systems, Communications of the ACM 23, 1980), for somebody who types without being a typist:

    K 0.28 s a key · P 1.10 s pointing · B 0.10 s a press or release of the button · H 0.40 s between mouse and keyboard
    M 1.35 s making up one's mind what comes next

A screen is M and one second until it stands there; a click P and twice B; a field H, M and its keys; a lone key is K. Reading
goes at 255 Chinese characters a minute (Trauzettel-Klosinski and Dietz 2012, IReST). Chinese is typed in whole pinyin, with one
key for every two characters to choose the word. What to say is thought of while talking and watching, not at the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

K, P, B, H, M = 0.28, 1.10, 0.10, 0.40, 1.35
ANSWER = 1.0  # until a screen stands there
SCREEN, CLICK, FIELD, READ = M + ANSWER, P + 2 * B, H + M, 60 / 255


@dataclass
class Count:
    """What one kind of work took."""

    screens: int = 0
    clicks: int = 0
    fields: int = 0
    keys: int = 0
    read: int = 0  # characters

    @property
    def minutes(self) -> float:
        """By the constants above."""
        return (self.screens * SCREEN + self.clicks * CLICK + self.fields * FIELD + self.keys * K + self.read * READ) / 60


class Hands:
    """Does things on a page and counts them for the kind of work that is being done."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.counts: dict[str, Count] = {}
        self.now = Count()
        page.on("framenavigated", lambda frame: self._screen() if frame == page.main_frame else None)

    def _screen(self) -> None:
        self.now.screens += 1

    @contextmanager
    def at(self, kind: str) -> Iterator[None]:
        """Everything inside is this kind of work."""
        before, self.now = self.now, self.counts.setdefault(kind, Count())
        yield
        self.now = before

    def click(self, what: Locator) -> None:
        """Point at it and press."""
        what.click()
        self.now.clicks += 1
        self.page.wait_for_load_state("networkidle")

    def type(self, into: Locator, text: str, *, focused: bool = False) -> None:
        """Fill in a field; the cursor is brought there by a click, unless it stands there or comes by Tab."""
        if not focused:
            into.click()
            self.now.clicks += 1
        into.press_sequentially(text) if text.isascii() else into.fill(text)
        self.now.fields += 1
        self.now.keys += keys_of(text)

    def press(self, key: str) -> None:
        """A key that writes nothing."""
        self.page.keyboard.press(key)
        self.now.keys += key.count("+") + 1
        self.page.wait_for_load_state("networkidle")

    def read(self, *texts: str) -> None:
        """What has to be read before one goes on."""
        self.now.read += sum(len("".join(text.split())) for text in texts)


def keys_of(text: str) -> int:
    """How many keys a text takes.

    >>> keys_of("85"), keys_of("清场")  # qing chang and one to choose
    (2, 10)
    """
    from pypinyin import lazy_pinyin

    chinese = [sign for sign in text if "\u4e00" <= sign <= "\u9fff"]
    return sum(len(sound) for sound in lazy_pinyin("".join(chinese))) + (len(chinese) + 1) // 2 + len(text) - len(chinese)

"""This person may not do this now, or somebody else was faster. Said in both languages, with the article where there is one."""

from __future__ import annotations

from quanheng.domain.words import say


class Refusal(Exception):
    """A deed that is not done; nothing was changed."""

    def __init__(self, zh: str, en: str, *, article: str = "", where: str = "") -> None:
        super().__init__(zh)
        self.zh, self.en, self.article, self.where = zh, en, article, where

    @property
    def text(self) -> str:
        """The reason in the language of the reader."""
        return say(self.zh, self.en)


class Conflict(Refusal):
    """The thing has been changed by somebody else since it was looked at; both values are shown."""


class Again(Exception):
    """The very same request was carried out before: nothing is to be done, and nothing is wrong."""


class NotYours(Exception):
    """What is not yours does not exist for you: pages answer 404."""


def require(holds: object, zh: str, en: str, *, article: str = "") -> None:
    """Refuse unless it holds."""
    if not holds:
        raise Refusal(zh, en, article=article)

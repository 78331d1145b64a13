"""This person may not do this now, or somebody else was faster. Said in both languages, with the article where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quanheng.domain.words import say

if TYPE_CHECKING:
    from quanheng.engine.run.cells import Problem


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


class Wrong(Refusal):
    """Values that do not fit the register, each with its column and what to do."""

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        zh = "；".join(f"{column}：{problem.zh}" for column, problem in problems)
        en = "; ".join(f"{column}: {problem.en}" for column, problem in problems)
        super().__init__(zh, en)
        self.problems = problems

    def by_column(self) -> dict[str, str]:
        """The reason for each column, in the reader's language, with the hint."""
        return {column: say(problem.zh + problem.hint_zh, f"{problem.en} {problem.hint_en}".strip()) for column, problem in self.problems}


class Again(Exception):
    """The very same request was carried out before: nothing is to be done, and nothing is wrong."""


class NotYours(Exception):
    """What is not yours does not exist for you: pages answer 404."""


def require(holds: object, zh: str, en: str, *, article: str = "") -> None:
    """Refuse unless it holds."""
    if not holds:
        raise Refusal(zh, en, article=article)

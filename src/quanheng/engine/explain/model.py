"""An explanation as a value: a tree of named figures with their rules, records and what did not apply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["rule", "input", "mark", "decided", "repeated"]


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the data that was counted, or was not and why."""

    table: str
    key: str
    values: tuple[tuple[str, str], ...]  # column, value as text
    counted: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure. `sentence` says it in words; `steps` the parts of its formula; `parts` the figures it stands on.

    `kind` repeated: explained further up in the same tree, here by name only."""

    table: str
    row: str
    column: str
    kind: Kind
    value: str  # as text, with its unit
    exact: str  # exact decimal text, or the word for why it is missing
    sentence: str
    formula: str = ""  # the rule's formula with the values put in
    rule: str = ""  # the rule line as written
    article: str = ""
    source: str = ""
    readings: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    more_records: int = 0  # beyond those listed
    parts: tuple[Explanation, ...] = ()

    def walk(self) -> Iterator[Explanation]:
        yield self
        for part in self.parts:
            yield from part.walk()

    def to_json(self) -> dict[str, object]:
        """Plain dictionaries and lists, for `--json` and the API."""
        made: dict[str, object] = {
            "table": self.table, "row": self.row, "column": self.column, "kind": self.kind, "value": self.value, "exact": self.exact,
            "sentence": self.sentence,
        }  # fmt: skip
        for name in ("formula", "rule", "article", "source"):
            if getattr(self, name):
                made[name] = getattr(self, name)
        for name in ("readings", "steps", "not_applied"):
            if getattr(self, name):
                made[name] = list(getattr(self, name))
        if self.records:
            made["records"] = [
                {"table": each.table, "row": each.key, "values": dict(each.values), "counted": each.counted}
                | ({"why_not": each.why_not} if each.why_not else {})
                for each in self.records
            ]
        if self.more_records:
            made["more_records"] = self.more_records
        if self.parts:
            made["parts"] = [part.to_json() for part in self.parts]
        return made

    def to_text(self, language: str = "zh") -> str:
        """The tree as lines, indented by guide lines."""
        from quanheng.engine.explain.text import lines

        return "\n".join(lines(self, language))

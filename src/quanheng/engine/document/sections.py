"""A document by its articles: what stands under each heading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from quanheng.engine.document import model as m


@dataclass
class Section:
    """The blocks from one chapter, article or annex heading to the next; `heading` None: before the first."""

    heading: m.Heading | None = None
    blocks: list[m.Block] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.heading.number if self.heading else ""

    @property
    def kind(self) -> str:
        return self.heading.kind if self.heading else "plain"

    def of(self, *kinds: type[m.Block]) -> Iterator[m.Block]:
        return (block for block in self.blocks if isinstance(block, kinds))


def sections(scheme: m.Scheme) -> list[Section]:
    found = [Section()]
    for block in scheme.blocks:
        if isinstance(block, m.Heading) and (block.kind != "plain" or block.level == 2):
            found.append(Section(block))
        found[-1].blocks.append(block)
    return found

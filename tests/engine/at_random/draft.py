"""What is drawn: pieces of a formula, tables, rules, a document in the making."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from quanheng.engine.formula.units import unit_named
from tests.engine.at_random.words import chinese, figure

Kind = Literal["number", "yesno", "text", "day", "month"]


@dataclass(frozen=True, slots=True)
class Column:
    """What a formula can read. `unit`, `lo`, `hi` and `decimals` as written in the document."""

    name: str
    kind: Kind
    unit: str = ""
    lo: Fraction = Fraction(0)
    hi: Fraction = Fraction(0)
    decimals: int = 0
    optional: bool = False
    choices: tuple[str, ...] = ()
    ordered: bool = False
    ratio: bool = False
    id: str = ""  # of the rule that computes it; "" for entered data

    @property
    def base(self) -> str:
        """分, 元, a count, or "" for a plain number."""
        named = unit_named(self.unit) if self.unit else None
        return named[0].dims[0][0] if named and named[0].dims else "" if named or not self.unit else self.unit

    def declared(self, source: str) -> str:
        """As a column of a data table."""
        match self.kind:
            case "number":
                lo, hi = (figure(end * (100 if self.unit == "%" else 1)) for end in (self.lo, self.hi))
                ends = f"{lo}%～{hi}%" if self.unit == "%" else f"{lo}～{hi} {self.unit}".rstrip()
                content = f"{ends} {self.decimals} 位小数" if self.decimals else ends
            case "text":
                content = ("<" if self.ordered else "/").join(self.choices) if self.choices else "文字"
            case kind:
                content = {"yesno": "是否", "day": "日期", "month": "月份"}[kind]
        return f"{self.name} {content}{' 可缺' if self.optional else ''}（{source}）"


@dataclass(slots=True)
class Table:
    """A table of the document. `links`: column → table it points at."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  # links that may be missing
    unique: str = ""  # the column without repeats
    key: tuple[str, ...] = ()  # written in the brackets of the table
    head: str = ""  # what else stands in the brackets
    period: str = ""
    word: str = "数据表"
    single: bool = False
    own_row: bool = False  # its link is its key: at most one row for each of the target
    fixed: str = ""  # columns written by hand

    def text(self, source: Callable[[], str]) -> str:
        inside = [" × ".join(self.key)] if self.key else []
        inside += [self.head] if self.head else []
        brackets = f"（{'；'.join(inside)}）" if inside else ""
        columns = [self.fixed] if self.fixed else []
        for name, target in self.links.items():
            if name not in self.key and not self.fixed:
                unique = " 不重复" if name == self.unique else ""
                columns.append(f"{name} 属于 {target}{unique}{' 可缺' if name in self.lost else ''}（{source()}）")
        for name, column in self.columns.items():
            if column.id or name in self.key or self.fixed or name in self.links:
                continue
            columns.append(f"{name} 文字 不重复（{source()}）" if name == self.unique else column.declared(source()))
        return f"{self.word} {self.name}{brackets}：{'；'.join(columns)}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands: my table and, inside an aggregate, the table of the counted rows."""

    mine: Table
    counted: Table | None = None
    peers: bool = False  # the counted rows are of my own table, in a group
    main: bool = False  # in the first argument of such an aggregate: bare names are the counted row's

    @property
    def prefix(self) -> str:
        """What stands before a column of the counted row."""
        assert self.counted is not None
        return f"{self.counted.name}." if not self.peers else "" if self.main else "对方."


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a formula."""

    text: str
    optional: bool = False
    ratio: bool = False
    uses: frozenset[str] = frozenset()  # ids of rules, parameters and definitions
    choices: tuple[str, ...] = ()
    ordered: bool = False
    atom: bool = False
    column: Column | None = None  # the text is nothing but its name

    @property
    def part(self) -> str:
        """Fit to stand beside an operator."""
        return self.text if self.atom else f"({self.text})"


def made(pattern: str, *parts: Said, atom: bool = True, optional: bool | None = None, ratio: bool | None = None) -> Said:
    """The pattern with the parts put in for `{}`; what can be said of the parts holds for the whole."""
    return Said(
        pattern.format(*(part.text if atom else part.part for part in parts)),
        any(part.optional for part in parts) if optional is None else optional,
        any(part.ratio for part in parts) if ratio is None else ratio,
        frozenset().union(*(part.uses for part in parts)),
        atom=atom,
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand or fall together. `ids`: what they define, `uses`: what they stand on."""

    text: str
    ids: frozenset[str]
    uses: frozenset[str]
    table: str = ""  # of an indicator row: the table it is a row of
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A document in the making: its header, its rules, its tables."""

    header: str
    blocks: tuple[Block, ...]
    tables: tuple[str, ...]
    heads: Mapping[str, str]  # indicator table → its first lines
    balanced: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # table of changes → its grade and change columns

    def lines(self) -> Iterator[tuple[str, Block | None]]:
        """Every line of the document with the block it belongs to."""
        yield from ((line, None) for line in self.header.split("\n"))
        groups: list[list[Block]] = []
        for block in self.blocks:
            if groups and block.table and groups[-1][0].table == block.table:
                groups[-1].append(block)
            else:
                groups.append([block])
        article = 0
        for nr, group in enumerate(groups):
            if nr % 6 == 0:
                article += 1
                yield from (("", None), (f"## 第{chinese(article)}条 规定", None), ("", None))
            if group[0].table:
                yield from ((line, None) for line in self.heads[group[0].table].split("\n"))
            for block in group:
                yield from ((line, block) for line in block.text.split("\n"))
            if group[0].table:
                yield "", None
        yield from (("", None), ("## 附一 数据", None), ("", None))
        for table in self.tables:
            yield from ((line, None) for line in table.split("\n"))

    def text(self) -> str:
        return "".join(f"{line}\n" for line, _ in self.lines())

    def without(self, lines: Iterable[int]) -> Draft | None:
        """The document without the blocks on these lines (from 1) and all that stands on them; None when a line is of no
        rule."""
        of_line = [block for _, block in self.lines()]
        struck = [block for line in lines if (block := of_line[line - 1]) is not None]
        return self.without_blocks(struck) if struck else None

    def without_blocks(self, struck: Sequence[Block]) -> Draft:
        """The document without these and what stands on them."""
        lost = frozenset[str]().union(*(block.ids for block in struck))
        kept = [block for block in self.blocks if not any(block is each for each in struck)]
        while more := [block for block in kept if block.uses & lost]:
            kept = [block for block in kept if not block.uses & lost]
            lost = lost.union(*(block.ids for block in more))
        return replace(self, blocks=tuple(kept))

    def only(self, wanted: Block) -> Draft:
        """One block, put last, and what it stands on."""
        needed, before = wanted.uses | wanted.ids, frozenset[str]()
        while needed != before:
            before = needed
            needed = needed.union(*(block.uses | block.ids for block in self.blocks if block.ids & needed))
        return replace(self, blocks=(*(block for block in self.blocks if block.ids & needed and block is not wanted), wanted))


def zip_blanks(parts: Sequence[str], said: Sequence[Said]) -> Iterator[tuple[str, list[Said]]]:
    """Each part with what belongs into its blanks."""
    rest = list(said)
    for part in parts:
        count = part.count("{}")
        taken, rest = rest[:count], rest[count:]
        yield part, taken

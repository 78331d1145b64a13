"""The tree of a formula: immutable, every node with its place in the text. What the words *mean* is the compiler's matter."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

from quanheng.engine.faults import Place
from quanheng.engine.formula.units import Unit


@dataclass(frozen=True, slots=True)
class Node:
    at: Place


_N = TypeVar("_N", bound=Node)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A figure. `value` is in the base unit (10万元 → 100000 with unit 元); `figure` and `word` are what is written."""

    value: Fraction
    unit: Unit
    figure: str
    word: str = ""  # the written unit: 分, 万元, %, ""


@dataclass(frozen=True, slots=True)
class Day(Node):
    value: int  # days since 1970-01-01
    text: str


@dataclass(frozen=True, slots=True)
class Month(Node):
    value: int  # year * 12 + month - 1
    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class YesNo(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Absent(Node):
    """The literals 无数据, 未评, 不适用."""

    reason: Literal["nothing", "pending", "exempt"]


@dataclass(frozen=True, slots=True)
class Name(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`打分.选票.有效`: one or more names."""

    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        return ".".join(name.text for name in self.names)


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """`标准[级别, 名次].分值；无则 …`"""

    table: Name
    keys: tuple[Node, ...]
    column: Name | None
    when_none: Node | str | None  # a value, or the policy "refuse"


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic, comparison, 且 and 或."""

    op: Literal["+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">=", "and", "or"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Unary(Node):
    op: Literal["-", "not"]
    part: Node


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """`状态 为 “甲”、“乙”` and `不为`."""

    part: Node
    values: tuple[Node, ...]
    negated: bool


# ---- parts of a call, between semicolons


@dataclass(frozen=True, slots=True)
class Tier(Node):
    """`>= 90分：“优秀”`"""

    op: Literal[">=", ">", "<=", "<", "="]
    bound: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`条件：值`; in 内插 and 累进 the point before the colon is a number."""

    condition: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Otherwise(Node):
    value: Node


@dataclass(frozen=True, slots=True)
class Share(Node):
    """`上级 占 45%`"""

    of: Node
    share: Node


@dataclass(frozen=True, slots=True)
class Shares(Node):
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Order(Node):
    """`得分 高到低`"""

    by: Node
    descending: bool


@dataclass(frozen=True, slots=True)
class Orders(Node):
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Every(Node):
    """`每多 500人 加 2分`"""

    below: bool
    step: Node
    take: bool
    points: Node


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A labelled part: `label` is the token's name in lower case (when, none, same, only, by, part, …); `value` by label:
    a node, a tuple of paths (same) or values (prizes), a policy word (part, missing, allzero, overlimit, ties), or None
    (flags; `同 全体` is the label same without value)."""

    label: str
    value: Node | tuple[Node, ...] | str | None


Part = Node  # an argument (any expression) or one of the classes above


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`合计(打分.分值；当 打分.选票.有效)`: `function` as written, `args` before the first label, `parts` the rest in order."""

    function: Name
    args: tuple[Node, ...]
    parts: tuple[Part, ...]

    def field(self, label: str) -> Field | None:
        return next((part for part in self.parts if isinstance(part, Field) and part.label == label), None)

    def all(self, kind: type[_N]) -> tuple[_N, ...]:
        return tuple(part for part in self.parts if isinstance(part, kind))

"""What every function of the group shares: who is compared, by what, what ties and left-over units do; and the rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from quanheng.engine.formula import tree as t
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import fault
from quanheng.engine.plan.lower.core import Here, condition, plain
from quanheng.engine.plan.lower.hoisting import column_of, hoist
from quanheng.engine.plan.lower.narrow import assume
from quanheng.engine.plan.lower.rows import partition

Remainder = Literal["largest", "first", "cumulate", "rest", "stay"]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows compared with each other: equal in `partition`, and those for which `only` holds."""

    partition: tuple[str, ...]
    only: str | None
    inside: Here  # where `only` is known to hold
    most: int


def group_of(here: Here, node: t.Call) -> Group:
    here = here.everywhere()
    if node.args and node.all(t.Orders):
        raise fault(
            "argument-count", node.args[0].at, f"“{node.function.text}”里这一项没有名目，不会被用到。", "This argument has no label.",
            "条件前面写“仅”，次序写“… 高到低”。", "Write 仅 before a condition.",
        )  # fmt: skip
    only_field = node.field("only")
    only, inside = None, here
    if only_field is not None:
        assert isinstance(only_field.value, t.Node)
        holds = condition(here, only_field.value)
        only, inside = column_of(here, holds), assume(here, holds)
    return Group(partition(here, node.field("same")), only, inside, here.table.max_rows)


def keys_of(here: Here, group: Group, orders: Sequence[t.Order]) -> tuple[m.Key, ...]:
    """Sort keys as own columns; each must be known for every row that takes part."""
    keys = []
    for order in orders:
        expr = plain(here, here.lower(group.inside, order.by), order.by.at)
        if expr.type.ordered and expr.type.choices is not None:  # 低<中<高, not by the signs of the words
            expr = b.position(expr, expr.type.choices)
        keys.append(m.Key(column_of(group.inside, expr), order.descending))
    return tuple(keys)


def first_orders(node: t.Call) -> tuple[t.Order, ...]:
    found = node.all(t.Orders)
    if len(found) != 1:
        raise fault(
            "order-missing", node.at, f"“{node.function.text}”要写按什么排、从高到低还是从低到高。", f"{node.function.text} needs an order.",
            f"例如“{node.function.text}(得分 高到低；…)”。", "For example 得分 高到低.",
        )  # fmt: skip
    return found[0].orders


def ties_of(here: Here, node: t.Call, group: Group) -> tuple[str, tuple[m.Key, ...]]:
    field = node.field("ties")
    if field is None:
        return "", ()
    if isinstance(field.value, t.Orders):
        return "order", keys_of(here, group, field.value.orders)
    assert isinstance(field.value, str)
    return field.value, ()


RANKS: Final = {"high": "rank_high", "all-get": "rank_high", "low": "rank_low", "none-get": "rank_low", "dense": "dense", "order": "rowno"}


def _rank(here: Here, node: t.Call) -> m.Expr:
    group = group_of(here, node)
    keys = keys_of(here, group, first_orders(node))
    ties, more = ties_of(here, node, group)
    if ties not in ("high", "low", "dense", "order"):
        raise fault("policy-unfit", node.at, "“排名”的“并列”可写：同名次、末位名次、密集、再比 …。", "This tie policy does not fit 排名.")
    return position(here, node, group, (*keys, *more), RANKS[ties])


def position(here: Here, node: t.Call, group: Group, keys: tuple[m.Key, ...], kind: str) -> m.Col:
    op = m.Over(kind, group.partition, keys, group.only)  # type: ignore[arg-type]
    return hoist(here, op, b.over_type(kind, None, group.most, only=group.only is not None), node)


def remainder_of(node: t.Call) -> Remainder:
    field = node.field("part")
    if field is None:
        raise fault(
            "policy-missing", node.at, f"“{node.function.text}”没有写“零头”：分不尽的零头怎么办？可写：大者先得、依次先得、累计取整、差额归末位、不分。",
            "The left-over unit has no policy.", "在末尾加“；零头 …”。", "Add ；零头 ….",
        )  # fmt: skip
    if field.value not in ("largest", "first", "cumulate", "rest", "stay"):
        raise fault("policy-unfit", field.at, "这里的“零头”可写：大者先得、依次先得、累计取整、差额归末位、不分。", "This remainder policy does not fit here.")
    return field.value  # type: ignore[return-value]


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {"排名": _rank}

"""How many places each grade has in a group, as the rule with 名额 gives them: for the figures beside a distribution."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from quanheng.engine.explain.speak import formula
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.formula.parser import children
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin
from quanheng.engine.run.reference import Reference
from quanheng.engine.values import Missing


@dataclass(frozen=True, slots=True)
class Places:
    """One grade: its share of the group, the share in heads, and the places that rounding and approvals made of it."""

    grade: str
    share: Fraction
    exact: Fraction
    places: int


@dataclass(frozen=True, slots=True)
class Quota:
    """The places of one group. `policy`: the rule's own words for rounding, ties and approvals."""

    heads: int
    grades: tuple[Places, ...]
    policy: str


def quota_of(plan: m.Plan, reference: Reference, table: str, row: int, column: str) -> Quota | None:
    """The places of the row's group; None when the column is not graded by 名额, or the row takes no part."""
    origin = plan.column(table, column).origin
    call = _call(origin.formula) if isinstance(origin, Origin) and origin.formula is not None else None
    if call is None or not isinstance(origin, Origin):
        return None
    shares, expr = call.all(t.Shares), origin.lowered.get(id(call))
    if len(shares) != 1 or not isinstance(expr, m.Case):
        return None
    number = next((test.left for test, _ in expr.branches if isinstance(test, m.Compare) and isinstance(test.left, m.Col)), None)
    over = next((each for each in plan.tables[table].columns if number is not None and each.name == number.name), None)
    if over is None or not isinstance(over.op, m.Over):
        return None
    heads = len(reference.group_members(table, row, over.op).rows)
    if not heads:
        return None
    limits = {}
    for test, chosen in expr.branches:
        if isinstance(test, m.Compare) and isinstance(chosen, m.Const):
            limit = reference.evaluate(table, row, test.right)
            limits[str(chosen.value)] = 0 if isinstance(limit, Missing | str | bool) else int(limit)
    grades, before = [], 0
    for share in shares[0].shares:
        if not isinstance(share.of, t.Text) or not isinstance(share.share, t.Number):
            return None
        upto = limits.get(share.of.value, heads)
        grades.append(Places(share.of.value, share.share.value, share.share.value * heads, upto - before))
        before = upto
    policy = "；".join(formula(part, lambda _: None) for part in call.parts if isinstance(part, t.Field) and part.label not in ("same", "only"))
    return Quota(heads, tuple(grades), policy)


def _call(node: t.Node) -> t.Call | None:
    if isinstance(node, t.Call):
        function = function_named(node.function.text)
        if function is not None and function.zh == "名额":
            return node
    return next((found for child in children(node) if (found := _call(child)) is not None), None)

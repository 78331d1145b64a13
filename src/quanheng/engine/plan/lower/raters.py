"""Parts put together: weighted blends, raters' marks, the total of an indicator table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document import model as doc
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import Unit
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import ColumnDraft, Origin, fault
from quanheng.engine.plan.lower.core import ZERO, Here, constant, numeric, unify
from quanheng.engine.plan.lower.hoisting import hoist
from quanheng.engine.plan.lower.names import read_column
from quanheng.engine.plan.lower.quota import check_whole
from quanheng.engine.values import Missing

Parts = Sequence[tuple[m.Expr, Fraction]]


def _shares(node: t.Call) -> t.Shares:
    found = node.all(t.Shares)
    if len(found) != 1 or node.args:
        raise fault(
            "shares-shape", node.at, f"“{node.function.text}”写各项和占比，用顿号隔开。", f"{node.function.text} takes parts with shares.",
            f"例如“{node.function.text}(甲 占 60%、乙 占 40%；缺 停算)”。", "For example 甲 占 60%、乙 占 40%.",
        )  # fmt: skip
    return found[0]


def _blend(here: Here, node: t.Call) -> m.Expr:
    part = _shares(node)
    parts = [(numeric(here, share.of), constant(here, share.share, what="占比")) for share in part.shares]
    check_whole(part, [share for _, share in parts])
    for (expr, _), share in zip(parts[1:], part.shares[1:], strict=True):
        unify(parts[0][0], expr, share.of.at)
    return blended(here, node, parts)


def _rated(here: Here, node: t.Call) -> m.Expr:
    part = _shares(node)
    if here.owner.rule is None or here.counted is not None:
        raise fault("rating-place", node.at, "“评分”要单独写成一条规则。", "评分 stands in a rule of its own.")
    full_field = node.field("full")
    full = Fraction(100)
    if full_field is not None:
        assert isinstance(full_field.value, t.Node)
        full = constant(here, full_field.value, what="满分")
    elif here.full is not None:
        full = here.full.value
    parts = []
    for share in part.shares:
        if not isinstance(share.of, t.Path) or len(share.of.names) != 1:
            raise fault("rater-name", share.of.at, "这里写评分人，例如 本人、上级。", "Name the rater here.")
        mark = mark_column(here, share.of.names[0], full)
        parts.append((read_column(here, mark, theirs=False), constant(here, share.share, what="占比")))
        here.owner.origin.lowered[id(share.of)] = parts[-1][0]
    check_whole(part, [share for _, share in parts])
    return blended(here, node, parts)


def mark_column(here: Here, rater: t.Name, full: Fraction) -> ColumnDraft:
    """The entered column of a rater's marks for the rule being compiled: headed `表现评分（上级）`."""
    name = f"{here.owner.name}（{rater.text}）"
    found = here.table.columns.get(name)
    if found is not None:
        return found
    data = doc.DataColumn(rater.at, t.Name(rater.at, name), "number", rater.text, True, False, Unit((("分", 1),), "分"), Fraction(1), Fraction(0), full, 2)
    draft = ColumnDraft(here.table, name, rater.at, data=data, used=True)
    draft.origin = Origin("input", here.article, rater.at, source=rater.text, is_mark=True)
    return here.shop.add(draft, b.number(0, full, 2, unit=Unit((("分", 1),), "分"), optional=True), m.Input())


def blended(here: Here, node: t.Call, parts: Parts) -> m.Expr:
    """Σ share × part, with the written policy where a part can be missing."""
    optional = any(part.type.optional for part, _ in parts)
    policy = _policy(here, node, optional)
    if policy == "spread" and optional:
        return _spread(here, node, parts)
    return _plus([b.arith("*", _present(here, node, part, policy), b.const(share)) for part, share in parts])


def total(here: Here, node: t.Call, parts: Sequence[m.Expr]) -> m.Expr:
    """The plain sum of the rows of an indicator table."""
    optional = any(part.type.optional for part in parts)
    policy = _policy(here, node, optional)
    if policy in ("spread", "skip"):
        raise fault("policy-unfit", node.at, "满分相加的指标表，“缺”可写：停算、按零、仍缺。", "Use 停算, 按零 or 仍缺 here.")
    for part in parts[1:]:
        unify(parts[0], part, node.at)
    return _plus([_present(here, node, part, policy) for part in parts])


def _policy(here: Here, node: t.Call, optional: bool) -> str:
    field = node.field("missing")
    if field is None:
        if optional:
            raise fault(
                "policy-missing", node.at, f"“{node.function.text}”没有写“缺”：有一项缺了怎么办？可写：停算、按零、摊给其他、仍缺。",
                f"{node.function.text} does not say what to do with a missing part.", "在末尾加“；缺 停算”等。", "Add ；缺 ….",
            )  # fmt: skip
        return "propagate"
    if field.value not in ("refuse", "zero", "spread", "propagate"):
        raise fault("policy-unfit", field.at, "这里的“缺”可写：停算、按零、摊给其他、仍缺。", "This policy does not fit here.")
    return str(field.value)


def _present(here: Here, node: t.Call, part: m.Expr, policy: str) -> m.Expr:
    if not part.type.optional or policy == "propagate":
        return part
    if policy == "zero":
        return b.if_missing(part, ZERO)
    from quanheng.engine.plan.lower.expr import refuse_missing

    name = part.name if isinstance(part, m.Col) else "有一项"
    return refuse_missing(here, part, node, f"“{name.removeprefix('·')}”缺，办法要求停算。", f"{name} is missing; the scheme refuses.")


def _plus(parts: Sequence[m.Expr]) -> m.Expr:
    made = parts[0]
    for part in parts[1:]:
        made = b.arith("+", made, part)
    return made


def _spread(here: Here, node: t.Call, parts: Parts) -> m.Expr:
    """摊给其他: the shares of the parts that are there, scaled up to 100 %."""
    values: list[m.Expr] = []
    shares: list[m.Expr] = []
    for part, share in parts:
        if part.type.optional:
            plain_part = replace(part, type=part.type.maybe(False))
            values.append(b.case([(b.known(part), b.arith("*", plain_part, b.const(share)))], b.const(Fraction(0), part.type.unit)))
            shares.append(b.case([(b.known(part), b.const(share))], ZERO))
        else:
            values.append(b.arith("*", part, b.const(share)))
            shares.append(b.const(share))
    weight = hoist(here, m.Row(_plus(shares)), _plus(shares).type, node)
    assert weight.type.num is not None
    if not any(share > 0 for _, share in parts):
        raise fault("policy-unfit", node.at, "各项的权重都是 0，缺的一项没有别的可摊。", "All weights are 0; nothing can take the missing share.")
    smallest = min(share for _, share in parts if share > 0)
    some = replace(weight, type=replace(weight.type, num=replace(weight.type.num, lo=smallest)))
    quotient = b.arith("/", _plus(values), some)
    lows = [part.type.num.lo for part, _ in parts if part.type.num is not None]
    highs = [part.type.num.hi for part, _ in parts if part.type.num is not None]
    assert quotient.type.num is not None
    quotient = replace(quotient, type=replace(quotient.type, num=replace(quotient.type.num, lo=min(lows), hi=max(highs))))
    if weight.type.num.lo > 0:
        return quotient
    nothing = m.Const(replace(b.missing_type(quotient.type.kind), unit=quotient.type.unit), Missing.NOTHING)
    return b.case([(b.compare("=", weight, ZERO), nothing)], quotient)


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {"加权": _blend, "评分": _rated}

"""What the compiler advises once a scheme has no faults: it compiles, but an office would hardly have meant it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeGuard

from quanheng.engine.faults import Fault, Place, Severity
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.formula.parser import children
from quanheng.engine.plan.drafts import ColumnDraft, Workshop
from quanheng.engine.values import decimal_text


def advise(shop: Workshop) -> Iterator[Fault]:
    """All advice about a compiled scheme, in no particular order."""
    for check in CHECKS:
        yield from check(shop)


def _advice(code: str, at: Place, says: tuple[str, str], hint: tuple[str, str], article: str = "") -> Fault:
    """`says` and `hint`: Chinese, English."""
    return Fault(code, at, *says, *hint, Severity.ADVICE, article)


# ------------------------------------------------------------------------------------------------------- what nobody uses


def unused_inputs(shop: Workshop) -> Iterator[Fault]:
    """A figure somebody must fill in and no rule reads. Texts and days that only describe a record are let be."""
    for table in shop.tables.values():
        if table.data is None or table.data.decided:
            continue
        for draft in table.columns.values():
            figures = draft.data is not None and draft.data.kind in ("number", "yesno")
            if figures and not draft.used and draft.rule is None:
                zh, en = f"“{table.name}”的“{draft.name}”没有一条规则用到。", f"No rule uses {table.name}.{draft.name}."
                yield _advice("input-unused", draft.at, (zh, en), ("不用就删去，免得让人白填。", "Remove it."))


def unused_parameters(shop: Workshop) -> Iterator[Fault]:
    for name, parameter in shop.parameters.items():
        if name not in shop.used_parameters:
            zh, en = f"参数“{name}”没有一条规则用到。", f"No rule uses the parameter {name}."
            yield _advice("parameter-unused", parameter.name.at, (zh, en), ("不用就删去。", "Remove it."), parameter.article)


# ----------------------------------------------------------------------------------------------------- formulas of rules


def _formulas(shop: Workshop) -> Iterator[tuple[ColumnDraft, t.Node]]:
    """Every node of every rule's formula."""
    for table in shop.tables.values():
        for draft in table.columns.values():
            if draft.rule is None or draft.rule.formula is None:
                continue
            stack = [draft.rule.formula]
            while stack:
                node = stack.pop()
                yield draft, node
                stack.extend(children(node))


def open_places(shop: Workshop) -> Iterator[Fault]:
    """名额 with 零头 不分: the places of the grades do not add up to the heads."""
    for draft, node in _formulas(shop):
        if isinstance(node, t.Call) and node.function.text in ("名额", "quota"):
            part = node.field("part")
            if part is not None and part.value == "stay":
                zh = f"“{draft.name}”的名额只舍不入，各等名额加起来会少于人数，没有名额的人都归最后一等。"
                en = "Places are only cut down; whoever is left over gets the last grade."
                hint = "若不是这个意思，零头写“大者先得”等。", "Otherwise choose another remainder policy."
                yield _advice("places-do-not-add-up", part.at, (zh, en), hint, draft.origin.article)


def unsettled_order(shop: Workshop) -> Iterator[Fault]:
    """Money that goes by turns, and the regulation does not say whose turn comes first: then the row's key decides."""
    for draft, node in _formulas(shop):
        if not isinstance(node, t.Call) or node.function.text not in ("分配", "split"):
            continue
        part = node.field("part")
        if part is not None and part.value in ("first", "cumulate", "rest") and node.field("ties") is None:
            zh = f"“{draft.name}”的零头按先后给，没有写谁先谁后，就按编号的先后。"
            en = f"{draft.name} gives the left-over by turns without saying whose turn is first; the key decides."
            hint = "写明次序，例如“；并列 再比 学生数 高到低”。", "Say it: ；并列 再比 …."
            yield _advice("order-not-settled", part.at, (zh, en), hint, draft.origin.article)


@dataclass(frozen=True, slots=True)
class _Slab:
    """One tier of a rate: from `bound` (upwards or downwards) `rate` for each unit of the amount."""

    at: Place
    bound: Fraction
    rate: Fraction


def slabs_that_pay_less(shop: Workshop) -> Iterator[Fault]:
    """全额累进: a rate for the whole amount that falls at a bound, so that more earns less."""
    for draft, node in _formulas(shop):
        for subject, slabs in _slabs(draft, node):
            for lower, higher in pairwise(slabs):
                below, above = higher.bound * lower.rate, higher.bound * higher.rate
                if below > above > 0:
                    falls = f"从 {decimal_text(below)} 降到 {decimal_text(above)}"
                    zh = f"“{draft.name}”：{subject} 到 {decimal_text(higher.bound)} 时，整个数改用低的率，反而{falls}。"
                    en = "At this bound the whole amount changes to a lower rate: more earns less."
                    hint = "只想对超过的部分用低率，就用“累进”。", "Use 累进 for rates on the part above the bound."
                    yield _advice("slab-pays-less", higher.at, (zh, en), hint, draft.origin.article)


def _slabs(draft: ColumnDraft, node: t.Node) -> Iterator[tuple[str, list[_Slab]]]:
    """`x × 分档(x；…率)` and `分档(x；>= a：x × 率…)`, from the lowest bound to the highest."""
    if isinstance(node, t.Binary) and node.op == "*":
        for factor, tiers in ((node.left, node.right), (node.right, node.left)):
            if _is_tiers(tiers) and isinstance(factor, t.Path) and _subject(tiers) == factor.text:
                found = [(tier, _figure(tier.value)) for tier in tiers.all(t.Tier)]
                other = [_figure(each.value) for each in tiers.all(t.Otherwise)]
                yield factor.text, _ordered(tiers, found, other[0] if other else None)
    if _is_tiers(node):
        subject = _subject(node)
        found = [(tier, _rate_of(tier.value, subject)) for tier in node.all(t.Tier)]
        other = [_rate_of(each.value, subject) for each in node.all(t.Otherwise)]
        if any(rate is not None for _, rate in found):
            yield subject, _ordered(node, found, other[0] if other else None)


def _ordered(node: t.Call, found: Sequence[tuple[t.Tier, Fraction | None]], other: Fraction | None) -> list[_Slab]:
    slabs = []
    for tier, rate in found:
        bound = _figure(tier.bound)
        if rate is None or bound is None or tier.op not in (">=", ">"):
            return []
        slabs.append(_Slab(tier.at, bound, rate))
    slabs.sort(key=lambda slab: slab.bound)
    if other is not None:
        slabs.insert(0, _Slab(node.at, Fraction(0), other))
    return slabs


def _is_tiers(node: t.Node) -> TypeGuard[t.Call]:
    if not isinstance(node, t.Call):
        return False
    function = function_named(node.function.text)
    return function is not None and function.zh == "分档"


def _subject(node: t.Node) -> str:
    return node.args[0].text if isinstance(node, t.Call) and node.args and isinstance(node.args[0], t.Path) else ""


def _figure(node: t.Node) -> Fraction | None:
    return node.value if isinstance(node, t.Number) else None


def _rate_of(node: t.Node, subject: str) -> Fraction | None:
    """The rate in `业绩 × 3%`."""
    if isinstance(node, t.Binary) and node.op == "*" and subject:
        for factor, rate in ((node.left, node.right), (node.right, node.left)):
            if isinstance(factor, t.Path) and factor.text == subject:
                return _figure(rate)
    return None


# ---------------------------------------------------------------------------------------------- bands written as conditions


@dataclass(frozen=True, slots=True)
class _Band:
    """What one branch of 分情况 covers; None: without end. `low_in`/`high_in`: the bound belongs to it."""

    at: Place
    low: Fraction | None
    low_in: bool
    high: Fraction | None
    high_in: bool


def bands(shop: Workshop) -> Iterator[Fault]:
    """分情况 with printed bands (80 以上 90 以下 …): places that no band covers, or two do."""
    for draft, node in _formulas(shop):
        if not isinstance(node, t.Call) or node.function.text not in ("分情况", "cases"):
            continue
        found = [_band(branch) for branch in node.all(t.Branch)]
        subjects = {subject for subject, _ in (each for each in found if each is not None)}
        both_ends = [band for each in found if each is not None for band in [each[1]] if band.low is not None and band.high is not None]
        if len(subjects) != 1 or any(each is None for each in found) or not both_ends:
            continue
        subject = subjects.pop()
        step = _step(draft, subject)
        ordered = sorted((each[1] for each in found if each is not None), key=lambda band: (band.low is not None, band.low or Fraction(0)))
        for lower, higher in pairwise(ordered):
            yield from _between(draft, subject, lower, higher, step)


def _between(draft: ColumnDraft, subject: str, lower: _Band, higher: _Band, step: Fraction | None) -> Iterator[Fault]:
    if lower.high is None or higher.low is None:
        return
    between = f"{decimal_text(lower.high)} 和 {decimal_text(higher.low)} 之间"
    gap = lower.high < higher.low and not (step is not None and lower.high_in and higher.low_in and higher.low - lower.high <= step)
    if gap or (lower.high == higher.low and not lower.high_in and not higher.low_in):
        where = between if lower.high < higher.low else f"正好 {decimal_text(lower.high)} "
        zh = f"“{draft.name}”的各段之间有空档：{subject} 在{where}的，落到了“其余”。"
        en = f"Bands of {draft.name} leave a gap at {subject} {decimal_text(lower.high)}–{decimal_text(higher.low)}."
        hint = "把界写成首尾相接，例如“>= 80分 且 < 90分”。", "Let the bands meet."
        yield _advice("band-gap", higher.at, (zh, en), hint, draft.origin.article)
    elif lower.high > higher.low or (lower.high == higher.low and lower.high_in and higher.low_in):
        zh = f"“{draft.name}”的各段有重叠：{subject} 为 {decimal_text(higher.low)} 的两段都符合，按写在前面的算。"
        en = f"Bands of {draft.name} overlap at {subject} {decimal_text(higher.low)}; the one written first wins."
        hint = "一头写“>=”，一头写“<”。", "Use >= on one side and < on the other."
        yield _advice("band-overlap", higher.at, (zh, en), hint, draft.origin.article)


def _step(draft: ColumnDraft, subject: str) -> Fraction | None:
    """The smallest difference the value can have: 0～59 and 60～100 leave no gap between whole numbers."""
    column = draft.table.columns.get(subject)
    num = column.type.num if column is not None and column.type is not None else None
    return None if num is None or num.is_ratio else Fraction(1, 10**num.scale)


def _band(branch: t.Branch) -> tuple[str, _Band] | None:
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    subjects = set()
    for part in _conjuncts(branch.condition):
        if not isinstance(part, t.Binary) or part.op not in ("<", "<=", ">", ">="):
            return None
        left, op, right = part.left, part.op, part.right
        if isinstance(left, t.Number) and isinstance(right, t.Path):
            left, right, op = right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op]  # type: ignore[assignment]
        if not isinstance(left, t.Path) or not isinstance(right, t.Number):
            return None
        subjects.add(left.text)
        if op in (">", ">="):
            low = (right.value, op == ">=")
        else:
            high = (right.value, op == "<=")
    if len(subjects) != 1:
        return None
    low_value, low_in = low if low is not None else (None, False)
    high_value, high_in = high if high is not None else (None, False)
    return subjects.pop(), _Band(branch.at, low_value, low_in, high_value, high_in)


def _conjuncts(node: t.Node) -> list[t.Node]:
    if isinstance(node, t.Binary) and node.op == "and":
        return [*_conjuncts(node.left), *_conjuncts(node.right)]
    return [node]


CHECKS = (unused_inputs, unused_parameters, open_places, unsettled_order, slabs_that_pay_less, bands)

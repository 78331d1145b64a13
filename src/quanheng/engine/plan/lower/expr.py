"""The dispatcher: one node of a formula → one typed expression, remembering for the explanation what became what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from quanheng.engine.document.model import Definition
from quanheng.engine.faults import nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import BY_NAME, function_named
from quanheng.engine.formula.words import LABELS
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.declare import VALUE, literal
from quanheng.engine.plan.drafts import ColumnDraft, Echo, TableDraft, fault, to_mine
from quanheng.engine.plan.lower import aggregates, dates, group, history, quota, raters, row, sharing
from quanheng.engine.plan.lower.core import Here, condition, in_base_unit, kind_zh, numeric, plain, unify, unify_all
from quanheng.engine.plan.lower.hoisting import any_value, column_of, on_their_side, refuse_where, their_here
from quanheng.engine.plan.lower.names import chain, dated_parameter, read_path, ready
from quanheng.engine.plan.lower.narrow import assume
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import Kind

Family = Callable[[Here, t.Call], m.Expr]
FAMILIES: Final[dict[str, Family]] = {
    **row.FUNCTIONS, **aggregates.FUNCTIONS, **group.FUNCTIONS, **quota.FUNCTIONS, **sharing.FUNCTIONS, **raters.FUNCTIONS,
    **history.FUNCTIONS, **dates.FUNCTIONS,
}  # fmt: skip
MOST_EXPANSIONS: Final = 20  # definitions inside each other
HEAVIEST: Final = 8_000  # nodes of one expression, written out: a tier table names its subject once for every tier


def lower(here: Here, node: t.Node) -> m.Expr:
    """One node of a formula as a typed expression on `here.table`."""
    expr = _lower(here, node)
    if here.shop.weight(expr) > HEAVIEST:
        raise fault(
            "formula-too-costly", node.at, "这条式子展开以后太大。", "This formula becomes too large when it is worked out.",
            "拆成几条规则，先算出里层的数，再引用它的名称。", "Compute the inner part in a rule of its own.",
        )  # fmt: skip
    if not here.bindings:
        here.owner.origin.lowered[id(node)] = expr
    return expr


def _lower(here: Here, node: t.Node) -> m.Expr:  # noqa: PLR0911 - one case for each kind of node
    match node:
        case t.Number() | t.Text() | t.YesNo() | t.Day() | t.Month() | t.Absent():
            return literal(node)
        case t.Path():
            return read_path(here, node)
        case t.Lookup():
            return _lookup(here, node)
        case t.Binary(_, "and" | "or"):
            return _logic(here, node)
        case t.Binary(_, "+" | "-" | "*" | "/"):
            return _arith(here, node)
        case t.Binary():
            return _compare(here, node)
        case t.Unary(_, "not", part):
            return b.not_(condition(here, part))
        case t.Unary(_, _, part):
            return b.negative(numeric(here, part))
        case t.OneOf():
            return _one_of(here, node)
        case t.Call():
            return _call(here, node)
    raise AssertionError(node)


def _logic(here: Here, node: t.Binary) -> m.Expr:
    assert node.op in ("and", "or")
    left = condition(here, node.left)
    right = condition(assume(here, left, yes=node.op == "and"), node.right)
    parts: list[m.Expr] = []
    for each in (left, right):
        parts.extend(each.parts if isinstance(each, m.Logic) and each.op == node.op else (each,))
    return b.logic(node.op, parts)


def _arith(here: Here, node: t.Binary) -> m.Expr:
    left, right = numeric(here, node.left), numeric(here, node.right)
    if node.op in ("+", "-"):
        left, right = unify(left, right, node.at)
    elif node.op == "/":
        num = right.type.num
        assert num is not None
        if num.lo <= 0 <= num.hi:
            raise fault(
                "divisor-can-be-zero", node.right.at, "除数可能为 0。", "The divisor can be 0.",
                "写“相除(数, 除数, 为零时的值)”，或把这一列的范围写成从 1 起。", "Write 相除(x, y, value), or let the range begin above 0.",
            )  # fmt: skip
    assert node.op in ("+", "-", "*", "/")
    return b.arith(node.op, left, right)


def _compare(here: Here, node: t.Binary) -> m.Expr:
    left, right = lower(here, node.left), lower(here, node.right)
    if left.type.kind is not right.type.kind:
        raise fault(
            "kinds-differ", node.at, f"不能拿{kind_zh(left.type)}和{kind_zh(right.type)}比较。",
            f"{left.type.kind.value} and {right.type.kind.value} cannot be compared.",
        )  # fmt: skip
    if left.type.kind is Kind.NUMBER:
        unify(left, right, node.at, verb="比较")
    elif left.type.kind is Kind.TEXT:
        return compare_texts(here, node.op, left, right, node)
    elif left.type.kind is Kind.YESNO and node.op not in ("=", "<>"):
        raise fault("not-ordered", node.at, "“是”和“否”不能比大小。", "Yes and no have no order.")
    return b.compare(node.op, left, right)  # type: ignore[arg-type]


def compare_texts(here: Here, op: str, left: m.Expr, right: m.Expr, node: t.Node) -> m.Expr:
    """Texts: equality against a closed list, or order where the list was declared from low to high."""
    for each, other in ((left, right), (right, left)):
        choices = other.type.choices
        if isinstance(each, m.Const) and isinstance(each.value, str) and not isinstance(other, m.Const) and choices and each.value not in choices:
            near = nearest(each.value, choices)
            raise fault(
                "not-a-choice", node.at, f"“{each.value}”不在可选的值里（{'、'.join(choices[:12])}）。", f"{each.value} is not one of the choices.",
                f"是不是“{near}”？" if near else "改用列出的值，或在数据表里加上它。", f"Did you mean {near}?" if near else "Use a listed value.",
            )  # fmt: skip
    if op in ("=", "<>"):
        return b.compare(op, left, right)  # type: ignore[arg-type]
    ordered = next((each.type for each in (left, right) if each.type.ordered), None)
    if ordered is None or ordered.choices is None:
        raise fault(
            "not-ordered", node.at, "这些文字没有高低顺序，不能比大小。", "These texts have no declared order.",
            "在数据表里用“低<中<高”写出顺序。", "Declare the order with low<mid<high.",
        )  # fmt: skip
    places = [b.position(each, ordered.choices) for each in (left, right)]
    return b.compare(op, *places)  # type: ignore[arg-type]


def _one_of(here: Here, node: t.OneOf) -> m.Expr:
    part = plain(here, lower(here, node.part), node.part.at)
    parts = []
    for value in node.values:
        one = literal(value)
        if one.type.kind is not part.type.kind:
            zh = f"这里是{kind_zh(one.type)}，而前面是{kind_zh(part.type)}。"
            raise fault("kinds-differ", value.at, zh, "The values are of another kind.", "文字写在引号里。", "Texts stand in quotes.")
        if part.type.kind is Kind.TEXT:
            parts.append(compare_texts(here, "=", part, one, value))
            continue
        if part.type.kind is Kind.NUMBER:
            unify(part, one, value.at, verb="比较")
        parts.append(b.compare("=", part, one))
    any_of = b.logic("or", parts)
    return b.not_(any_of) if node.negated else any_of


# ----------------------------------------------------------------------------------------------------------------- lookup


def _lookup(here: Here, node: t.Lookup) -> m.Expr:
    name = node.table.text
    if name in here.shop.parameters and len(node.keys) == 1:
        return dated_parameter(here, node.table, lower(here, node.keys[0]))
    table = here.shop.tables.get(name)
    if table is None and name in here.shop.unread:
        raise Echo
    if table is None:
        near = nearest(name, [*here.shop.tables, *here.shop.parameters])
        raise fault(
            "unknown-table", node.table.at, f"没有叫“{name}”的标准表或数据表。", f"There is no table {name}.",
            f"是不是“{near}”？" if near else "用“标准表 …：”写出它。", f"Did you mean {near}?" if near else "Declare it.",
        )  # fmt: skip
    if len(node.keys) != len(table.key) or table.key == (ROW_KEY,):
        raise fault(
            "lookup-keys", node.at, f"“{name}”按{'、'.join(table.key)}查，要写 {len(table.key)} 项，这里是 {len(node.keys)} 项。",
            f"{name} is looked up by {', '.join(table.key)}.",
        )  # fmt: skip
    column = _lookup_column(here, table, node)
    keys = [_lookup_key(here, table, key, each) for key, each in zip(table.key, node.keys, strict=True)]
    theirs = on_their_side(here, keys, node.at)
    owner = their_here(here) if theirs else here.mine()
    keys = [to_mine(key) if theirs else key for key in keys]
    covered = _covered(here, table, keys)
    kind = column.ready.maybe(column.ready.optional or not covered or any(key.type.optional for key in keys))
    op = m.Get(table.name, tuple((key, column_of(owner, each)) for key, each in zip(table.key, keys, strict=True)), column.name)
    draft = owner.shop.hoist(owner.table, op, kind)
    found: m.Expr = in_base_unit(m.Col(kind, draft.name, theirs))
    return _when_none(here, node, found)


def _lookup_column(here: Here, table: TableDraft, node: t.Lookup) -> ColumnDraft:
    table.columns[table.key[0]].used = True
    if node.column is not None:
        return chain(here, table, (node.column,))
    if table.standard is not None:
        return ready(here, table.columns[VALUE])
    rest = [name for name, draft in table.columns.items() if name not in table.key and not draft.hidden]
    if len(rest) != 1:
        raise fault(
            "lookup-column", node.at, f"“{table.name}”有几列，要写明取哪一列。", f"{table.name} has several columns; name one.",
            f"例如“{table.name}[…].{rest[0] if rest else '列名'}”。", "Write T[key].column.",
        )  # fmt: skip
    return ready(here, table.columns[rest[0]])


def _lookup_key(here: Here, table: TableDraft, key: str, node: t.Node) -> m.Expr:
    expr, wanted = lower(here, node), table.columns[key].ready
    if expr.type.kind is not wanted.kind:
        raise fault(
            "kinds-differ", node.at, f"“{table.name}”的“{key}”是{kind_zh(wanted)}，这里是{kind_zh(expr.type)}。",
            f"{key} of {table.name} is {wanted.kind.value}.",
        )  # fmt: skip
    if wanted.choices and expr.type.choices and not set(expr.type.choices) & set(wanted.choices):
        raise fault(
            "not-a-choice", node.at, f"“{table.name}”里没有这些“{key}”：{'、'.join(expr.type.choices[:6])}。",
            f"{table.name} has none of these.", f"表里有：{'、'.join(wanted.choices[:8])}。", f"It has {', '.join(wanted.choices[:8])}.",
        )  # fmt: skip
    return expr


def _covered(here: Here, table: TableDraft, keys: list[m.Expr]) -> bool:
    """Every combination the keys can take stands in a constant table."""
    if table.origin != "constant" or any(key.type.choices is None for key in keys):
        return False
    combinations: list[tuple[str, ...]] = [()]
    for key in keys:
        combinations = [(*head, choice) for head in combinations for choice in key.type.choices or ()]
        if len(combinations) > 10_000:
            return False
    there = {row[: len(table.key)] for row in table.rows}
    return all(each in there for each in combinations)


def _when_none(here: Here, node: t.Lookup, found: m.Expr) -> m.Expr:
    if node.when_none is None:
        return found
    if node.when_none == "refuse":
        return refuse_missing(here, found, node, f"“{node.table.text}”里查不到。", f"Not found in {node.table.text}.")
    if isinstance(node.when_none, str):
        raise fault("none-policy", node.at, "“无则”后面写一个值，或写“停算”。", "Give a value after 无则, or 停算.")
    found, other = unify_all([found, lower(here, node.when_none)], [node, node.when_none])
    return b.if_missing(found, other) if not isinstance(other, m.Const) or not other.type.optional else found


def refuse_missing(here: Here, found: m.Expr, node: t.Node, zh: str, en: str) -> m.Expr:
    """停算: the run is refused where the value is missing; afterwards it counts as known."""
    if not found.type.optional:
        return found
    theirs = on_their_side(here, [found], node.at)
    owner = their_here(here) if theirs else here.mine()
    bad = b.not_(b.known(to_mine(found) if theirs else found))
    present = found.name if isinstance(found, m.Col) else None
    refuse_where(here, owner.table, bad, ("missing-refused", f"{{row}}：{zh}", f"{{row}}: {en}"), node.at, present)
    return replace(found, type=found.type.maybe(False)) if isinstance(found, m.Col) else b.if_missing(found, any_value(found))


# ------------------------------------------------------------------------------------------------------------------ calls


def _call(here: Here, node: t.Call) -> m.Expr:
    name = node.function.text
    defined = here.shop.definitions.get(name)
    if defined is not None:
        return _expand(here, node, defined)
    function = function_named(name)
    if function is None:
        raise unknown_function(here, node)
    _labels(node, function.zh, function.labels, function.required)
    return FAMILIES[function.zh](here, node)


def unknown_function(here: Here, node: t.Call) -> Exception:
    name = node.function.text
    if name in here.shop.unread:
        return Echo()
    if name.upper() in ("MAX", "MIN"):
        return fault(
            "max-min", node.function.at, f"{name} 容易读反，这里不用。", f"{name} is easily read the wrong way round.",
            "不超过写“封顶(数, 上限)”，不低于写“保底(数, 下限)”，取大写“较大(a, b)”，一组记录里最高的写“最高(表.列)”。",
            "Use at-most, at-least, larger or max-of.",
        )  # fmt: skip
    if name in here.shop.tables:
        return fault("table-called", node.function.at, f"“{name}”是一张表，查表用方括号。", f"{name} is a table.", f"写“{name}[…]”。", "Use square brackets.")
    near = nearest(name, [*BY_NAME, *here.shop.definitions])
    return fault(
        "unknown-function", node.function.at, f"没有叫“{name}”的函数。", f"There is no function {name}.",
        f"是不是“{near}”？" if near else "运行“quanheng functions”看全部函数。", f"Did you mean {near}?" if near else "See quanheng functions.",
    )  # fmt: skip


POLICY_ZH: Final = {
    "part": "分不尽的零头怎么办？", "ties": "分数相同怎么办？", "allzero": "所有人的权数都是 0 怎么办？", "missing": "缺数怎么办？",
    "same": "在哪个范围里比？", "by": "按什么？", "from": "从多少起？", "drophigh": "去掉几个最高的？", "droplow": "去掉几个最低的？",
    "prizes": "各个名次的奖是多少？", "each": "每一行都要怎样？",
}  # fmt: skip
_REMAINDERS: Final = "大者先得、依次先得、累计取整、差额归末位、不分"
_MISSING: Final = "停算、按零、摊给其他、仍缺"
_GROUPS: Final = "同 部门、同 全体"
CHOICES_ZH: Final = {
    ("分配", "part"): _REMAINDERS, ("名额", "part"): _REMAINDERS, ("步进", "part"): "不计、算一步、按比例",
    ("排名", "ties"): "同名次、末位名次、密集、再比 …", ("名额", "ties"): "再比 …、全给、都不给", ("名次奖", "ties"): "平分、全给、都不给",
    ("分配", "allzero"): "停算、平分、不发", ("评分", "missing"): _MISSING, ("加权", "missing"): _MISSING,
    ("排名", "same"): _GROUPS, ("名额", "same"): _GROUPS, ("分配", "same"): _GROUPS, ("名次奖", "same"): _GROUPS,
    ("分配", "by"): "按 总分", ("最早", "by"): "按 表.日期", ("最近", "by"): "按 表.日期", ("步进", "from"): "起点 1000人",
    ("去高去低平均", "drophigh"): "去高 1个", ("去高去低平均", "droplow"): "去低 1个", ("名次奖", "prizes"): "各名 3000元、2000元",
    ("全部", "each"): "都 打分.分值 = 100分",
}  # fmt: skip


def _labels(node: t.Call, zh: str, allowed: tuple[str, ...], required: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for part in node.parts:
        if not isinstance(part, t.Field):
            continue
        if part.label not in allowed and not (part.label == "whole" and "same" in allowed):
            raise fault(
                "label-not-here", part.at, f"“{zh}”不用“{LABELS[part.label]}”。", f"{zh} does not take this label.",
                f"它可以用：{'、'.join(LABELS[each] for each in allowed)}。" if allowed else f"“{zh}”没有带名目的部分。", "See the function's shape.",
            )  # fmt: skip
        if part.label in seen:
            raise fault("label-twice", part.at, f"“{LABELS[part.label]}”写了两次。", "The label is given twice.", "留一个。", "Keep one.")
        seen.add(part.label)
    for label in required:
        if label not in seen and not (label == "same" and "whole" in seen):
            choices = CHOICES_ZH[zh, label]
            raise fault(
                "policy-missing", node.at, f"“{zh}”没有写“{LABELS[label]}”：{POLICY_ZH[label]}可写：{choices}。",
                f"{zh} does not say {LABELS[label]}.", f"在末尾加“；{LABELS[label]} …”。", "Add the label.",
            )  # fmt: skip


def _expand(here: Here, node: t.Call, defined: Definition) -> m.Expr:
    if node.parts or len(node.args) != len(defined.parameters):
        raise fault(
            "definition-arguments", node.at, f"“{defined.name.text}”要 {len(defined.parameters)} 个数，这里写了 {len(node.args)} 个。",
            f"{defined.name.text} takes {len(defined.parameters)} arguments.",
        )  # fmt: skip
    if defined.name.text in here.expanding:
        raise fault("definition-loop", node.at, f"“{defined.name.text}”的定义用到了它自己。", f"{defined.name.text} is defined by itself.")
    if len(here.expanding) >= MOST_EXPANSIONS:
        raise fault(
            "definitions-too-deep", node.at, f"定义套得太深（超过 {MOST_EXPANSIONS} 层）。",
            f"More than {MOST_EXPANSIONS} definitions stand inside each other.",
            "拆成几条规则，先算出中间的数。", "Split it into several rules.",
        )  # fmt: skip
    bound = {name.text: lower(here, arg) for name, arg in zip(defined.parameters, node.args, strict=True)}
    inner = replace(here, bindings=bound, expanding=(*here.expanding, defined.name.text))
    return lower(inner, defined.body)

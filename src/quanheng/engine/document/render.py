"""Values → text: a formula from its tree, a block from its fields. For what has no lines yet: a form, an answer of the
interface, a comparison of two versions."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from typing import Final

from quanheng.engine.document import model as m
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import Unit
from quanheng.engine.formula.words import ZH
from quanheng.engine.values import decimal_text

_LEVEL: Final = {"or": 1, "and": 2, "=": 4, "<>": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _SUM, _SIGNED, _ATOM = 3, 5, 7, 8
_SIGN: Final = {"or": "或", "and": "且", "*": "×"}
_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
SINCE: Final = re.compile(r"\s*(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)\s*起\s*.+", re.DOTALL)


# ----------------------------------------------------------------------------------------------------- formulas


def formula(node: t.Node) -> str:
    """The text of a formula. Reading it gives the same tree."""
    return _at(node, 0)


def _at(node: t.Node, level: int) -> str:
    """The text, in brackets when the node binds less than its place asks."""
    own, text = _expression(node)
    return f"({text})" if own < level else text


def _expression(node: t.Node) -> tuple[int, str]:
    match node:
        case t.Binary(op=op, left=left, right=right):
            own = _LEVEL[op]
            first = own + 1 if own == 4 else own
            return own, f"{_at(left, first)} {_SIGN.get(op, op)} {_at(right, own + 1)}"
        case t.Unary(op="not", part=part):
            return _NOT, f"非 {_at(part, _NOT)}"
        case t.Unary(part=part):
            return _SIGNED, f"-{_at(part, _SIGNED)}"
        case t.OneOf(part=part, values=values, negated=negated):
            word = "不为" if negated else "为"
            return 4, f"{_at(part, _SUM)} {word} {'、'.join(_at(value, 0) for value in values)}"
    return _ATOM, _atom(node)


def _atom(node: t.Node) -> str:
    match node:
        case t.Number(figure=figure, word=word):
            return figure + word
        case t.Day(text=text) | t.Month(text=text) | t.Name(text=text) | t.Path(text=text):
            return text
        case t.Text(value=value):
            return quoted(value)
        case t.YesNo(value=value):
            return "是" if value else "否"
        case t.Absent(reason=reason):
            return ZH["ABSENT", reason]
        case t.Lookup():
            return _lookup(node)
        case t.Call(function=function, args=args, parts=parts):
            inside = [", ".join(_at(arg, 0) for arg in args)] if args else []
            return f"{function.text}({'；'.join([*inside, *map(_part, parts)])})"
    raise AssertionError(node)


def _lookup(node: t.Lookup) -> str:
    keys = ", ".join(_at(key, 0) for key in node.keys)
    if node.when_none is not None:
        keys += f"；无则 {_or_policy(node.when_none)}"
    return f"{node.table.text}[{keys}]" + (f".{node.column.text}" if node.column else "")


def _or_policy(value: t.Node | str) -> str:
    return ZH["POLICY", value] if isinstance(value, str) else _at(value, 0)


def _part(node: t.Node) -> str:
    match node:
        case t.Tier(op=op, bound=bound, value=value):
            return f"{op} {_at(bound, _SUM)}：{_at(value, 0)}"
        case t.Branch(condition=condition, value=value):
            return f"{_at(condition, 0)}：{_at(value, 0)}"
        case t.Otherwise(value=value):
            return f"其余：{_at(value, 0)}"
        case t.Shares(shares=shares):
            return "、".join(f"{_at(each.of, _SUM)} 占 {_at(each.share, _SUM)}" for each in shares)
        case t.Orders():
            return _orders(node)
        case t.Every(below=below, step=step, take=take, points=points):
            label, deed = ("每少" if below else "每多"), ("扣" if take else "加")
            return f"{label} {_at(step, _SUM)} {deed} {_at(points, _SUM)}"
        case t.Field():
            return _field(node)
    raise AssertionError(node)


def _orders(node: t.Orders) -> str:
    return "、".join(f"{_at(each.by, _SUM)} {'高到低' if each.descending else '低到高'}" for each in node.orders)


def _field(node: t.Field) -> str:
    label, value = ZH[node.label.upper(), ""], node.value
    match value:
        case None:
            return f"{label} {ZH['WHOLE', '']}" if node.label == "same" else label
        case str():
            return f"{label} {ZH['POLICY', value]}"
        case tuple():
            return f"{label} {'、'.join(_at(each, _SUM) for each in value)}"
        case t.Orders():
            return f"{label} 再比 {_orders(value)}" if node.label == "ties" else f"{label} {_orders(value)}"
    return f"{label} 无则 {_at(value, 0)}" if node.label == "missing" else f"{label} {_at(value, 0)}"


def quoted(text: str) -> str:
    for opening, closing in ("“”", "「」", '""'):
        if opening not in text and closing not in text:
            return f"{opening}{text}{closing}"
    return f"“{text}”"


# ------------------------------------------------------------------------------------------------------- blocks


def block(found: m.Block) -> str:
    """The lines of a block, from its fields."""
    match found:
        case m.Title():
            return f"# {found.text}"
        case m.Heading():
            return heading(found)
        case m.HeaderLine():
            return _header(found)
        case m.Paragraph():
            return found.text
        case m.IndicatorTable() | m.StandardTable() | m.DataTable() | m.Annex():
            return _table(found)
    return _rule(found)


def _header(found: m.HeaderLine) -> str:
    """`依据：甲；乙`: a key that repeats is written once."""
    before, parts = "", []
    for key, value, _ in found.entries:
        parts.append(value if key == before else f"{key}：{value}")
        before = key
    return "；".join(parts)


def _table(found: m.IndicatorTable | m.StandardTable | m.DataTable | m.Annex) -> str:
    match found:
        case m.IndicatorTable():
            return _indicators(found)
        case m.StandardTable():
            entries = "；".join(" ".join([*map(_key, each.keys), formula(each.value)]) for each in found.entries)
            return f"标准表 {found.name.text}（{'、'.join(key.text for key in found.keys)}）：{entries}"
        case m.DataTable():
            return _data(found)
    return f"附表 {found.name}："


def heading(found: m.Heading) -> str:
    joint = "、" if found.kind == "article" and not found.number.startswith(("第", "Article")) else " "
    text = f"{found.number}{joint}{found.text}" if found.number else found.text
    return f"{'#' * found.level} {text.rstrip()}"


def _rule(found: m.Block) -> str:
    match found:
        case m.Rule():
            return f"- 每{found.subject.text}：{_left_side(found)} {formula(found.formula) if found.formula else ''}"
        case m.Must():
            return f"- 每{found.subject.text}：必须 {formula(found.condition)}"
        case m.Reading():
            return f"- 口径：{found.text}"
        case m.NotComputed():
            return f"- 不计算：{found.reason}"
        case m.Parameter():
            return f"- 参数 {_left_side(found)} {'；'.join(since(value) for value in found.values)}"
        case m.Definition():
            names = ", ".join(name.text for name in found.parameters)
            return f"- 定义 {found.name.text}({names}) = {formula(found.body)}"
    return "\n".join(found.lines)


def _left_side(found: m.Rule | m.Parameter) -> str:
    given = attributes(found.attributes)
    return f"{found.name.text}（{given}）=" if given else f"{found.name.text} ="


def since(value: m.ParameterValue) -> str:
    text = formula(value.value)
    return text if value.since is None else f"{datetime.date.fromordinal(value.since + _EPOCH).isoformat()} 起 {text}"


def attributes(given: m.Attributes) -> str:
    parts = [given.unit.written or str(given.unit)] if given.unit is not None else []
    parts += digits(given)
    parts += [word for word, said in (("是否", given.yesno), ("否决", given.veto)) if said]
    if given.reviewer:
        parts.append(f"{given.reviewer}审核")
    if given.lo is not None and given.hi is not None:
        parts.append(f"{decimal_text(given.lo)}～{decimal_text(given.hi)}")
    return "，".join(parts)


def digits(given: m.Attributes) -> list[str]:
    """`保留 2 位 进一`, `显示 2 位`."""
    parts = []
    rounding = f" {given.rounding.value}" if given.rounding else ""
    if given.keep is not None:
        parts.append(f"保留 {given.keep} 位{rounding}")
        rounding = ""
    if given.show is not None:
        parts.append(f"显示 {given.show} 位{rounding}")
    return parts


def _key(text: str) -> str:
    return text if re.fullmatch(r"[^\s|“”\"；;。]+", text) else quoted(text)


def _indicators(found: m.IndicatorTable) -> str:
    weighted = any(row.weight is not None for row in found.rows)
    titles = ["指标", "权重" if weighted else "满分", "计分", "小数", "来源", "评分人"]
    if any(row.goal for row in found.rows):
        titles.append("目标")
    if not any(digits(row.attributes) for row in found.rows):
        titles.remove("小数")
    rows = [[cells[title] for title in titles] for cells in map(_indicator, found.rows)]
    drawn = ["|" + "".join(f" {cell} |" if cell else " |" for cell in cells) for cells in [titles, *rows]]
    head = f"指标表 {found.name.text}（每{found.subject.text}）："
    return "\n".join([head, "", drawn[0], f"|{'|'.join(['---'] * len(titles))}|", *drawn[1:]])


def _indicator(row: m.IndicatorRow) -> dict[str, str]:
    return {
        "指标": row.name.text,
        "满分": row.full.figure + row.full.word if row.full else "",
        "权重": f"{decimal_text(row.weight * 100)}%" if row.weight is not None else "",
        "计分": formula(row.scoring) if row.scoring else "评分",
        "小数": "，".join(digits(row.attributes)),
        "来源": row.source,
        "评分人": "、".join(row.raters),
        "目标": row.goal,
    }


def _data(found: m.DataTable) -> str:
    inside = brackets(found)
    word = "外定表" if found.decided else "数据表"
    head = f"{word} {found.name.text}（{inside}）" if inside else f"{word} {found.name.text}"
    return f"{head}：{'；'.join(map(column, found.columns))}"


def brackets(found: m.DataTable) -> str:
    """What stands in the brackets of a data table: key, limits, where it comes from."""
    inside = [" × ".join(key.text for key in found.key)] if found.key else []
    inside += ["一行"] if found.single else []
    inside += map(_limit, found.limits)
    inside += [f"来自 办法 {found.run_of}"] if found.run_of else []
    return "；".join(inside)


def _limit(limit: m.RowLimit) -> str:
    parts = [f"每{limit.subject.text}"] if limit.subject else []
    parts += [f"至多 {limit.most} 行"] if limit.most is not None else []
    parts += [f"至少 {limit.least} 行"] if limit.least is not None else []
    return " ".join(parts)


def column(found: m.DataColumn) -> str:
    """`分值 0～100 分 1 位小数 可缺（监票人）`"""
    return f"{found.name.text} {content(found)}" + (f"（{found.source}）" if found.source else "")


def content(found: m.DataColumn) -> str:
    """`0～100 分 1 位小数 可缺`"""
    parts = [_kind(found)]
    parts += ["不重复"] if found.unique else []
    parts += ["可缺"] if found.optional else []
    return " ".join(parts)


def _kind(found: m.DataColumn) -> str:
    match found.kind:
        case "number":
            return _range(found)
        case "link":
            return f"属于 {found.target.text if found.target else ''}"
        case "choice":
            return ("<" if found.ordered else "/").join(found.choices)
    return {"yesno": "是否", "text": "文字", "day": "日期", "month": "月份"}[found.kind]


def _range(found: m.DataColumn) -> str:
    assert found.lo is not None and found.hi is not None
    decimals = f" {found.decimals} 位小数" if found.decimals else ""
    if found.unit.written == "%":
        return f"{decimal_text(found.lo * 100)}%～{decimal_text(found.hi * 100)}%{decimals}"
    return f"{decimal_text(found.lo)}～{decimal_text(found.hi)}{_unit(found.unit, found.factor)}{decimals}"


def _unit(unit: Unit, factor: Fraction) -> str:
    if unit.written:
        return f" {unit.written}"
    return {Fraction(10_000): " 万", Fraction(100_000_000): " 亿"}.get(factor, "")

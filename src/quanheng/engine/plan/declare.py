"""What the document declares → tables with keys, links and input columns, before any rule is lowered."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from quanheng.engine.document import model as doc
from quanheng.engine.faults import Fault, Place, nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import PURE
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import DEFAULT_PER_PARENT, ColumnDraft, Origin, TableDraft, Workshop
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import DAY, MONTH, TEXT, YESNO, Kind, Num, Type
from quanheng.engine.values import Missing

MEASURE_WORDS = "名个所条项张位次家户件门班组份篇台场间支批笔座只户人"
MONTH_KEY = "月份"
PERIOD_KEYS = ("月份", "期次", "季度", "学期", "年度")
NUMBER_LIMIT = 10**15  # declared ranges are for people's figures


def declare(shop: Workshop) -> None:
    """Fill `shop.tables`, parameters, definitions and indicators from the document's blocks."""
    shop.unread = shop.scheme.unread
    for table in shop.scheme.of(doc.DataTable):
        _data_table(shop, table)
    for standard in shop.scheme.of(doc.StandardTable):
        _standard_table(shop, standard)
    for draft in list(shop.tables.values()):
        _links(shop, draft)
    for draft in list(shop.tables.values()):
        _link_types(shop, draft)
    _implied_links(shop)
    for table in shop.scheme.of(doc.DataTable):
        _limits(shop, table)
    for parameter in shop.scheme.of(doc.Parameter):
        _unique(shop, parameter.name, shop.parameters, parameter)
    for definition in shop.scheme.of(doc.Definition):
        _unique(shop, definition.name, shop.definitions, definition)
    for indicators in shop.scheme.of(doc.IndicatorTable):
        _unique(shop, indicators.name, shop.indicators, indicators)
    for rule in shop.scheme.rules:
        _rule(shop, rule)


def _bare(shop: Workshop, name: t.Name) -> str:
    """每… without its measure word, as a message quotes it."""
    text = name.text
    return text[1:] if text[:1] in MEASURE_WORDS and len(text) > 2 else text


def subject_table(shop: Workshop, name: t.Name) -> TableDraft | None:
    """The table a rule's 每… names, with or without a measure word in front."""
    written = name.text
    for candidate in (written, written[1:] if written[:1] in MEASURE_WORDS else written, written[1:]):
        if candidate in shop.tables:
            return shop.tables[candidate]
    return None


def _unique(shop: Workshop, name: t.Name, into: dict[str, object] | dict, value: object) -> None:  # type: ignore[type-arg]
    if name.text in into:
        shop.faults.append(
            Fault("redefined", name.at, f"“{name.text}”定义了两次。", f"{name.text} is defined twice.", "换一个名字，或删去一处。", "Rename one.")
        )
        return
    into[name.text] = value


def _data_table(shop: Workshop, table: doc.DataTable) -> None:
    """A table with its entered columns and its key."""
    name = table.name.text
    if name in shop.tables:
        shop.faults.append(_twice(table.name.at, name, shop.tables[name].at))
        return
    draft = TableDraft(name, table.name.at, data=table, single=table.single)
    if table.single:
        draft.max_rows = draft.min_rows = 1
    shop.tables[name] = draft
    columns = {column.name.text: column for column in table.columns}
    for part in table.key:
        if part.text in columns:
            continue
        if part.text in PERIOD_KEYS:
            number = doc.DataColumn(part.at, part, "number", lo=Fraction(0), hi=Fraction(9999))
            columns[part.text] = doc.DataColumn(part.at, part, "month") if part.text == MONTH_KEY else number
        else:
            columns[part.text] = doc.DataColumn(part.at, part, "link", target=part)
    ordered = [columns[part.text] for part in table.key]
    ordered += [column for text, column in columns.items() if text not in {part.text for part in table.key}]
    for column in ordered:
        if column.name.text in draft.columns:
            shop.faults.append(_twice(column.name.at, column.name.text, draft.columns[column.name.text].at))
            continue
        _input(shop, draft, column)
    _key(shop, draft, table, columns)


def _key(shop: Workshop, draft: TableDraft, table: doc.DataTable, columns: dict[str, doc.DataColumn]) -> None:
    """What tells the rows apart: the declared key, a column without repeats, or a running number."""
    if table.key:
        draft.key = tuple(part.text for part in table.key)
        last = columns[table.key[-1].text]
        if last.name.text in PERIOD_KEYS and last.kind in ("month", "number") and len(table.key) > 1:
            draft.period = last.name.text
    else:
        unique = [column for column in table.columns if column.unique and column.kind in ("text", "link", "choice")]
        draft.key = (unique[0].name.text,) if unique else (ROW_KEY,)
    if draft.key == (ROW_KEY,):
        row = ColumnDraft(draft, ROW_KEY, table.at, hidden=True, used=True)
        shop.add(row, b.number(1, draft.max_rows), m.Input())
    for key in draft.key:
        draft.columns[key].used = True
        key_type = draft.columns[key].type
        if key_type is not None and key_type.optional:
            shop.faults.append(
                Fault(
                    "optional-key", draft.columns[key].at, f"“{key}”用来认出每一行，不能写“可缺”。",
                    f"{key} identifies the row and cannot be optional.", "删去“可缺”。", "Remove 可缺.",
                )
            )  # fmt: skip


def _input(shop: Workshop, table: TableDraft, column: doc.DataColumn) -> None:
    draft = ColumnDraft(table, column.name.text, column.name.at, data=column)
    draft.origin = Origin("input", at=column.at, source=column.source)
    if column.kind == "number":
        places = column.decimals + (2 if column.unit.written == "%" else 0)
        draft.digits = places if column.decimals or column.unit.written == "%" else None
    shop.add(draft, input_type(shop, column), m.Input())


def input_type(shop: Workshop, column: doc.DataColumn) -> Type:
    """The static type of an entered column, carried in its written unit (万元 stays 万元; % is the plain number)."""
    match column.kind:
        case "yesno":
            kind = YESNO
        case "day":
            kind = DAY
        case "month":
            kind = MONTH
        case "choice":
            kind = replace(TEXT, choices=column.choices, ordered=column.ordered)
        case "number":
            percent = column.unit.written == "%"
            lo, hi = column.lo, column.hi
            assert lo is not None and hi is not None
            if max(abs(lo), abs(hi)) > NUMBER_LIMIT:
                shop.faults.append(
                    Fault(
                        "range-too-wide", column.at, f"“{column.name.text}”的范围太大。", f"The range of {column.name.text} is too wide.",
                        "写实际可能的最大数，不超过一千万亿。", "Give the largest figure that can occur, at most 10^15.",
                    )
                )  # fmt: skip
                lo, hi = Fraction(0), Fraction(1)
            kind = Type(Kind.NUMBER, unit=column.unit, num=Num(lo, hi, column.decimals + (2 if percent else 0)))
        case _:
            kind = TEXT
    return kind.maybe(column.optional)


def _twice(at: Place, name: str, first: Place) -> Fault:
    return Fault(
        "redefined", at, f"“{name}”在第 {first.line} 行已经有了。", f"{name} is already declared in line {first.line}.",
        "换一个名字。", "Choose another name.",
    )  # fmt: skip


def _standard_table(shop: Workshop, standard: doc.StandardTable) -> None:
    name = standard.name.text
    if name in shop.tables:
        shop.faults.append(_twice(standard.name.at, name, shop.tables[name].at))
        return
    draft = TableDraft(name, standard.name.at, origin="constant", standard=standard)
    draft.key = tuple(key.text for key in standard.keys)
    rows: dict[tuple[str, ...], object] = {}
    values: list[m.Const] = []
    for entry in standard.entries:
        value = literal(entry.value)
        values.append(value)
        rows[entry.keys] = value.value
    if not values:  # each entry was refused
        shop.unread |= {name}
        return
    kinds = {value.type.kind for value in values}
    units = {value.type.unit.principal for value in values if value.value != 0}
    if len(kinds) > 1 or len(units) > 1:
        shop.faults.append(
            Fault(
                "mixed-units", standard.name.at, f"标准表“{name}”里的数单位不一致。", f"The figures of {name} have different units.",
                "每个数都写同一个单位，或都不写。", "Give every figure the same unit.",
            )
        )  # fmt: skip
        return
    shop.tables[name] = draft
    for index, key in enumerate(draft.key):
        choices = tuple(dict.fromkeys(keys[index] for keys in rows))
        shop.add(ColumnDraft(draft, key, standard.keys[index].at, used=True), replace(TEXT, choices=choices), m.Input())
    shop.add(ColumnDraft(draft, VALUE, standard.name.at), b.union([value.type for value in values]), m.Input())
    draft.rows = tuple(sorted((*keys, value) for keys, value in rows.items()))


VALUE = "值"  # the value column of a standards table


def literal(node: t.Node) -> m.Const:
    """A figure, text, day or yes/no written in the document as a constant."""
    match node:
        case t.Number(_, value, unit):
            return b.const(value, unit if unit.dims else PURE)
        case t.Text(_, value):
            return b.const(value)
        case t.YesNo(_, value):
            return b.const(value)
        case t.Day(_, value):
            return b.const(value, kind=Kind.DAY)
        case t.Month(_, value):
            return b.const(value, kind=Kind.MONTH)
        case t.Absent(_, reason):
            reasons = {"nothing": Missing.NOTHING, "pending": Missing.PENDING, "exempt": Missing.EXEMPT}
            return b.const(reasons[reason])
    raise AssertionError(node)


def _links(shop: Workshop, draft: TableDraft) -> None:
    if draft.data is None:
        return
    for column in list(draft.columns.values()):
        data = column.data
        if data is None or data.kind != "link" or data.target is None:
            continue
        target = shop.tables.get(data.target.text)
        if target is None and data.target.text in shop.unread:
            continue
        if target is None:
            near = nearest(data.target.text, shop.tables)
            shop.faults.append(
                Fault(
                    "unknown-table", data.target.at, f"没有叫“{data.target.text}”的数据表。", f"There is no table {data.target.text}.",
                    f"是不是“{near}”？" if near else "在附则里用“数据表 …：”写出它。", f"Did you mean {near}?" if near else "Declare it.",
                )
            )  # fmt: skip
            continue
        if len(target.key) != 1 or target.key == (ROW_KEY,):
            shop.faults.append(
                Fault(
                    "link-without-key", data.target.at, f"“{target.name}”没有“不重复”的列，别的表无法指到它的某一行。",
                    f"{target.name} has no unique column to point at.", "给它的编号或名称写“文字 不重复”。", "Mark one text column 不重复.",
                )
            )  # fmt: skip
            continue
        draft.links[column.name] = m.Link(column.name, (column.name,), target.name)
        draft.per_parent[column.name] = DEFAULT_PER_PARENT


def _link_types(shop: Workshop, draft: TableDraft) -> None:
    """A column that holds another table's key may hold what that key may hold."""
    for link in draft.links.values():
        own, key = draft.columns[link.columns[0]], shop.tables[link.target].columns[shop.tables[link.target].key[0]]
        if own.type is not None and key.type is not None and key.type.kind is own.type.kind:
            own.type = replace(key.type, optional=own.type.optional)


def _implied_links(shop: Workshop) -> None:
    """A table that holds every part of another table's combined key is linked to it: records by 员工 and 月份 to 员工每月."""
    for target in shop.tables.values():
        if target.data is None or len(target.key) < 2:
            continue
        for draft in shop.tables.values():
            if draft is target or draft.data is None or target.name in draft.links:
                continue
            columns = [_part(shop, draft, target, key) for key in target.key]
            if all(columns):
                draft.links[target.name] = m.Link(target.name, tuple(name for name in columns if name), target.name)
                draft.implied.add(target.name)
                draft.per_parent[target.name] = DEFAULT_PER_PARENT


def _part(shop: Workshop, draft: TableDraft, target: TableDraft, key: str) -> str | None:
    """The column of `draft` that plays the part of the target's key column."""
    wanted = target.columns[key]
    assert wanted.data is not None or wanted.hidden
    if key in target.links:
        leads = [link for link in draft.links.values() if link.target == target.links[key].target and len(link.columns) == 1]
        named = [link for link in leads if link.name == key]
        found = named or leads
        return found[0].columns[0] if len(found) == 1 else None
    same = draft.columns.get(key)
    if same is not None and same.type is not None and wanted.type is not None and same.type.kind is wanted.type.kind:
        return key
    if key == MONTH_KEY and draft.key == (ROW_KEY,):  # records; the 入职日 of a person makes nobody a month
        days = [c for c in draft.columns.values() if c.type is not None and c.type.kind is Kind.DAY and not c.hidden]
        if len(days) == 1 and days[0].type is not None:
            days[0].used = True
            part = b.date_part("as_month", m.Col(days[0].type, days[0].name))
            return shop.as_column(draft, part)
    return None


def _limits(shop: Workshop, table: doc.DataTable) -> None:
    draft = shop.tables.get(table.name.text)
    if draft is None or draft.data is not table:
        return
    for limit in table.limits:
        if limit.subject is None:
            draft.max_rows = limit.most or draft.max_rows
            draft.min_rows = limit.least or 0
            if ROW_KEY in draft.columns:
                draft.columns[ROW_KEY].type = b.number(1, draft.max_rows)
            continue
        parent = subject_table(shop, limit.subject)
        links = [link for link in draft.links.values() if parent is not None and link.target == parent.name]
        if len(links) != 1:
            shop.faults.append(
                Fault(
                    "limit-without-link", limit.at, f"“{table.name.text}”没有一列指到“{limit.subject.text}”。",
                    f"{table.name.text} has no single link to {limit.subject.text}.", "写“属于 …”的那张表的名称。", "Name a linked table.",
                )
            )  # fmt: skip
            continue
        draft.used_links.add(links[0].name)
        if limit.most is not None:
            draft.per_parent[links[0].name] = limit.most
        if limit.least:
            draft.at_least_one.add(links[0].name)
            _promise(shop, draft, links[0], limit.at)


def _promise(shop: Workshop, draft: TableDraft, link: m.Link, at: Place) -> None:
    """至少 1 行: refuse the run where a parent has none."""
    parent = shop.tables[link.target]
    op = m.Agg("count", draft.name, tuple(zip(link.columns, parent.key, strict=True)))
    count = shop.hoist(parent, op, b.number(0, draft.per_parent[link.name]))
    bad = b.compare("=", m.Col(count.ready, count.name), b.const(Fraction(0)))
    zh = f"“{{row}}”在“{draft.name}”里一行也没有，办法要求至少 1 行。"
    shop.guard(parent, bad, ("no-rows", zh, f"{{row}} has no row in {draft.name}; at least one is required."), at)


def _rule(shop: Workshop, rule: doc.Rule) -> None:
    table = subject_table(shop, rule.subject)
    if table is None:
        if {rule.subject.text, _bare(shop, rule.subject)} & shop.unread:
            return
        near = nearest(_bare(shop, rule.subject), shop.tables)
        shop.faults.append(
            Fault(
                "unknown-subject", rule.subject.at, f"没有叫“{_bare(shop, rule.subject)}”的数据表，不知道这条规则对谁算。",
                f"There is no table {_bare(shop, rule.subject)}.", f"是不是“{near}”？" if near else "在附则里用“数据表 …：”写出它。",
                f"Did you mean {near}?" if near else "Declare it.", article=rule.article,
            )
        )  # fmt: skip
        shop.unread |= {rule.name.text}
        return
    if table.origin == "constant":
        zh, en = f"“{table.name}”是标准表，不能再对它写规则。", f"{table.name} is a standards table."
        shop.faults.append(Fault("rule-on-standard", rule.subject.at, zh, en, article=rule.article))
        return
    name = rule.name.text
    if name in table.columns:
        first = table.columns[name]
        what = (
            f"是“{table.name}”的填报项（第 {first.at.line} 行{'，来源 ' + first.origin.source if first.origin.source else ''}），规则不能再算一遍"
            if first.data is not None
            else f"在第 {first.at.line} 行已经有一条规则"
        )
        shop.faults.append(
            Fault(
                "redefined", rule.name.at, f"“{name}”{what}。", f"{name} is already defined in line {first.at.line}.",
                "换一个名字。", "Give the rule another name.", article=rule.article,
            )
        )  # fmt: skip
        return
    draft = ColumnDraft(table, name, rule.name.at, rule=rule)
    draft.origin = Origin("rule", rule.article, rule.at, formula=rule.formula)
    table.columns[name] = draft

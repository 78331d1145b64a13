"""Which rules go round in circles: along 上期 they are computed period by period, any other circle is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quanheng.engine.faults import Fault
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.formula.parser import children
from quanheng.engine.plan.drafts import ColumnDraft, ScanDraft, TableDraft, Workshop
from quanheng.engine.plan.lower.core import PEER, link_named


@dataclass(frozen=True, slots=True)
class Use:
    """A rule uses another; `before`: only its value of the period before."""

    of: ColumnDraft
    before: bool


def find_loops(shop: Workshop) -> None:
    """Fill `shop.scans`; report circles and mark their rules broken."""
    rules = [draft for table in shop.tables.values() for draft in table.columns.values() if draft.rule is not None]
    uses = {id(draft): list(_uses(shop, draft)) for draft in rules}
    for component in _components(rules, uses):
        members = {id(draft) for draft in component}
        inside = [(draft, use) for draft in component for use in uses[id(draft)] if id(use.of) in members]
        if not inside:
            continue
        if any(use.before for _, use in inside) and len({id(draft.table) for draft in component}) == 1 and component[0].table.period is not None:
            order = _order(component, [(draft, use.of) for draft, use in inside if not use.before])
            if order is not None:
                shop.scans.append(ScanDraft(component[0].table, {draft.name: draft for draft in component}, [draft.name for draft in order]))
                continue
        _report(shop, component, uses)


def _report(shop: Workshop, component: list[ColumnDraft], uses: dict[int, list[Use]]) -> None:
    path = _circle(component, uses)
    written = " → ".join(f"{draft.table.name}.{draft.name}" for draft in [*path, path[0]])
    first = min(path, key=lambda draft: (draft.at.line, draft.at.column))
    shop.faults.append(
        Fault(
            "circle", first.at, f"这几条规则互相要对方的结果，算不出来：{written}。", f"These rules need each other: {written}.",
            "改掉其中一条；要用上一期的数就写“上期(…)”。", "Change one of them; use 上期(…) for the previous period.", article=first.origin.article,
        )
    )  # fmt: skip
    for draft in component:
        draft.state = "broken"


def _circle(component: list[ColumnDraft], uses: dict[int, list[Use]]) -> list[ColumnDraft]:
    members = {id(draft) for draft in component}
    path, seen = [component[0]], {id(component[0]): 0}
    while True:
        following = next(use.of for use in uses[id(path[-1])] if id(use.of) in members)
        if id(following) in seen:
            return path[seen[id(following)] :]
        seen[id(following)] = len(path)
        path.append(following)


def _uses(shop: Workshop, draft: ColumnDraft) -> Iterator[Use]:
    assert draft.rule is not None
    if draft.rule.formula is None:
        return
    stack: list[tuple[t.Node, bool, frozenset[str]]] = [(draft.rule.formula, False, frozenset())]
    opened: set[tuple[str, bool]] = set()  # definitions; one may be defined by itself, which is found later
    while stack:
        node, before, bound = stack.pop()
        if isinstance(node, t.Path):
            if node.text not in bound:  # inside a definition its parameters stand for what is given
                yield from (Use(each, before) for each in _resolve(shop, draft.table, node))
            continue
        if isinstance(node, t.Lookup):
            yield from (Use(each, before) for each in _looked_up(shop, node))
        if isinstance(node, t.Call):
            function = function_named(node.function.text)
            defined = shop.definitions.get(node.function.text)
            if defined is not None and (node.function.text, before) not in opened:
                opened.add((node.function.text, before))
                stack.append((defined.body, before, frozenset(name.text for name in defined.parameters)))
            if function is not None and function.zh == "上期":
                stack.extend((arg, True, bound) for arg in node.args)
                stack.extend((part, before, bound) for part in node.parts)
                continue
        stack.extend((child, before, bound) for child in children(node))


def _resolve(shop: Workshop, table: TableDraft, path: t.Path) -> list[ColumnDraft]:
    names = [name.text for name in path.names]
    if names[0] == PEER:
        return _follow(shop, table, names[1:])
    if names[0] in shop.indicators and len(names) == 1:
        rows = shop.indicators[names[0]].rows
        return [table.columns[row.name.text] for row in rows if row.name.text in table.columns and table.columns[row.name.text].rule is not None]
    if names[0] in shop.tables and names[0] not in table.columns and link_named(table, names[0]) is None:
        return _follow(shop, shop.tables[names[0]], names[1:])
    own = _follow(shop, table, names)
    if not own and names[0] in shop.tables:
        return _follow(shop, shop.tables[names[0]], names[1:])
    if not own and table.period is not None:  # the entity's own rules are spoken of directly
        entities = [shop.tables[link.target] for link in table.links.values() if set(link.columns) <= set(table.entity)]
        return [draft for entity in entities for draft in _follow(shop, entity, names)]
    return own


def _looked_up(shop: Workshop, node: t.Lookup) -> list[ColumnDraft]:
    """The rule whose value a lookup brings: the column named, or the only one that there can be."""
    table = shop.tables.get(node.table.text)
    if table is None:
        return []
    there = [name for name, draft in table.columns.items() if name not in table.key and not draft.hidden]
    name = node.column.text if node.column is not None else there[0] if len(there) == 1 else ""
    draft = table.columns.get(name)
    return [draft] if draft is not None and draft.rule is not None else []


def _follow(shop: Workshop, table: TableDraft, names: list[str]) -> list[ColumnDraft]:
    while len(names) > 1:
        link = link_named(table, names[0])
        if link is None:
            return []
        table, names = shop.tables[link.target], names[1:]
    draft = table.columns.get(names[0]) if names else None
    return [draft] if draft is not None and draft.rule is not None else []


def _order(component: list[ColumnDraft], edges: list[tuple[ColumnDraft, ColumnDraft]]) -> list[ColumnDraft] | None:
    """The members so that each comes after what it uses of the same period; None when that is a circle too."""
    waiting = {id(draft): {id(used) for user, used in edges if user is draft} for draft in component}
    by_id = {id(draft): draft for draft in component}
    done: list[ColumnDraft] = []
    while waiting:
        free = [key for key, needs in waiting.items() if not needs]
        if not free:
            return None
        for key in free:
            del waiting[key]
            done.append(by_id[key])
        for needs in waiting.values():
            needs.difference_update(free)
    return done


def _components(rules: list[ColumnDraft], uses: dict[int, list[Use]]) -> list[list[ColumnDraft]]:
    """Strongly connected sets of rules (Tarjan 1972), without recursion."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[ColumnDraft] = []
    found: list[list[ColumnDraft]] = []
    for root in rules:
        if id(root) in index:
            continue
        work = [(root, iter(uses[id(root)]))]
        index[id(root)] = low[id(root)] = len(index)
        stack.append(root)
        on_stack.add(id(root))
        while work:
            draft, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[id(parent)] = min(low[id(parent)], low[id(draft)])
                if low[id(draft)] == index[id(draft)]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(id(member))
                        component.append(member)
                        if member is draft:
                            break
                    found.append(component[::-1])
            elif id(step.of) not in index:
                index[id(step.of)] = low[id(step.of)] = len(index)
                stack.append(step.of)
                on_stack.add(id(step.of))
                work.append((step.of, iter(uses[id(step.of)])))
            elif id(step.of) in on_stack:
                low[id(draft)] = min(low[id(draft)], index[id(step.of)])
    return found

"""How the rows of a register look: the columns the scheme declares, and the exact text of what is entered under them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import inputs, plan_of
from quanheng.domain.bridge.read import COUNTED_WORDS
from quanheng.domain.models import Register, RegisterAbout, RegisterVersion
from quanheng.domain.refusal import Wrong
from quanheng.engine.plan import model as m
from quanheng.engine.run.cells import Problem, cell_reader


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a register look now: the version, the scheme's table, and the columns that raters fill in elsewhere."""

    version: RegisterVersion | None
    table: m.Table | None
    scored: frozenset[str] = frozenset()


def form_of(register: Register) -> Form:
    """The newest version of a register and the table of the scheme that declares it."""
    version = register.versions.order_by("-number").select_related("declared_by__scheme").first()
    if version is None or version.declared_by is None:
        return Form(version, None)
    plan = plan_of(version.declared_by)
    # what raters score, and what is counted from other records: neither is entered here
    scored = frozenset([*(item.name for item in items_of(version.declared_by)), *COUNTED_WORDS]) if version.table == plan.subject else frozenset()
    return Form(version, plan.tables[version.table], scored)


def validated(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """The values as they are kept: exact text under the declared names, absent where there is none. Raises `Wrong`."""
    if form.table is None:
        return {name: text.strip() for name, text in values.items() if text.strip()}
    columns = {column.name: column for column in inputs(form.table)}
    unknown = [(name, Problem("unknown-column", "台账里没有这一列。", "The register has no such column.")) for name in values if name not in columns]
    wrong, kept = list(unknown), dict[str, str]()
    for name, column in columns.items():
        text = (values.get(name) or "").strip()
        if not text and name in form.scored:
            continue
        found = cell_reader(column.type)(text)
        if isinstance(found, Problem):
            wrong.append((name, found))
        elif text:
            kept[name] = text
    if wrong:
        raise Wrong(wrong)
    return kept


def row_key(table: m.Table | None, values: Mapping[str, str]) -> str:
    """The key of a row as people write it; empty for a register whose rows are not known by a key."""
    if table is None or table.key == (m.ROW_KEY,):
        return ""
    return "/".join(values.get(name, "") for name in table.key)


# -------------------------------------------------------------------------------------------------- a row as somebody fills it in


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be filled in. `role`: person, unit, day or month when it follows from whom and when the fact is about."""

    name: str
    kind: str
    unit: str = ""
    optional: bool = True
    role: str = ""
    low: str = ""
    high: str = ""
    digits: int = 0
    choices: tuple[str, ...] = ()
    source: str = ""


KIND = "类别"  # what an observation is about; the one column of a register that no scheme declares


def columns_of(register: Register, form: Form | None = None) -> list[Column]:
    """The columns of the newest version, those that raters fill in left out."""
    form = form or form_of(register)
    if form.table is None or form.version is None:
        return [Column(KIND, "text")]
    declared = [each for each in json.loads(form.version.definition) if each["name"] not in form.scored]
    targets = {str(each["target"]) for each in declared if "target" in each}
    about = dict(Register.objects.filter(org_id=register.org_id, name__in=targets).values_list("name", "about"))
    days = [each["name"] for each in declared if each["kind"] == "day"]
    return [_column(each, register, about, days) for each in declared]


def _column(each: Mapping[str, Any], register: Register, about: Mapping[str, str], days: Sequence[str]) -> Column:
    name, kind = str(each["name"]), str(each["kind"])
    role = {RegisterAbout.PERSON: "person", RegisterAbout.UNIT: "unit"}.get(RegisterAbout(about[each["target"]]), "") if each.get("target") in about else ""
    if each["key"] and name == "工号":
        role = "person"
    if each["key"] and name == "名称" and register.about == RegisterAbout.UNIT:
        role = "unit"
    if days == [name]:
        role = "day"
    if kind == "month" and each["key"]:
        role = "month"
    return Column(
        name, kind, str(each["unit"]), bool(each["optional"]), role, str(each.get("low", "")), str(each.get("high", "")), int(each.get("digits", 0)),
        tuple(each.get("choices", ())), str(each.get("source", "")),
    )  # fmt: skip


def completed(columns: Sequence[Column], values: Mapping[str, str], *, number: str, unit: str, day: datetime.date) -> dict[str, str]:
    """The values with what follows from whom and when: the number of the person, the name of the unit, the day, the month."""
    given = {"person": number, "unit": unit, "day": day.isoformat(), "month": day.isoformat()[:7]}
    known = {column.name: given[column.role] for column in columns if column.role and given[column.role]}
    return {**known, **{name: text for name, text in values.items() if text.strip()}}

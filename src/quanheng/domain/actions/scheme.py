"""A regulation comes in as text, is checked, and is put in force by a document. Its registers are bound to those kept."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from django.db.models import Max

from quanheng.domain.actions.deed import deed, enter, move
from quanheng.domain.bridge.plans import checked, compiled, data_tables, inputs
from quanheng.domain.bridge.read import OBSERVATIONS, PERSON_WORDS
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Article, Register, RegisterAbout, RegisterVersion, Scheme, SchemeVersion, canonical
from quanheng.domain.policies.gates import locked, visible
from quanheng.domain.policies.offices import EDITORS
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import Refusal, require
from quanheng.domain.states import VersionState
from quanheng.engine.checking import Checked
from quanheng.engine.document.model import Heading, Paragraph
from quanheng.engine.faults import Fault, Severity
from quanheng.engine.plan import model as m
from quanheng.engine.values import decimal_text


class Faulty(Refusal):
    """The text has faults; they are listed at their lines."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"办法还有 {len(faults)} 处错误，不能施行。", f"The scheme has {len(faults)} faults and cannot be put in force.")
        self.faults = faults


@deed("version.draft")
def save_draft(by: Viewer, text: str, *, label: str = "", version_id: int | None = None) -> SchemeVersion:
    """Keep a text as a draft: a new one, or (with `version_id`) the next state of a draft. It may still have faults."""
    require(by.holds(*EDITORS), "起草办法由办法管理人或者人力资源办理。", "Drafting is for the scheme officer or HR.")
    found = checked(text)
    require(found.scheme.id, "文件头里没有“编号”，不知道是哪个办法。", "The header has no 编号: it is not clear which scheme this is.")
    assert by.person is not None
    if version_id is not None:
        version = locked(by, SchemeVersion).get(pk=version_id)
        require(version.state == VersionState.DRAFT, "只有草稿可以改。", "Only a draft may be changed.")
        require(version.scheme.key == found.scheme.id, "编号与这份草稿的办法不同。", "The 编号 is another scheme's.")
        version.text, version.digest, version.label = text, found.scheme.digest, label or found.scheme.version
        version.save(update_fields=["text", "digest", "label"])
    else:
        scheme, _ = Scheme.objects.get_or_create(org=by.org, key=found.scheme.id, defaults={"title": found.scheme.title or found.scheme.id})
        number = (scheme.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = SchemeVersion.objects.create(
            scheme=scheme, number=number, label=label or found.scheme.version or str(number), text=text, digest=found.scheme.digest,
            base=scheme.versions.filter(state=VersionState.IN_FORCE).first(), drafted_by=by.person, drafted_at=by.now,
        )  # fmt: skip
    enter(by, "version.draft", About.VERSION, version, digest=version.digest, capacities=EDITORS, ref=f"{version.scheme.key} {version.label}")
    return version


@deed("version.adopt")
def adopt(by: Viewer, version_id: int, *, document: str, force_from: datetime.date) -> SchemeVersion:
    """Put a draft in force by a named document. Refused while it has faults; the version before becomes a past one."""
    require(by.holds(*EDITORS), "施行办法由办法管理人或者人力资源办理。", "Putting a scheme in force is for the scheme officer or HR.")
    require(document.strip(), "没有写批准文号。", "The approving document is missing.")
    version = visible(by, SchemeVersion).select_related("scheme").get(pk=version_id)
    found = checked(version.text)
    if found.plan is None:
        raise Faulty(tuple(fault for fault in found.faults if fault.severity is Severity.FAULT))
    before = version.scheme.versions.filter(state=VersionState.IN_FORCE).first()
    if before is not None:
        require(before.force_from is None or force_from > before.force_from, "施行日要晚于现行版的施行日。", "It must come after the version in force.")
        move(before, "version.supersede", force_until=force_from)
    move(version, "version.adopt", document=document.strip(), force_from=force_from, adopted_by=by.person, adopted_at=by.now)
    Article.objects.bulk_create(_articles(version, found))
    if version.scheme.title != found.scheme.title:
        Scheme.objects.filter(pk=version.scheme_id).update(title=found.scheme.title)
    bind_registers(version)
    enter(by, "version.adopt", About.VERSION, version, digest=version.digest, capacities=EDITORS, ref=f"{version.scheme.key} {version.label}", reason=document)
    return version


@deed("version.withdraw")
def withdraw(by: Viewer, version_id: int, *, reason: str) -> SchemeVersion:
    """Take a draft back."""
    require(by.holds(*EDITORS), "撤回草稿由办法管理人或者人力资源办理。", "Withdrawing is for the scheme officer or HR.")
    require(reason.strip(), "没有写理由。", "The reason is missing.")
    version = visible(by, SchemeVersion).get(pk=version_id)
    move(version, "version.withdraw")
    enter(by, "version.withdraw", About.VERSION, version, digest=version.digest, capacities=EDITORS, reason=reason)
    return version


def _articles(version: SchemeVersion, found: Checked) -> Iterator[Article]:
    """Every heading of an article and every paragraph of it, in the order of the text."""
    title, order = "", 0
    for block in found.scheme.blocks:
        if isinstance(block, Heading) and block.kind == "article":
            title = block.text
            yield Article(version=version, order=order, number=block.number, title=title, text="", line=block.at.line)
            order += 1
        elif isinstance(block, Paragraph) and block.article:
            yield Article(version=version, order=order, number=block.article, title=title, text=block.text, line=block.at.line)
            order += 1


# ------------------------------------------------------------------------------------------------------------------ registers


def bind_registers(version: SchemeVersion) -> None:
    """Every data table of the scheme is kept as a register: the one of its name when the columns fit, else a new one."""
    found = compiled(version)
    assert found.plan is not None
    org = version.scheme.org
    Register.objects.get_or_create(org=org, name=OBSERVATIONS, defaults={"about": RegisterAbout.PERSON})
    declared = data_tables(found)
    for name, table in found.plan.tables.items():
        if table.origin != "data" or declared[name].run_of:
            continue
        definition = canonical(defined(table))
        register, _ = Register.objects.get_or_create(org=org, name=name, defaults={"about": about(found.plan, table), "keeper_name": _keeper(table)})
        last = register.versions.order_by("-number").first()
        if last is not None:
            _only_wider(name, json.loads(last.definition), json.loads(definition))
            if last.definition == definition and last.declared_by_id == version.pk:
                continue
        RegisterVersion.objects.create(
            register=register, number=(last.number if last else 0) + 1, definition=definition, digest=digest_of(definition), declared_by=version, table=name
        )


def defined(table: m.Table) -> list[dict[str, object]]:
    """The columns of a table as they are shown and published: all texts."""
    links = {column: link.target for link in table.links if len(link.columns) == 1 for column in link.columns}
    made: list[dict[str, object]] = []
    for column in inputs(table):
        kind = column.type
        each: dict[str, object] = {
            "name": column.name, "kind": kind.kind.value, "unit": kind.unit.written, "optional": kind.optional, "key": column.name in table.key,
            "source": str(getattr(column.origin, "source", "") or ""),
        }  # fmt: skip
        if kind.num is not None:
            each |= {"low": decimal_text(kind.num.lo), "high": decimal_text(kind.num.hi), "digits": kind.num.scale}
        if kind.choices is not None:
            each["choices"] = list(kind.choices)
        if column.name in links:
            each["target"] = links[column.name]
        made.append(each)
    return made


def about(plan: m.Plan, table: m.Table) -> RegisterAbout:
    """Whether its rows speak of a person, of a unit, or of something else."""
    people = {each.name for each in plan.tables.values() if is_people(each)}
    units = {each.name for each in plan.tables.values() if is_units(each)}
    targets = [link.target for link in table.links]
    if table.name in people or any(target in people for target in targets):
        return RegisterAbout.PERSON
    if table.name in units or any(target in units for target in targets):
        return RegisterAbout.UNIT
    return RegisterAbout.NONE


def is_people(table: m.Table) -> bool:
    """A table of persons: its rows are known by 工号."""
    names = [column.name for column in inputs(table)]
    return table.origin == "data" and list(table.key) == ["工号"] and "姓名" in names


def is_units(table: m.Table) -> bool:
    """A table of units: known by 名称, and called what units are called."""
    return table.origin == "data" and list(table.key) == ["名称"] and PERSON_WORDS.get(table.name) == "unit"


def _keeper(table: m.Table) -> str:
    sources = [str(getattr(column.origin, "source", "") or "") for column in inputs(table) if column.name not in table.key]
    return max(sources, key=sources.count) if sources else ""


def _only_wider(name: str, before: list[dict[str, object]], after: list[dict[str, object]]) -> None:
    """A register may only widen: every old record stays valid."""
    new = {str(column["name"]): column for column in after}
    for column in before:
        now = new.get(str(column["name"]))
        if now is not None and (now["kind"] != column["kind"] or now["key"] != column["key"]):
            raise Refusal(
                f"台账“{name}”的“{column['name']}”已有记录，种类不能从“{column['kind']}”改成“{now['kind']}”。",
                f"{column['name']} of {name} has records; its kind cannot change from {column['kind']} to {now['kind']}.",
            )

"""The regulations: the library with its versions, one version as article beside rule, two versions side by side."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, Prefetch, QuerySet

from quanheng.domain.bridge.plans import checked
from quanheng.domain.models import Cycle, Scheme, SchemeVersion
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.offices import EDITORS
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import CycleState, VersionState
from quanheng.domain.words import say
from quanheng.engine.document import model as doc
from quanheng.engine.document import render
from quanheng.engine.document.compare import Change, compare
from quanheng.engine.faults import Fault, Place, Severity
from quanheng.engine.values import decimal_text

# --------------------------------------------------------------------------------------------------------------------- library


@dataclass(frozen=True, slots=True)
class Shelf:
    """A regulation in the library."""

    scheme: Scheme
    in_force: SchemeVersion | None
    drafts: list[SchemeVersion]
    versions: list[SchemeVersion]
    running: list[Cycle]


def library(viewer: Viewer) -> list[Shelf]:
    """Every regulation of the organisation with the versions the viewer may see; constant in the number of queries."""
    versions = Prefetch("versions", visible(viewer, SchemeVersion).defer("text").order_by("-number"), to_attr="seen")
    schemes = visible(viewer, Scheme).prefetch_related(versions, Prefetch("cycles", _running(viewer), to_attr="now")).order_by("title", "key")
    made = []
    for scheme in schemes:
        seen: list[SchemeVersion] = scheme.seen
        in_force = next((version for version in seen if version.state == VersionState.IN_FORCE), None)
        if seen:
            made.append(Shelf(scheme, in_force, [version for version in seen if version.state == VersionState.DRAFT], seen, scheme.now))
    return made


def _running(viewer: Viewer) -> QuerySet[Cycle]:
    return visible(viewer, Cycle).filter(state__in=[CycleState.PREPARED, CycleState.RUNNING, CycleState.RATED]).order_by("-since")


def may_edit(viewer: Viewer) -> bool:
    """Whether the viewer keeps the regulations."""
    return viewer.holds(*EDITORS)


# --------------------------------------------------------------------------------------------------------------------- reading

Cut = tuple[Literal["same", "insert", "delete"], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands beside a paragraph: a rule with its lines, a reading, a table."""

    kind: str  # rule, reading, text-only, must, parameter, definition, indicators, standard, data, annex, unread
    name: str
    meta: str
    line: int
    code: tuple[Cut, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    faults: tuple[Said, ...] = ()
    before: tuple[tuple[str, ...], ...] | None = None  # the rows of the version it is compared with

    @property
    def cells(self) -> list[list[tuple[Cut, ...]]]:
        """The cells of the table with what was put in and taken out, row by row under the same first cell."""
        if self.before is None:
            return [[(("same", cell),) for cell in row] for row in self.rows]
        was = {row[0]: row for row in self.before}
        made = []
        for row in self.rows:
            old = was.pop(row[0], None)
            made.append([inline(one, other) for one, other in zip(old, row, strict=True)] if old is not None and len(old) == len(row) else _all(row, "insert"))
        return made + [_all(row, "delete") for row in was.values()]


def _all(row: Sequence[str], kind: Literal["insert", "delete"]) -> list[tuple[Cut, ...]]:
    return [((kind, cell),) for cell in row]


@dataclass(frozen=True, slots=True)
class Said:
    """A fault or a piece of advice, in the reader's language."""

    line: int
    column: int
    end_column: int
    code: str
    wrong: bool
    says: str
    hint: str


@dataclass(slots=True)
class Line:
    """One row of the reading view: a heading, or a paragraph with what carries it out."""

    kind: str  # title, chapter, article, annex, plain, paragraph
    number: str
    anchor: str
    line: int
    text: tuple[Cut, ...]
    entries: list[Entry] = field(default_factory=list)
    faults: list[Said] = field(default_factory=list)
    mark: str = ""  # "", changed, added, removed


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as it is read."""

    version: SchemeVersion
    header: list[tuple[str, str]]
    lines: list[Line]
    contents: list[Line]
    faults: list[Said]
    wrong: int
    tables: list[Entry]
    versions: list[SchemeVersion]
    cycles: list[Cycle]
    base: SchemeVersion | None
    changes: list[Change]


def reading(viewer: Viewer, pk: int, against: int = 0) -> Reading:
    """One version; with `against`, what it changes of another version of the same regulation. Raises `NotYours`."""
    version = visible(viewer, SchemeVersion).filter(pk=pk).select_related("scheme", "base", "adopted_by", "drafted_by").first()
    if version is None:
        raise NotYours
    versions = list(visible(viewer, SchemeVersion).filter(scheme=version.scheme_id).defer("text").order_by("-number"))
    base = None
    if against:
        base = visible(viewer, SchemeVersion).filter(pk=against, scheme=version.scheme_id).first()
        if base is None:
            raise NotYours
    found = checked(version.text)
    faults = [said(fault) for fault in found.faults]
    lines = list(_lines(found.scheme, faults))
    changes: list[Change] = []
    if base is not None:
        old = checked(base.text).scheme
        changes = compare(old, found.scheme)
        lines = _marked(list(_lines(old, [])), lines)
    cycles = list(visible(viewer, Cycle).filter(version=version).order_by("-since")[:24])
    tables = [entry for line in lines for entry in line.entries if entry.kind == "data"]
    return Reading(
        version, _header(found.scheme), lines, [line for line in lines if line.kind in ("chapter", "article", "annex")], faults,
        sum(each.wrong for each in faults), tables, versions, cycles, base, changes,
    )  # fmt: skip


def said(fault: Fault) -> Said:
    """A fault of a text as pages and the editor show it."""
    at = fault.at if isinstance(fault.at, Place) else Place(1, 1, 1, 2)
    end = at.end_column if at.end_line in (0, at.line) and at.end_column > at.column else at.column + 1
    wrong = fault.severity is Severity.FAULT
    return Said(max(at.line, 1), max(at.column, 1), max(end, 2), fault.code, wrong, say(fault.zh, fault.en), say(fault.hint_zh, fault.hint_en))


def check_text(text: str) -> list[Said]:
    """Everything there is to say about a text, in its order."""
    return [said(fault) for fault in checked(text).faults]


def _header(scheme: doc.Scheme) -> list[tuple[str, str]]:
    return [(key, value) for line in scheme.of(doc.HeaderLine) for key, value, _ in line.entries]


def _lines(scheme: doc.Scheme, faults: Sequence[Said]) -> Iterator[Line]:
    """Headings and paragraphs in the order of the text, each with the rules below it."""
    current: Line | None = None
    count = 0
    for block in scheme.blocks:
        last = block.at.line + max(len(block.lines) - 1, 0)
        here = tuple(each for each in faults if block.at.line <= each.line <= last)
        if isinstance(block, doc.Blank | doc.Title | doc.HeaderLine):
            continue
        if isinstance(block, doc.Heading | doc.Paragraph):
            if current is not None:
                yield current
            count += 1
            heading = isinstance(block, doc.Heading)
            kind, number = (block.kind, block.number) if isinstance(block, doc.Heading) else ("paragraph", block.article)
            current = Line(kind, number, f"p{count}" if not heading else f"h{count}", block.at.line, (("same", block.text),), faults=list(here))
            continue
        if current is None:
            count += 1
            current = Line("paragraph", "", f"p{count}", block.at.line, ())
        current.entries.append(_entry(block, here))
    if current is not None:
        yield current


def _entry(block: doc.Block, faults: tuple[Said, ...]) -> Entry:
    line = block.at.line
    match block:
        case doc.Rule():
            given = render.attributes(block.attributes)
            code = render.formula(block.formula) if block.formula is not None else say("由人评分", "marked by people")
            return Entry("rule", block.name.text, "，".join(filter(None, (f"每{block.subject.text}", given))), line, (("same", code),), faults=faults)
        case doc.Must():
            return Entry("must", say("必须", "must"), f"每{block.subject.text}", line, (("same", render.formula(block.condition)),), faults=faults)
        case doc.Reading():
            return Entry("reading", "", "", line, (("same", block.text),), faults=faults)
        case doc.NotComputed():
            return Entry("text-only", "", "", line, (("same", block.reason),), faults=faults)
        case doc.Parameter():
            values = "；".join(map(render.since, block.values))
            return Entry("parameter", block.name.text, render.attributes(block.attributes), line, (("same", values),), faults=faults)
        case doc.Definition():
            names = "、".join(each.text for each in block.parameters)
            return Entry("definition", block.name.text, names, line, (("same", render.formula(block.body)),), faults=faults)
    return _table(block, faults)


def _table(block: doc.Block, faults: tuple[Said, ...]) -> Entry:
    line = block.at.line
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...]
    match block:
        case doc.IndicatorTable():
            head = (say("指标", "Indicator"), say("满分", "Full"), say("计分", "Scoring"), say("来源", "Source"), say("评分人", "By"))
            rows = tuple((row.name.text, _full(row), _scoring(row), row.source, "、".join(row.raters)) for row in block.rows)
            return Entry("indicators", block.name.text, f"每{block.subject.text}", line, head=head, rows=rows, faults=faults)
        case doc.StandardTable():
            rows = tuple((" · ".join(each.keys), render.formula(each.value)) for each in block.entries)
            return Entry("standard", block.name.text, "、".join(key.text for key in block.keys), line, rows=rows, faults=faults)
        case doc.DataTable():
            head = (say("填报项", "Column"), say("内容", "Content"), say("谁提供", "Supplied by"))
            rows = tuple((each.name.text, render.content(each), each.source) for each in block.columns)
            return Entry("data", block.name.text, render.brackets(block), line, head=head, rows=rows, faults=faults)
        case doc.Annex():
            rows = tuple(tuple(cell.strip() for cell in each.strip().strip("|").split("|")) for each in block.lines if each.strip().startswith("|"))
            rows = tuple(row for row in rows if not all(set(cell) <= set("-: ") for cell in row))
            return Entry("annex", block.name, "", line, head=rows[0] if rows else (), rows=rows[1:], faults=faults)
    return Entry("unread", say("读不懂的行", "unread lines"), "", line, (("same", "\n".join(block.lines)),), faults=faults)


def _full(row: doc.IndicatorRow) -> str:
    if row.full is not None:
        return row.full.figure + row.full.word
    return f"{decimal_text(row.weight * 100)}%" if row.weight is not None else ""


def _scoring(row: doc.IndicatorRow) -> str:
    return render.formula(row.scoring) if row.scoring is not None else say("评分", "marked")


# ------------------------------------------------------------------------------------------------------------------- comparing


def _marked(old: list[Line], new: list[Line]) -> list[Line]:
    """The new lines with what was put in and taken out; lines that are gone stand where they stood."""
    keys_old, keys_new = [_key(line) for line in old], [_key(line) for line in new]
    made: list[Line] = []
    for tag, first, last, begin, end in difflib.SequenceMatcher(None, keys_old, keys_new, autojunk=False).get_opcodes():
        if tag == "equal":
            made += [_both(one, other) for one, other in zip(old[first:last], new[begin:end], strict=True)]
            continue
        both = min(last - first, end - begin) if tag == "replace" else 0
        made += [_both(one, other) for one, other in zip(old[first : first + both], new[begin : begin + both], strict=True)]
        made += [_whole(line, "delete") for line in old[first + both : last]]
        made += [_whole(line, "insert") for line in new[begin + both : end]]
    return made


def _key(line: Line) -> tuple[str, str]:
    return line.kind, line.number or "".join(text for _, text in line.text)


def _both(one: Line, other: Line) -> Line:
    text = inline(_plain(one.text), _plain(other.text))
    entries = _entries(one.entries, other.entries)
    changed = any(kind != "same" for kind, _ in text) or any(kind != "same" for entry in entries for kind, _ in entry.code)
    rows = [entry.rows for entry in one.entries] != [entry.rows for entry in other.entries]
    return Line(other.kind, other.number, other.anchor, other.line, text, entries, other.faults, "changed" if changed or rows else "")


def _entries(old: Sequence[Entry], new: Sequence[Entry]) -> list[Entry]:
    before = {(entry.kind, entry.name): entry for entry in old if entry.name}
    nameless = [entry for entry in old if not entry.name]
    made = []
    for entry in new:
        was = before.pop((entry.kind, entry.name), None) if entry.name else next((each for each in nameless if each.kind == entry.kind), None)
        if was is not None and not entry.name:
            nameless.remove(was)
        cuts = inline(_plain(was.code), _plain(entry.code)) if was is not None else tuple(("insert", text) for _, text in entry.code)
        made.append(Entry(entry.kind, entry.name, entry.meta, entry.line, cuts, entry.head, entry.rows, entry.faults, was.rows if was is not None else ()))
    gone = [*before.values(), *nameless]
    return made + [Entry(each.kind, each.name, each.meta, each.line, (("delete", _plain(each.code)),), each.head, each.rows) for each in gone]


def _whole(line: Line, kind: Literal["insert", "delete"]) -> Line:
    entries = [Entry(each.kind, each.name, each.meta, each.line, ((kind, _plain(each.code)),), each.head, each.rows, each.faults) for each in line.entries]
    anchor = line.anchor if kind == "insert" else f"{line.anchor}-gone"
    return Line(line.kind, line.number, anchor, line.line, ((kind, _plain(line.text)),), entries, line.faults, "added" if kind == "insert" else "removed")


def _plain(cuts: Sequence[Cut]) -> str:
    return "".join(text for _, text in cuts)


_PIECE = re.compile(r"\d+(?:\.\d+)?%?|[A-Za-z]+|\s+|.", re.DOTALL)


def inline(before: str, after: str) -> tuple[Cut, ...]:
    """What was taken out and put in, figure by figure and character by character.

    >>> inline("加 5 分", "加 0.5 分")
    (('same', '加 '), ('delete', '5'), ('insert', '0.5'), ('same', ' 分'))
    """
    if before == after:
        return (("same", after),) if after else ()
    one, other = _PIECE.findall(before), _PIECE.findall(after)
    cuts: list[Cut] = []
    for tag, first, last, begin, end in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            cuts.append(("same", "".join(one[first:last])))
            continue
        if last > first:
            cuts.append(("delete", "".join(one[first:last])))
        if end > begin:
            cuts.append(("insert", "".join(other[begin:end])))
    return tuple(cuts)


def counted(changes: Sequence[Change]) -> dict[str, int]:
    """How many articles were changed, added and removed."""
    kinds: dict[str, set[str]] = {"changed": set(), "added": set(), "removed": set()}
    for change in changes:
        where = change.article or change.article_before
        if change.what == "article" and change.kind in kinds:
            kinds[change.kind].add(where)
        elif where:
            kinds["changed"].add(re.sub(r"（.*", "", where))
    return {name: len(found) for name, found in kinds.items()}


def bound(viewer: Viewer) -> dict[int, int]:
    """How many cycles each version is bound to."""
    return dict(visible(viewer, Cycle).order_by().values_list("version").annotate(count=Count("pk")))

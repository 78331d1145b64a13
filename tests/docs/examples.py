"""The examples of the documentation: fenced blocks of a page → a scheme, its rows, and what must come out.

A page is written for people; its examples are blocks that can also be carried out:

    ```{scheme}          a scheme, or only its rules and tables: title, header and article are then put in front
    ```{rows} 学院        rows of a table; behind → stand the computed columns and what must come out
    ```{faults}          what `quanheng check` says about the scheme above, word for word
    ```{refused}         what `quanheng run` says when the rows above are refused
    ```{because} 学院 文学院 学生加分      the explanation of one figure

Lines of faults are counted from the first line of the block, as a reader counts them.
`python -m tests.docs.examples docs/language/groups.md` shows what really comes out of a page; with `--write` it puts what
is really said into the blocks of faults, refusals and explanations. Figures are work of the hand: only their spelling is
put right (30 → 30.00).
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from quanheng.cli.output import fault_lines
from quanheng.engine.checking import Checked, check
from quanheng.engine.explain import explain
from quanheng.engine.faults import Fault, InputRefused, Place, Severity
from quanheng.engine.plan.model import Column, Plan, Table
from quanheng.engine.run.binding import bind, from_sheet
from quanheng.engine.run.model import Results
from quanheng.engine.run.present import shown_text
from quanheng.engine.run.reference import Reference, run_reference
from quanheng.engine.run.sql.duck import run_duckdb

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^(?P<fence>`{3,})\{(?P<kind>\w+)\}[ ]*(?P<title>.*)$")
KINDS = ("scheme", "rows", "faults", "refused", "because")
HEADER = "编号：lizi；版本：2026；周期：年；舍入：四舍五入"
ARROW = "→"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its kind, what stands behind it on the line, the lines inside and where they begin."""

    kind: str
    title: str
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Rows:
    """Rows of one table as the page shows them: entered cells, and computed cells that must come out."""

    table: str
    entered: tuple[str, ...]
    computed: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    @property
    def inputs(self) -> list[tuple[str, ...]]:
        return [row[: len(self.entered)] for row in self.cells]


@dataclass
class Case:
    """One set of rows for a scheme, with what must come out of it."""

    rows: dict[str, Rows] = field(default_factory=dict)
    refused: Block | None = None
    because: list[Block] = field(default_factory=list)


@dataclass
class Example:
    """A scheme of a page with everything the page says about it."""

    page: str
    line: int
    text: str
    faults: tuple[str, ...] | None = None
    cases: list[Case] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"

    @cached_property
    def completed(self) -> tuple[str, int]:
        """The whole scheme text, and how many lines were put in front."""
        head = f"# 例\n\n{HEADER}\n\n"
        if self.text.startswith("# "):
            return self.text, 0
        if not re.search(r"^## 第", self.text, re.MULTILINE):
            head += "## 第一条 例\n\n"
        return head + self.text, head.count("\n")

    @cached_property
    def checked(self) -> Checked:
        return check(self.completed[0], "scheme.md")

    @property
    def plan(self) -> Plan:
        assert self.checked.plan is not None, f"{self.name}\n" + "\n".join(self.said())
        return self.checked.plan

    def said(self) -> tuple[str, ...]:
        """What `check` prints; without the advice, unless the page asks for it."""
        wrong = [fault for fault in self.checked.faults if fault.severity is Severity.FAULT]
        asked = self.faults is not None and any("提醒：" in line for line in self.faults)
        return self.printed(self.checked.faults if asked else wrong)

    def printed(self, faults: Sequence[Fault]) -> tuple[str, ...]:
        return tuple(line.replace("第一条 ", "", 1) if not self._has_articles else line for line in self._printed(faults))

    @property
    def _has_articles(self) -> bool:
        return "## 第" in self.text

    def _printed(self, faults: Sequence[Fault]) -> Iterator[str]:
        for fault in faults:
            yield from fault_lines([self._as_shown(fault)])

    def _as_shown(self, fault: Fault) -> Fault:
        """The fault with lines counted from the first line of the block."""
        at, put_in_front = fault.at, self.completed[1]
        if not isinstance(at, Place):
            return fault

        def shown(found: re.Match[str]) -> str:
            return f"第 {int(found[1]) - put_in_front} 行"

        at = replace(at, line=at.line - put_in_front, file=at.file or "scheme.md")
        return replace(fault, at=at, zh=re.sub(r"(?<!csv )第 (\d+) 行", shown, fault.zh))  # rows of the data are counted in their file


# ------------------------------------------------------------------------------------------------- reading a page


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks with a name in braces."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        found = FENCE.match(lines[at])
        if found is None:
            at += 1
            continue
        end = at + 1
        while lines[end].rstrip() != found["fence"]:
            end += 1
        yield Block(found["kind"], found["title"].strip(), tuple(lines[at + 1 : end]), at + 2)
        at = end + 1


def examples(path: Path) -> list[Example]:
    """The examples of a page, in its order."""
    found: list[Example] = []
    page = path.relative_to(DOCS).as_posix() if path.is_relative_to(DOCS) else path.name
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.kind == "scheme":
            found.append(Example(page, block.line, "\n".join(block.lines) + "\n"))
        elif block.kind in KINDS:
            _add(found[-1], block)
    return found


def _add(example: Example, block: Block) -> None:
    if block.kind == "faults":
        example.faults = block.lines
        return
    if not example.cases:
        example.cases.append(Case())
    case = example.cases[-1]
    if block.kind == "rows":
        if block.title in case.rows or case.refused is not None:
            case = Case(dict(case.rows))
            example.cases.append(case)
        case.rows[block.title] = rows(block)
    elif block.kind == "refused":
        case.refused = block
    else:
        case.because.append(block)


def rows(block: Block) -> Rows:
    """`名称, 人数 → 加分` and the rows below it."""
    head, *body = block.lines
    entered, arrow, computed = head.partition(ARROW)
    names = tuple(_cells(entered)), tuple(_cells(computed)) if arrow else ()
    cells = []
    for line in body:
        left, _, right = line.partition(ARROW)
        row = (*_cells(left), *(_cells(right) if names[1] else ()))
        assert len(row) == len(names[0]) + len(names[1]), f"{block.title}: {line}"
        cells.append(row)
    return Rows(block.title, *names, tuple(cells))


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split(",")]


# ---------------------------------------------------------------------------------------------------- carrying out


def wrong_with(example: Example) -> list[str]:
    """Everything in which the page and the product differ; empty when the page tells the truth."""
    if example.faults is not None:
        return _differ("check", example.faults, example.said())
    if example.checked.plan is None:
        return [f"faults: {line}" for line in example.said()]
    return [line for case in example.cases for line in _wrong_with_case(example, case)]


def _differ(what: str, wanted: Sequence[str], reached: Sequence[str]) -> list[str]:
    if tuple(wanted) == tuple(reached):
        return []
    return [f"{what} says:", *reached, "the page says:", *wanted]


def _wrong_with_case(example: Example, case: Case) -> list[str]:
    plan = example.plan
    raw = {name: from_sheet(each.entered, each.inputs, f"{name}.csv") for name, each in case.rows.items()}
    try:
        dataset = bind(plan, raw)
        reached = run_reference(plan, dataset)
        with run_duckdb(plan, dataset) as frames:
            other = frames.results()
    except InputRefused as refused:
        told = example.printed(refused.faults)
        return _differ("run", case.refused.lines if case.refused else (), told)
    if case.refused is not None:
        return ["the run is not refused"]
    found = [line for each in case.rows.values() for line in _wrong_rows(plan, each, reached)]
    found += [f"duckdb: {line}" for each in case.rows.values() for line in _wrong_rows(plan, each, other)]
    found += _engines_differ(plan, reached, other)
    reference = Reference(plan, dataset)
    found += _explained(plan, reference, reached)
    for block in case.because:
        table, key, column = block.title.split()
        found += _differ(block.title, block.lines, explain(plan, reference, table, key, column).to_text().split("\n"))
    return found


def _columns(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns if not column.hidden}


def _wrong_rows(plan: Plan, wanted: Rows, results: Results) -> list[str]:
    """Compare the rows as people read them; a row is found by its entered cells."""
    columns, held = _columns(plan.tables[wanted.table]), results.columns[wanted.table]
    names = [_named(each, columns) for each in (*wanted.entered, *wanted.computed)]
    for name in names:
        if name not in columns:
            return [f"{wanted.table} has no column {name}"]
    count = len(results.keys[wanted.table])
    reached = [tuple(shown_text(held[name][at], columns[name]) for name in names) for at in range(count)]
    entered = len(wanted.entered)
    missing = Counter(row[entered:] + _normal(row[:entered], wanted, columns) for row in wanted.cells)
    there = Counter(row[entered:] + _normal(row[:entered], wanted, columns) for row in reached)
    if missing == there:
        return []
    told = [f"{wanted.table} {' , '.join(row[:entered])} → {' , '.join(row[entered:])}" for row in reached]
    return ["really comes out:", *told]


def _named(heading: str, columns: dict[str, Column]) -> str:
    """The column of a heading, which may carry its unit: 奖金（元）."""
    return heading if heading in columns else re.sub(r"（[^（）]*）$", "", heading)


def _normal(cells: Sequence[str], wanted: Rows, columns: dict[str, Column]) -> tuple[str, ...]:
    """Entered cells in one spelling: 1000 and 1000.00, 95 and 95%, an empty cell and its reason."""
    return tuple(_one(cell) for cell in cells)


def _one(cell: str) -> str:
    cell = cell.removesuffix("%")
    if re.fullmatch(r"-?\d+\.\d+", cell):
        cell = cell.rstrip("0").rstrip(".")
    return "无数据" if cell in ("", "未评") else "不适用" if cell == "免考" else cell


def _engines_differ(plan: Plan, one: Results, other: Results) -> list[str]:
    """Every visible value, not only those on the page, must be the same from both executors."""
    found = []
    for name, columns in one.columns.items():
        for column, values in columns.items():
            if column in plan.tables[name].key and plan.tables[name].origin != "data":
                continue
            if list(values) != list(other.columns[name][column]):
                found.append(f"{name}.{column}: reference {values}, duckdb {other.columns[name][column]}")
    return found


def _explained(plan: Plan, reference: Reference, results: Results) -> list[str]:
    """Every computed figure of the example can be explained, and the explanation reaches the same value."""
    from quanheng.engine.explain.trace import Tracer

    found = []
    for name, table in plan.tables.items():
        computed = [each for each in _columns(table).values() if type(each.op).__name__ != "Input"]
        for column in computed if table.origin == "data" else ():
            for at in range(len(results.keys[name])):
                tracer = Tracer(plan, reference, "zh")
                told = explain(plan, reference, name, tracer.key_text(name, at), column.name)
                if not told.sentence:
                    found.append(f"{name}.{column.name}: no explanation")
    return found


# ------------------------------------------------------------------------------------------------ for those who write


def rewrite(path: Path) -> None:
    """Put what is really said into the blocks of faults, refusals and explanations. Read what has changed!"""
    lines = path.read_text(encoding="utf-8").splitlines()
    said: list[tuple[Block, Sequence[str]]] = []
    found = iter(examples(path))
    example: Example | None = None
    for block in blocks("\n".join(lines)):
        if block.kind == "scheme":
            example = next(found)
        elif block.kind == "faults" and example is not None:
            said.append((block, example.said()))
        elif block.kind in ("refused", "because") and example is not None:
            said.append((block, _said_by_run(example, block)))
        elif block.kind == "rows" and example is not None and example.checked.plan is not None:
            said.append((block, _respelled(example, block)))
    for block, told in reversed(said):
        lines[block.line - 1 : block.line - 1 + len(block.lines)] = told
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _said_by_run(example: Example, block: Block) -> Sequence[str]:
    case = next(case for case in example.cases if block in case.because or case.refused == block)
    try:
        dataset = bind(example.plan, {name: from_sheet(each.entered, each.inputs, f"{name}.csv") for name, each in case.rows.items()})
        run_reference(example.plan, dataset)
    except InputRefused as refused:
        return example.printed(refused.faults)
    if block.kind == "refused":
        return ()
    table, key, column = block.title.split()
    return explain(example.plan, Reference(example.plan, dataset), table, key, column).to_text().split("\n")


def _respelled(example: Example, block: Block) -> Sequence[str]:
    """The rows with figures in the spelling of the product (30 → 30.00) where they are equal as numbers."""
    case = next(case for case in example.cases if case.rows.get(block.title) == rows(block))
    if case.refused is not None:
        return block.lines
    dataset = bind(example.plan, {name: from_sheet(each.entered, each.inputs, f"{name}.csv") for name, each in case.rows.items()})
    results, wanted = run_reference(example.plan, dataset), case.rows[block.title]
    columns, held = _columns(example.plan.tables[wanted.table]), results.columns[wanted.table]
    there: dict[tuple[str, ...], list[str]] = {}
    for at in range(len(results.keys[wanted.table])):
        entered = [_named(each, columns) for each in wanted.entered]
        key = _normal([shown_text(held[name][at], columns[name]) for name in entered], wanted, columns)
        there[key] = [shown_text(held[name][at], columns[name]) for name in wanted.computed]
    lines = [block.lines[0]]
    for line, row in zip(block.lines[1:], wanted.cells, strict=True):
        key = _normal(row[: len(wanted.entered)], wanted, columns)
        cells = [new if _one(new) == _one(old) else old for old, new in zip(row[len(wanted.entered) :], there[key], strict=True)]
        lines.append(f"{line.partition(ARROW)[0]}{ARROW} {', '.join(cells)}" if cells else line)
    return lines


def main(paths: Sequence[str]) -> int:
    """Show where pages and product differ; returns how many examples do."""
    count = bad = 0
    for path in paths:
        if path == "--write":
            continue
        if "--write" in paths:
            rewrite(Path(path).resolve())
        for example in examples(Path(path).resolve()):
            count += 1
            if found := wrong_with(example):
                bad += 1
                print(f"--- {example.name}", *found, sep="\n")
    print(f"{count} examples, {bad} differ")
    return bad


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))

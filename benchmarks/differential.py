"""The reference and DuckDB on random schemes and random records: the same digits, or the seed that shows otherwise.

    python -m benchmarks.differential --n 100000 --seed 1 [--processes 2]
    python -m benchmarks.differential --only 1234

**A case is one random rule on one random set of records, compared on every row.** One document holds some dozens of rules
and one set of tables, so that the price of a run (a database, its statements) is shared; its rules read each other, so a
case stands on others as rules of a regulation do. A rule counts only when the document compiled with it, no guard refused
the records, and its whole column was compared. When a document is refused, that is compared too (both must refuse with the
same faults); it then goes on without the rules that refused, and nothing is counted for them.

Besides, every value that the reference finds must lie in the type that the compiler worked out for its column, since the
SQL is written for that width. At the end it is said which functions, labels and policies no counted rule has used.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from random import Random

import duckdb

from quanheng.engine.checking import check
from quanheng.engine.document.model import Scheme
from quanheng.engine.faults import Fault, InputRefused, Place, Severity
from quanheng.engine.formula.functions import FUNCTIONS
from quanheng.engine.formula.words import LABELS, ZH
from quanheng.engine.plan import model as m
from quanheng.engine.plan.lower.expr import CHOICES_ZH
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.binding import bind
from quanheng.engine.run.model import Dataset, Results
from quanheng.engine.run.raw import RawTable
from quanheng.engine.run.reference import Reference
from quanheng.engine.run.sql.duck import DuckEngine
from quanheng.engine.run.sql.runner import carry_out
from quanheng.engine.values import Missing, Value
from tests.engine.at_random import Draft, covered, random_scheme, random_tables

Executor = Callable[[m.Plan, Dataset], Results]
MOST_ROUNDS = 60  # of taking out what is refused: each takes out a rule at least
RECORDS = 6  # sets of records for each document that runs: reading and checking it costs as much as two runs
CELLS_TOLD = 5
POLICIES = {zh for (kind, _), zh in ZH.items() if kind == "POLICY"} | {ZH["THENBY", ""]}


@dataclass(slots=True)
class Trial:
    """What came of one seed. `findings`: told so that each can be replayed."""

    seed: int
    cases: int = 0
    drawn: int = 0  # rules of the first draft
    kept: int = 0  # rules of the document that was run
    refusals: int = 0  # runs refused, by both alike
    covered: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


@cache
def duck() -> DuckEngine:
    """One connection for all runs of a process: small runs are over before a connection is open."""
    return DuckEngine(duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": False}))


def on_duckdb(plan: m.Plan, dataset: Dataset) -> Results:
    with carry_out(plan, dataset, duck()) as frames:
        return frames.results()


class Crashed(Exception):
    """Something else than an answer came out of the product."""


def trial(seed: int, executor: Executor = on_duckdb, rules: int = 40) -> Trial:
    """One random document on some random sets of records."""
    found = Trial(seed)
    draft = random_scheme(Random(seed), rules)  # noqa: S311  not for secrets: the same seed, the same scheme
    found.drawn = len(draft.blocks)
    try:
        _carry_out(found, draft, executor)
    except Crashed as crash:
        found.findings.append(f"seed {seed}: {crash}")
    return found


def _carry_out(found: Trial, draft: Draft, executor: Executor) -> None:
    """Take out what is refused, until the document runs; then run it on further records. Records that are refused count
    for nothing."""
    of_records = False
    for nr in range(MOST_ROUNDS):
        try:
            scheme, plan, faults = checked(draft)
        except Crashed as crash:
            part = _culprit(draft, _crashes)
            found.findings.append(f"seed {found.seed}: {crash}\n{part.text()}")
            draft = draft.without_blocks(part.blocks[-1:])
            continue
        if plan is not None:
            if not (faults := _compare(found, draft, scheme, plan, Random(f"{found.seed} {nr}"), executor)):  # noqa: S311
                found.kept = len(draft.blocks)
                for again in range(1, RECORDS):
                    _compare(found, draft, scheme, plan, Random(f"{found.seed} again {again}"), executor)  # noqa: S311
                return
        smaller = draft.without(fault.at.line for fault in faults if isinstance(fault.at, Place))
        if smaller is None and plan is None:  # a fault of a hidden column of a hidden table: which rule is it of?
            smaller = draft.without_blocks(_culprit(draft, lambda part: checked(part)[1] is None).blocks[-1:])
        of_records = smaller is None  # a row too few: no rule is to blame
        draft = smaller or draft
    if not of_records:
        raise Crashed(f"still refused after {MOST_ROUNDS} rounds:\n{draft.text()}")


def checked(draft: Draft) -> tuple[Scheme, m.Plan | None, list[Fault]]:
    """The document, checked; what stops it."""
    try:
        answer = check(draft.text())
    except Exception as wrong:  # whatever it is, it is the finding
        raise Crashed(f"check fails:\n{traceback.format_exc(limit=-3)}") from wrong
    return answer.scheme, answer.plan, [fault for fault in answer.faults if fault.severity is Severity.FAULT]


def _crashes(draft: Draft) -> bool:
    try:
        checked(draft)
    except Crashed:
        return True
    return False


def _culprit(draft: Draft, fails: Callable[[Draft], bool]) -> Draft:
    """The smallest part of a document that fails too: a rule, which comes last, and what it stands on."""
    smallest = draft
    for block in draft.blocks:
        part = draft.only(block)
        if len(part.blocks) < len(smallest.blocks) and fails(part):
            smallest = part
    return smallest


# -------------------------------------------------------------------------------------------------------------- comparing


def _compare(found: Trial, draft: Draft, scheme: Scheme, plan: m.Plan, rng: Random, executor: Executor) -> list[Fault]:
    """Note what differs on random records; the faults with which both refuse them."""
    tables = random_tables(rng, plan, scheme, draft.balanced)
    faults, told = differences(plan, tables, executor, quick=found.refusals > 0)
    if told:
        ids = {f"{table}.{column}" for table, column, _ in told if column}
        found.findings.append(report(found.seed, draft, tables, executor, ids))
    if faults:
        found.refusals += 1
        return faults
    found.cases += sum(rule.formula is not None for rule in scheme.rules)
    found.covered.update(covered(scheme))
    return []


Difference = tuple[str, str, str]  # table, column, what is different


def differences(
    plan: m.Plan, tables: Mapping[str, RawTable], executor: Executor, *, quick: bool = False
) -> tuple[list[Fault], list[Difference]]:
    """The faults with which the reference refuses the records, and where the executor differs from it. `quick`: what the
    reference refuses, the executor is not asked about."""
    try:
        dataset = bind(plan, tables)
    except InputRefused as refused:
        raise Crashed(f"the tables do not fit the plan: {refused}") from refused
    return compared(plan, dataset, executor, quick=quick)


def compared(plan: m.Plan, dataset: Dataset, executor: Executor, *, quick: bool = False) -> tuple[list[Fault], list[Difference]]:
    """The same for records that have been bound."""
    try:
        reference = Reference(plan, dataset)
        faults = reference.refusals()
        told = [] if faults else list(_unfit(reference))
        expected = None if faults else reference.results()
    except Exception:  # noqa: BLE001  whatever it is, it is the finding
        return [], [("", "", f"the reference fails:\n{traceback.format_exc(limit=-4)}")]
    if faults and quick:
        return faults, told
    try:
        results = executor(plan, dataset)
    except InputRefused as refused:
        same = list(refused.faults) == faults
        return faults, told if same else [*told, ("", "", f"refused with {_said(refused.faults)} instead of {_said(faults)}")]
    except Exception:  # noqa: BLE001  whatever it is, it is the finding
        return faults, [*told, ("", "", f"the executor fails:\n{traceback.format_exc(limit=-4)}")]
    if expected is None:
        return faults, [*told, ("", "", f"not refused, but the reference refuses with {_said(faults)}")]
    return faults, [*told, *_different(plan, expected, results)]


def _said(faults: Iterable[Fault]) -> str:
    return "; ".join(f"{fault.at} {fault.zh}" for fault in faults) or "nothing"


def _different(plan: m.Plan, expected: Results, results: Results) -> Iterator[Difference]:
    for name in plan.tables:
        if expected.keys[name] != results.keys[name]:
            yield name, "", f"keys {results.keys[name]} instead of {expected.keys[name]}"
        for column, wanted in expected.columns[name].items():
            reached = results.columns[name][column]
            wrong = [nr for nr, pair in enumerate(zip(wanted, reached, strict=False)) if not _same(*pair)]
            if wrong or len(wanted) != len(reached):
                cells = [f"{expected.keys[name][nr]}: {_word(reached[nr])} instead of {_word(wanted[nr])}" for nr in wrong[:CELLS_TOLD]]
                yield name, column, "; ".join(cells) or f"{len(reached)} rows instead of {len(wanted)}"


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and one == other


def _word(value: Value) -> str:
    return value.zh if isinstance(value, Missing) else str(value)


def _unfit(reference: Reference) -> Iterator[Difference]:
    """Values outside of what the compiler worked out for their column."""
    for table in reference.plan.tables.values():
        for column in table.columns:
            for value in set(reference.column(table.name, column.name)):
                if not _fits(value, column):
                    yield table.name, column.name, f"{_word(value)} does not fit {column.type}"
                    break


def _fits(value: Value, column: m.Column) -> bool:
    kind = column.type
    if isinstance(value, Missing):
        return kind.optional
    if kind.kind is Kind.TEXT:
        return isinstance(value, str) and (not kind.choices or value in kind.choices)
    if kind.kind is not Kind.NUMBER:
        return type(value) is (bool if kind.kind is Kind.YESNO else int)
    assert kind.num is not None and not isinstance(value, str)
    whole = kind.num.has_divisor or (value * 10**kind.num.scale * kind.num.den).denominator == 1
    return kind.num.lo <= value <= kind.num.hi and whole


# --------------------------------------------------------------------------------------------------------------- reporting


def report(seed: int, draft: Draft, tables: Mapping[str, RawTable], executor: Executor, ids: set[str]) -> str:
    """The finding, on as few rules and rows as show it."""

    def shows(part: Draft, rows: Mapping[str, RawTable]) -> list[Difference]:
        _, plan, _ = checked(part)
        if plan is None:
            return []
        try:
            told = differences(plan, _fitted(plan, rows), executor)[1]
        except Crashed:
            return []
        return [each for each in told if bool(each[1]) is bool(ids)]  # the same kind of finding

    draft = _fewer_rules(draft, ids, lambda part: bool(shows(part, tables)))
    _, plan, _ = checked(draft)
    assert plan is not None
    tables = _fewer_rows(_fitted(plan, tables), lambda rows: bool(shows(draft, rows)))
    lines = [f"seed {seed}:"]
    lines += [f"  {table}.{column}: {says}" for table, column, says in shows(draft, tables)]
    lines += ["", draft.text()]
    for name, table in tables.items():
        lines += [f"{name}: {','.join(table.columns)}", *(f"  {','.join(cell or '' for cell in row)}" for row in table.rows)]
    return "\n".join(lines)


def _fewer_rules(draft: Draft, ids: set[str], still: Callable[[Draft], bool]) -> Draft:
    """The one rule that differs and what it stands on, if that is enough; else leave out rules as long as the finding stays."""
    for block in draft.blocks:
        part = draft.only(block)
        if block.ids & ids and len(part.blocks) < len(draft.blocks) and still(part):
            return part
    for block in reversed(draft.blocks):
        part = draft.without_blocks([block])
        if block in draft.blocks and still(part):
            draft = part
    return draft


def _fitted(plan: m.Plan, tables: Mapping[str, RawTable]) -> dict[str, RawTable]:
    """The tables without the columns that a smaller document does not ask for."""
    fitted = {}
    for table in plan.tables.values():
        if table.origin == "data":
            raw = tables[table.name]
            asked = {column.name for column in table.columns if isinstance(column.op, m.Input)}
            places = [nr for nr, name in enumerate(raw.columns) if name in asked]
            fitted[table.name] = RawTable([raw.columns[nr] for nr in places], [[row[nr] for nr in places] for row in raw.rows], raw.place)
    return fitted


def _fewer_rows(tables: Mapping[str, RawTable], still: Callable[[Mapping[str, RawTable]], bool]) -> Mapping[str, RawTable]:
    """Leave out rows, first half of a table and then one by one, as long as the finding stays."""
    for name in tables:
        size = max(1, len(tables[name].rows) // 2)
        while size:
            start = 0
            while start < len(tables[name].rows):
                raw = tables[name]
                fewer = {**tables, name: RawTable(raw.columns, [*raw.rows[:start], *raw.rows[start + size :]], raw.place)}
                if still(fewer):
                    tables = fewer
                else:
                    start += size
            size //= 2
    return tables


# ----------------------------------------------------------------------------------------------------------------- running


def trials(seed: int, cases: int, processes: int = 1) -> Iterator[Trial]:
    """The trials of seed, seed + 1, …, in this order, until there are so many cases."""
    for found in _without_end(seed, processes):
        yield found
        cases -= found.cases
        if cases <= 0:
            return


def _without_end(seed: int, processes: int) -> Iterator[Trial]:
    seeds = itertools.count(seed)
    if processes == 1:
        yield from map(trial, seeds)
        return
    with ProcessPoolExecutor(processes) as pool:
        while True:  # a piece at a time, since the stream of seeds has no end
            yield from pool.map(trial, itertools.islice(seeds, 8 * processes))


def unused(used: Iterable[str]) -> list[str]:
    """What of the language no rule has used: functions, with every label and every policy that they take."""
    wanted = {function.zh for function in FUNCTIONS}
    wanted |= {f"{function.zh} {LABELS[label]}" for function in FUNCTIONS for label in function.labels if label != "whole"}
    for (zh, label), choices in CHOICES_ZH.items():
        policies = {choice.split()[0] for choice in choices.split("、")} & POLICIES
        wanted |= {f"{zh} {LABELS[label]} {policy}" for policy in policies}
    words = [form.split(" ") for form in used]
    there = {" ".join(form[:count]) for form in words for count in range(1, len(form) + 1)}
    return sorted(wanted - there)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the reference with DuckDB on random schemes and records.")
    parser.add_argument("--n", type=int, default=10_000, help="cases: a rule on a set of records, all rows compared")
    parser.add_argument("--seed", type=int, default=1, help="of the first document; the next has the next number")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", type=int, help="one document by its seed, with its text and what it covers")
    given = parser.parse_args()
    if given.only is not None:
        return _one(given.only)
    cases, wrong, documents, refusals, used = 0, 0, 0, 0, Counter[str]()
    for each in trials(given.seed, given.n, given.processes):
        documents += 1
        refusals += each.refusals
        cases += each.cases
        wrong += len(each.findings)
        used += each.covered
        for finding in each.findings:
            print(finding, flush=True)
        said = f"{min(cases, given.n)} of {given.n} cases, {documents} documents, {refusals} refused alike, {wrong} mismatches"
        print(f"\r{said}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"A case is one random rule on one random set of records, compared on every row ({documents} documents).")
    print(f"forms used: {len(used)}; functions, labels and policies not used: {'、'.join(unused(used)) or 'none'}")
    print(f"mismatches: {wrong} of {given.n}")
    return 1 if wrong else 0


def _one(seed: int) -> int:
    print(random_scheme(Random(seed)).text())  # noqa: S311
    found = trial(seed)
    for finding in found.findings:
        print(finding)
    print(f"{found.kept} of {found.drawn} lines compiled, {found.refusals} runs refused alike")
    print(f"mismatches: {len(found.findings)} of {found.cases}")
    return 1 if found.findings else 0


if __name__ == "__main__":
    sys.exit(main())

"""Do the tests of the money notice a wrong sign? Small mistakes, one at a time, in a copy, and the tests run on each.

    python -m benchmarks.mutation [--only values] [--limit 50] [--processes 2]

A mutant is one file with one mistake in it: + for −, < for <=, 1 for 2, a branch left out. The tests named beside the file
run on it until the first fails; a mutant is killed when one does (or when it never comes to an end). Those that nobody
notices are printed with what was changed. Assertions are left as they are: they are the second net, not the first.

Some mistakes change nothing that anybody can see; they are listed below with the reason, and count neither way.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, takewhile
from multiprocessing import get_context
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
ENGINE: Final = "src/quanheng/engine/"
COPIED: Final = ("src", "tests", "benchmarks", "schemes", "pyproject.toml")


@dataclass(frozen=True)
class Target:
    """A file, the functions in it that are meant (none: all), and the tests that should notice, quick ones first."""

    name: str
    file: str
    tests: tuple[str, ...]
    functions: tuple[str, ...] = ()


GROUPS: Final = "tests/engine/plan/test_groups.py"
ROWS: Final = "tests/engine/plan/test_row_functions.py"
TARGETS: Final = (
    Target("values", "values.py", ("tests/engine/test_values.py",)),
    Target("money", "run/money.py", ("tests/engine/run/test_money.py",)),
    Target("rounding", "run/sql/rounding.py", ("tests/engine/run/sql/test_rounding.py", ROWS)),
    Target("splits", "run/sql/splits.py", ("tests/engine/run/sql/test_splits.py", GROUPS)),
    Target("places", "plan/lower/quota.py", (GROUPS,), ("_places", "_one_more", "_ahead", "_rest", "check_whole")),
)

# What nobody can see, by the mark of the mutant.
EQUIVALENT: Final[dict[str, str]] = {
    "24483e2498": "0 has no part behind the point and has been returned before",
    "998f461a22": "0 has no part behind the point and has been returned before",
    "fe3e8d6463": "0 has no part behind the point and has been returned before",
    "7f9e92999b": "equal weights share equally, whatever the weight",
    "948f5a1787": "the bounds of a figure are the figure, both of them",
    "0603e1be50": "the size of what is never above 0 is written as its opposite anyway",
    "f23ecb0734": "the bounds of a figure are the figure, both of them",
    "feccfa0776": "the bounds of a figure are the figure, both of them",
    "f78172d5d7": "every part is set before it is read",
    "aecbe7f5db": "every part is set before it is read",
}


# ------------------------------------------------------------------------------------------------------------- mistakes

ARITHMETIC: Final[dict[type, type]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult,
}  # fmt: skip
COMPARISON: Final[dict[type, tuple[type, ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
# Names and words that are arithmetic where code writes formulas instead of computing.
NAMES: Final = {
    "min": "max", "max": "min", "any": "all", "all": "any", "least": "greatest", "greatest": "least", "add": "sub", "sub": "add", "mul": "add",
    "divide": "remainder", "remainder": "divide", "times": "divide", "neg": "abs", "UP_TO_ME": "BEFORE_ME", "BEFORE_ME": "UP_TO_ME",
    "FROM_ME_ON": "UP_TO_ME", "FLOOR": "UP", "UP": "FLOOR", "HALF_UP": "FLOOR", "HALF_EVEN": "HALF_UP", "TRUNCATE": "UP",
    "ONE": "ZERO", "ZERO": "ONE", "numerator": "denominator", "denominator": "numerator", "lo": "hi", "hi": "lo", "floor": "ceil",
}  # fmt: skip
WORDS: Final = {
    "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",), "=": ("<>",), "<>": ("=",),
    "min": ("max",), "max": ("min",), "and": ("or",), "or": ("and",), "largest": ("first",), "first": ("largest",), "stays": ("others",),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    target: Target
    function: str
    line: int
    says: str
    diff: str
    text: str = field(repr=False)

    @property
    def mark(self) -> str:
        """Stays the same when other lines of the file change."""
        return hashlib.sha256("\n".join([self.target.file, self.function, self.diff]).encode()).hexdigest()[:10]


Change = Callable[[], str]  # makes the mistake in a copy of the tree and says which


def mutants(target: Target) -> list[Mutant]:
    """Every mistake for a file, in the order of its lines; each changes one place of the tree."""
    source = (ROOT / ENGINE / target.file).read_text(encoding="utf-8")
    right = ast.unparse(ast.parse(source)).splitlines()
    sizes = [len(list(_changes(node, owner))) for _, node, owner in _places(ast.parse(source), target)]
    found: dict[str, Mutant] = {}
    for nr, size in enumerate(sizes):
        for choice in range(size):
            wrong = ast.parse(source)
            function, node, owner = next(islice(_places(wrong, target), nr, None))
            says = list(_changes(node, owner))[choice]()
            text = ast.unparse(wrong) + "\n"
            diff = _difference(right, text.splitlines())
            if diff:
                found.setdefault(text, Mutant(target, function, getattr(node, "lineno", 0), says, diff, text))
    return list(found.values())


def _difference(right: Sequence[str], wrong: Sequence[str]) -> str:
    """The lines that differ, without those before and behind."""
    first = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(right, wrong, strict=False)))
    last = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(right[first:][::-1], wrong[first:][::-1], strict=False)))
    lines = [f"- {line}" for line in right[first : len(right) - last]] + [f"+ {line}" for line in wrong[first : len(wrong) - last]]
    return "\n".join(lines)


def _places(tree: ast.Module, target: Target) -> Iterator[tuple[str, ast.AST, Owner]]:
    """The nodes in which a mistake can be made, with the function they stand in and what holds them."""
    for name, body in _functions(tree):
        if target.functions and name.split(".")[-1] not in target.functions:
            continue
        computing = [each for each in body if not _only_asserts(each)]
        read = {node.id for each in computing for node in _outside_asserts(each) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        for each in computing:
            if not (isinstance(each, ast.Assign) and all(isinstance(to, ast.Name) and to.id not in read for to in each.targets)):
                yield from _inside(name, each)


def _only_asserts(statement: ast.stmt) -> bool:
    """An assertion, or a choice between assertions."""
    if isinstance(statement, ast.If):
        return all(_only_asserts(each) for each in (*statement.body, *statement.orelse))
    return isinstance(statement, ast.Assert)


def _outside_asserts(statement: ast.stmt) -> Iterator[ast.AST]:
    return (node for _, node, _ in _inside("", statement))


Owner = tuple[ast.AST, str, int | None]  # the node that holds another, in which field, at which place of a list


def _functions(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    for each in tree.body:
        if isinstance(each, ast.FunctionDef):
            yield each.name, each.body
        elif isinstance(each, ast.ClassDef):
            for method in each.body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{each.name}.{method.name}", method.body


def _inside(name: str, root: ast.stmt) -> Iterator[tuple[str, ast.AST, Owner]]:
    holder = ast.Module(body=[root], type_ignores=[])
    stack: list[tuple[ast.AST, Owner]] = [(root, (holder, "body", 0))]
    while stack:
        node, owner = stack.pop()
        if isinstance(node, ast.Assert) or _is_text(node) or _is_strict(node):
            continue
        yield name, node, owner
        for label, value in ast.iter_fields(node):
            if label in ("annotation", "returns", "type_params", "decorator_list"):
                continue
            if isinstance(value, ast.AST):
                stack.append((value, (node, label, None)))
            elif isinstance(value, list):
                stack.extend((each, (node, label, place)) for place, each in enumerate(value) if isinstance(each, ast.AST))


def _is_text(node: ast.AST) -> bool:
    """A docstring, or a text with values put in: words, not arithmetic."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _is_strict(node: ast.AST) -> bool:
    """zip(…, strict=True) asserts that both are of one length."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _put(owner: Owner, node: ast.AST) -> None:
    holder, label, place = owner
    if place is None:
        setattr(holder, label, node)
    else:
        getattr(holder, label)[place] = node


def _changes(node: ast.AST, owner: Owner) -> Iterator[Change]:
    yield from _in_values(node, owner)
    yield from _in_branches(node, owner)


def _in_values(node: ast.AST, owner: Owner) -> Iterator[Change]:
    match node:
        case ast.BinOp() | ast.AugAssign():
            other = ARITHMETIC.get(type(node.op))
            if other is not None:
                yield lambda: _set(node, "op", other(), f"{type(node.op).__name__} → {other.__name__}")
        case ast.Compare():
            yield from _comparison(node)
        case ast.BoolOp():
            yield lambda: _set(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And(), "and ↔ or")
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield lambda: _replaced(owner, node.operand, f"{type(node.op).__name__} left out")
        case ast.Constant():
            yield from _constant(node)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in NAMES:
            label = "id" if isinstance(node, ast.Name) else "attr"
            yield lambda: _set(node, label, NAMES[name], f"{name} → {NAMES[name]}")
        case ast.Slice():
            yield from _slice(node)
        case ast.Call(func=ast.Name(id="range"), args=[*_, last]):
            yield lambda: _set_last(node, ast.BinOp(last, ast.Add(), ast.Constant(1)), "range one longer")
            yield lambda: _set_last(node, ast.BinOp(last, ast.Sub(), ast.Constant(1)), "range one shorter")


def _in_branches(node: ast.AST, owner: Owner) -> Iterator[Change]:
    match node:
        case ast.IfExp() | ast.If() | ast.While():
            yield lambda: _set(node, "test", ast.UnaryOp(ast.Not(), node.test), "condition turned round")
            if isinstance(node, ast.If):
                yield lambda: _set(node, "body", [ast.Pass()], "branch left out")
                if node.orelse:
                    yield lambda: _set(node, "orelse", [], "else left out")
        case ast.comprehension(ifs=[first, *rest]):
            yield lambda: _set(node, "ifs", [ast.UnaryOp(ast.Not(), first), *rest], "condition turned round")
        case ast.Return(value=ast.expr()):
            yield lambda: _set(node, "value", ast.Constant(None), "nothing returned")
        case ast.Expr() | ast.AugAssign() | ast.Break() | ast.Continue():
            yield lambda: _replaced(owner, ast.Pass(), "statement left out")
        case ast.match_case():
            yield lambda: _set(node, "body", [ast.Pass()], "case left out")


def _set(node: ast.AST, label: str, value: object, says: str) -> str:
    setattr(node, label, value)
    return says


def _set_last(node: ast.Call, value: ast.expr, says: str) -> str:
    node.args[-1] = value
    return says


def _replaced(owner: Owner, node: ast.AST, says: str) -> str:
    _put(owner, node)
    return says


def _comparison(node: ast.Compare) -> Iterator[Change]:
    for place, op in enumerate(node.ops):
        for other in COMPARISON.get(type(op), ()):
            yield lambda place=place, op=op, other=other: _operation(node, place, other(), f"{type(op).__name__} → {other.__name__}")  # type: ignore[misc]


def _operation(node: ast.Compare, place: int, op: ast.cmpop, says: str) -> str:
    node.ops[place] = op
    return says


def _constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield lambda: _set(node, "value", not value, f"{value} → {not value}")
    elif isinstance(value, int):
        yield lambda: _set(node, "value", value + 1, f"{value} → {value + 1}")
        yield lambda: _set(node, "value", value - 1, f"{value} → {value - 1}")
    elif isinstance(value, str):
        for other in WORDS.get(value, ()):
            yield lambda other=other: _set(node, "value", other, f"“{value}” → “{other}”")  # type: ignore[misc]


def _slice(node: ast.Slice) -> Iterator[Change]:
    for label in ("lower", "upper"):
        bound = getattr(node, label)
        if bound is not None:
            yield lambda label=label, bound=bound: _set(node, label, ast.BinOp(bound, ast.Add(), ast.Constant(1)), f"{label} end one later")  # type: ignore[misc]


# ------------------------------------------------------------------------------------------------------------------ runs


_COPY: Path = Path()  # of this process: a copy of the project in which one mutant after the other is tried


def _open_copy(folder: str) -> None:
    global _COPY  # noqa: PLW0603  one process, one copy
    _COPY = Path(folder) / str(os.getpid())
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, _COPY / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        else:
            shutil.copy2(source, _COPY / name)


def _unnoticed(target: Target, text: str, seconds: float) -> bool:
    """Do the tests pass with this text of the file?"""
    path = _COPY / ENGINE / target.file
    right = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        return _passes(_COPY, target.tests, seconds) is True
    finally:
        path.write_text(right, encoding="utf-8")


def _limit(target: Target) -> float:
    """The tests must pass on the file as it is, written as the mutants are; a mutant gets five times as long."""
    began = time.monotonic()
    text = ast.unparse(ast.parse((ROOT / ENGINE / target.file).read_text(encoding="utf-8"))) + "\n"
    if not _unnoticed(target, text, 600):
        raise SystemExit(f"the tests of {target.name} fail on the file as it is")
    return 20 + 5 * (time.monotonic() - began)


def _passes(root: Path, tests: Sequence[str], seconds: float) -> bool | None:
    """Run the tests in a child that has the libraries already, but nothing of the project."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            os.setsid()
            code = _run_tests(root, tests)
        finally:
            os._exit(code)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return _verdict(os.waitstatus_to_exitcode(status))
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _verdict(code: int) -> bool:
    if code in (0, 1, 2):  # 2: the file could not even be read in
        return code == 0
    if code < 0:
        return False
    raise RuntimeError(f"the tests could not be run: code {code}")


def _run_tests(root: Path, tests: Sequence[str]) -> int:
    import pytest

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.chdir(root)
    sys.path[:0] = [str(root / "src"), str(root)]
    for name in [each for each in sys.modules if each.split(".")[0] in ("benchmarks", "quanheng", "tests")]:
        del sys.modules[name]
    os.environ["QUANHENG_REQUIRE_ALL"] = "1"  # the same examples every time
    sys.dont_write_bytecode = True
    there = [test for test in tests if (root / test).exists()]
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", *there]))


def survivors(found: Sequence[Mutant], processes: int) -> Iterator[Mutant]:
    """The mutants that the tests do not notice, as they are found."""
    tried = list({each.target for each in found})
    with (
        tempfile.TemporaryDirectory(prefix="mutation-") as folder,
        ProcessPoolExecutor(processes, get_context("fork"), _open_copy, (folder,)) as pool,
    ):
        limits = dict(zip(tried, pool.map(_limit, tried), strict=True))
        answers = pool.map(_unnoticed, *zip(*((each.target, each.text, limits[each.target]) for each in found), strict=True))
        for nr, (mutant, unnoticed) in enumerate(zip(found, answers, strict=True), 1):
            if sys.stderr.isatty():
                print(f"\r{nr}/{len(found)}", end="", file=sys.stderr)
            if unnoticed:
                yield mutant


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Mutation testing of the money and rounding code.")
    parser.add_argument("--only", default="", help=f"one of {', '.join(target.name for target in TARGETS)}")
    parser.add_argument("--limit", type=int, default=0, help="only so many mutants, evenly spread")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the mutants and try none")
    chosen = parser.parse_args(given)
    targets = [target for target in TARGETS if chosen.only in (target.name, "", target.file)]
    if not targets:
        parser.error(f"there is no {chosen.only}")
    every = [each for target in targets for each in mutants(target)]
    excused = [each for each in every if each.mark in EQUIVALENT]
    found = [each for each in every if each.mark not in EQUIVALENT]
    if chosen.limit:
        found = found[:: max(1, len(found) // chosen.limit)][: chosen.limit]
    if chosen.list:
        for each in found:
            _tell(each)
        return 0

    import hypothesis  # noqa: F401  loaded once, here, for all the children
    import pyarrow  # noqa: F401
    import pytest  # noqa: F401

    alive: list[Mutant] = []
    for each in survivors(found, chosen.processes):
        alive.append(each)
        _tell(each)
    _report(targets, found, alive, excused)
    return 0


def _tell(mutant: Mutant) -> None:
    print(f"--- {mutant.mark} {mutant.target.file}:{mutant.line} {mutant.function}: {mutant.says}")
    print(mutant.diff, flush=True)


def _report(targets: Sequence[Target], found: Sequence[Mutant], alive: Sequence[Mutant], excused: Sequence[Mutant]) -> None:
    for target in targets:
        mine = [each for each in found if each.target is target]
        left = [each for each in alive if each.target is target]
        without = sum(each.target is target for each in excused)
        print(f"{target.file}: {len(mine) - len(left)} of {len(mine)} killed, {without} that change nothing left out")
    killed = len(found) - len(alive)
    share = f"{killed * 100 // len(found)}.{killed * 1000 // len(found) % 10}" if found else "100"
    print(f"killed: {killed} of {len(found)} ({share} %)")


if __name__ == "__main__":
    sys.exit(main())

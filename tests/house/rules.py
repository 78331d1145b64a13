"""The house rules as functions from a syntax tree to what is wrong with it. Each says why it exists."""

import ast
from collections.abc import Iterator

from tests.house.tree import calls, dotted

Finding = tuple[int, str]

CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime")
CONTEXTS = ("getcontext", "localcontext", "setcontext")


def inexact(tree: ast.AST) -> Iterator[Finding]:
    """Binary floats lose a fen somewhere; `round` goes to even; a decimal context rounds where nobody decided to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"float literal {node.value}: write a Fraction or an integer"
        if isinstance(node, ast.ImportFrom) and node.module == "decimal" and (names := decimal_contexts(node)):
            yield node.lineno, f"decimal context ({names}): it rounds where no scheme says so"
    for call, name in calls(tree):
        if name == "float":
            yield call.lineno, "float(): stay exact"
        if name == "round":
            yield call.lineno, "round() goes to even: name the rounding"
        if name.removeprefix("decimal.") in CONTEXTS:
            yield call.lineno, f"{name}(): it rounds where no scheme says so"


def decimal_contexts(node: ast.ImportFrom) -> str:
    """Name what of decimal's contexts an import takes."""
    return ", ".join(alias.name for alias in node.names if alias.name in CONTEXTS or alias.name == "Context")


def evaluating(tree: ast.AST) -> Iterator[Finding]:
    """A scheme is data in our own small language. No text ever becomes Python."""
    for call, name in calls(tree):
        if name.removeprefix("builtins.") in {"eval", "exec", "compile", "__import__"}:
            yield call.lineno, f"{name}(): text must not become Python"


def catching_all(tree: ast.AST) -> Iterator[Finding]:
    """Catch what you can answer; catching everything hides our own mistakes in somebody's pay."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            for kind in caught:
                if kind is None or dotted(kind) in {"Exception", "BaseException"}:
                    yield node.lineno, "catches everything: name what you can answer"


def asking_the_clock(tree: ast.AST) -> Iterator[Finding]:
    """The same inputs give the same bytes, today and in ten years; a day that matters is an input."""
    for call, name in calls(tree):
        if any(name == clock or name.endswith("." + clock) for clock in CLOCKS):
            yield call.lineno, f"{name}(): the engine has no clock"


def unexplained(tree: ast.Module) -> Iterator[Finding]:
    """A module opens with what it is for."""
    if ast.get_docstring(tree) is None:
        yield 1, "no docstring: say what the module is for"


def lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Measure every function: its full name and its lines."""

    def within(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, (child.end_lineno or child.lineno) - child.lineno + 1
                yield from within(child, f"{name}.")
            else:
                yield from within(child, prefix)

    return within(tree, "")

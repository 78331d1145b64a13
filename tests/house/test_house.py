"""The house rules hold in every tracked file, and each rule is shown to bite."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.house import rules
from tests.house.tree import ROOT, SOURCE, files, modules, texts

LONGEST_FILE = 700
LONGEST_FUNCTION = 80
LARGEST_FILE = 1_000_000

# Functions that are over the line, with the length they have. They may shrink; nothing may be added without a reason.
LONG_FUNCTIONS: dict[str, int] = {}

Rule = Callable[[ast.Module], Iterator[rules.Finding]]


def findings(rule: Rule, inside: str = "") -> list[str]:
    """Apply a rule to the modules of a folder."""
    return [
        f"src/quanheng/{name}:{line} {says}"
        for name, tree in modules().items()
        if name.startswith(inside)
        for line, says in rule(tree)
    ]


def test_there_is_something_to_look_at():
    assert "__init__.py" in modules()
    assert SOURCE.is_dir() and ROOT / "quanheng" in files()


@pytest.mark.parametrize(
    ("rule", "inside"),
    [
        pytest.param(rules.inexact, "engine/", id="exact"),
        pytest.param(rules.asking_the_clock, "engine/", id="no-clock"),
        pytest.param(rules.evaluating, "", id="no-eval"),
        pytest.param(rules.catching_all, "", id="no-catch-all"),
        pytest.param(rules.unexplained, "", id="docstring"),
    ],
)
def test_the_package_keeps_the_rule(rule: Rule, inside: str):
    assert findings(rule, inside) == []


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (rules.inexact, "x = 0.1", "x = Fraction(1, 10)"),
        (rules.inexact, "x = float('1')", "isinstance(x, float)"),
        (rules.inexact, "x = round(y)", "x = round_exact(y)"),
        (rules.inexact, "decimal.localcontext()", "decimal.Decimal('1')"),
        (rules.inexact, "from decimal import Decimal, getcontext", "from decimal import Decimal"),
        (rules.asking_the_clock, "datetime.datetime.now()", "datetime.date(2026, 1, 1)"),
        (rules.asking_the_clock, "date.today()", "today = scheme.day"),
        (rules.evaluating, "eval(text)", "evaluate(text)"),
        (rules.evaluating, "compile(text, '', 'exec')", "re.compile(text)"),
        (rules.catching_all, "try: f()\nexcept: pass", "try: f()\nexcept KeyError: pass"),
        (rules.catching_all, "try: f()\nexcept (OSError, Exception): pass", "try: f()\nexcept OSError: pass"),
        (rules.unexplained, "x = 1", "'''Why.'''"),
    ],
)
def test_the_rule_bites_the_wrong_and_spares_the_right(rule: Rule, wrong: str, right: str):
    assert list(rule(ast.parse(wrong)))
    assert not list(rule(ast.parse(right)))


def test_no_source_file_is_too_long():
    ours = [name for name in texts() if name.startswith("src/") and "/migrations/" not in name and not name.endswith("package-lock.json")]
    lines = {name: texts()[name].count("\n") for name in ours}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_functions_stay_short_and_the_long_ones_only_shrink():
    too_long = {
        f"{name}:{function}": length
        for name, tree in modules().items()
        for function, length in rules.lengths(tree)
        if length > LONGEST_FUNCTION
    }
    assert {function: length for function, length in too_long.items() if length > LONG_FUNCTIONS.get(function, 0)} == {}
    assert LONG_FUNCTIONS.keys() <= too_long.keys(), "a function has become short enough: take it off the list"


def test_the_length_of_a_function_counts_inner_and_class_functions():
    tree = ast.parse("class A:\n    def f(self):\n        def g():\n            pass\n        return g\n")
    assert list(rules.lengths(tree)) == [("A.f", 4), ("A.f.g", 2)]


# Put together from parts, so that this file does not contain what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("anaconda", "org"),
        ("tuna", "tsinghua"),
        ("mirrors", "aliyun"),
        ("repo1", "maven"),
        ("proxy", "golang"),
        ("crates", "io"),
    ]
]
REGISTRY = re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:{})/".format("|".join(["work", "root", "home", "Users"])))
UNFINISHED = re.compile(r"\b(?:{})\b".format("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"])))


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Point at every line of every tracked text that matches."""
    return [
        f"{name}:{number} {line.strip()[:100]}"
        for name, text in texts().items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(REGISTRY, id="registry-host"),
        pytest.param(MACHINE_PATH, id="machine-path"),
        pytest.param(UNFINISHED, id="unfinished"),
    ],
)
def test_no_tracked_file_contains(pattern: re.Pattern[str]):
    assert lines_with(pattern) == []


def test_the_patterns_find_what_they_look_for():
    assert all(REGISTRY.search(f"https://files.{host}/simple") for host in REGISTRIES)
    assert MACHINE_PATH.search("see /" + "home/somebody/x") and not MACHINE_PATH.search("docs/" + "home/x")
    assert UNFINISHED.search("# TO" + "DO later") and not UNFINISHED.search("TODOS")


def test_no_tracked_file_is_large():
    assert {path.name: path.stat().st_size for path in files() if path.stat().st_size > LARGEST_FILE} == {}


def test_text_files_end_with_a_newline():
    bare = {name for name, text in texts().items() if text and not text.endswith("\n")}
    assert bare == set()

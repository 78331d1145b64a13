"""The locked requirements are complete, agree with one another, and name no place to fetch them from."""

import re
import tomllib

import pytest

from tests.house.tree import ROOT

FOLDER = ROOT / "requirements"
NAMES = ["runtime", "web", "frontend", "docs", "test", "spark"]
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<when>[^\\]+?))? \\$", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str, str]]:
    """Read what a locked file pins: name, version, and on which Python or system."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return {(pin["name"], pin["version"], pin["when"] or "") for pin in PIN.finditer(text)}


def asked(name: str) -> set[str]:
    """Read which packages an input file asks for, in the spelling of the locked files."""
    lines = (FOLDER / f"{name}.in").read_text(encoding="utf-8").splitlines()
    words = [re.match(r"[\w.-]+", line) for line in lines if not line.startswith(("#", "-"))]
    return {re.sub(r"[._]", "-", word[0].lower()) for word in words if word}


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_has_a_hash_and_nothing_names_a_place(name: str):
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(pins(name)) > 0, "each entry is one exact version"
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text.strip()))
    assert "://" not in text and "index-url" not in text


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_locked(name: str):
    assert asked(name) <= {package for package, _, _ in pins(name)}


@pytest.mark.parametrize("part", ["runtime", "web", "frontend", "docs"])
def test_the_tests_run_on_the_same_versions(part: str):
    # the condition may differ: what one file needs on one system only, another may need everywhere
    tested = {(name, version) for name, version, _ in pins("test")}
    assert {(name, version) for name, version, _ in pins(part)} <= tested, "lock again: see CONTRIBUTING.md"


def test_spark_fits_beside_the_test_requirements():
    fixed = {name: version for name, version, _ in pins("test")}
    assert all(fixed.get(name, version) == version for name, version, _ in pins("spark"))


def test_the_package_asks_for_the_runtime_requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements/runtime.in"]}
    assert project["project"]["version"] == __import__("quanheng").__version__

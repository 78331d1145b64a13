"""Which branches of the engine do its tests take? Every line, and every way out of every condition.

    python -m benchmarks.coverage [--part quanheng.engine] [pytest arguments]

Runs the tests of the engine, of the shipped schemes and of the documentation's examples in one process and watches them.
What was not taken is listed by file; the last line has the figure. A branch that needs Spark counts like any other, so a
machine without Java shows a little less.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
TESTS: Final = ("tests/engine", "tests/schemes", "tests/docs")


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Branch coverage of the engine.")
    parser.add_argument("--part", default="quanheng.engine", help="a package or module")
    chosen, more = parser.parse_known_args(given)

    import coverage
    import pytest

    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="coverage-") as folder:
        os.environ["COVERAGE_FILE"] = f"{folder}/data"
        code = pytest.main(["-q", "-p", "no:xdist", "--cov", "--cov-report=", *(more or TESTS)])
        seen = coverage.Coverage(data_file=f"{folder}/data", config_file="pyproject.toml")
        seen.load()
        module = f"src/{chosen.part.replace('.', '/')}"
        seen.json_report(include=[f"{module}/*", f"{module}.py"], outfile=f"{folder}/found.json")
        report = json.loads(Path(f"{folder}/found.json").read_text(encoding="utf-8"))
    _tell(report)
    return int(code)


def _tell(report: Mapping[str, Any]) -> None:
    for file, found in sorted(report["files"].items()):
        if found["missing_branches"] or found["missing_lines"]:
            ways = ", ".join(f"{here} → {there if there > 0 else 'end'}" for here, there in found["missing_branches"])
            lines = ", ".join(map(str, found["missing_lines"]))
            print(f"{file}: lines not run: {lines or 'none'}; branches not taken: {ways or 'none'}")
    totals = report["totals"]
    lines, branches = (totals["covered_lines"], totals["num_statements"]), (totals["covered_branches"], totals["num_branches"])
    print(f"lines: {_share(*lines)}")
    print(f"branches: {_share(*branches)}")
    print(f"lines and branches: {_share(lines[0] + branches[0], lines[1] + branches[1])}")


def _share(taken: int, of: int) -> str:
    """Cut down, never up: 98.0 % is at least 98 %."""
    return f"{taken} of {of} ({taken * 100 // of}.{taken * 1000 // of % 10} %)" if of else "none (100 %)"


if __name__ == "__main__":
    sys.exit(main())

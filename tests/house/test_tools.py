"""What the tools say about the code is a test like any other."""

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

TOOLS = {
    "lint": [sys.executable, "-m", "ruff", "check", "--no-fix", "--quiet", "."],
    "types": [sys.executable, "-m", "mypy", "--no-error-summary"],
    "walls": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tool_is_content(tool: str):
    done = subprocess.run(TOOLS[tool], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"

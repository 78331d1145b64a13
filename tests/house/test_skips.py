"""Where everything is required, a skipped test fails the run, and says which."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PASSES = "def test_passes(): pass\n"
SKIPS = "import pytest\ndef test_skips(): pytest.skip('no java here')\n"
SKIPS_WHOLE = "import pytest\npytest.importorskip('no_such_module_anywhere')\n"


def run(folder: Path, files: dict[str, str], required: str, *options: str) -> tuple[int, list[str]]:
    """Run pytest in a folder of its own, under our conftest."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    for name, text in files.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={**os.environ, "QUANHENG_REQUIRE_ALL": required},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout.strip().splitlines()


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one-process", "two-workers"])
def test_a_skip_is_refused_by_name_and_the_last_line_stays_pytests_own(tmp_path: Path, options: tuple[str, ...]):
    files = {"test_a.py": PASSES, "test_b.py": SKIPS, "test_c.py": SKIPS_WHOLE}
    code, lines = run(tmp_path, files, "1", *options)
    assert code == 1
    assert any(line.startswith("REFUSED SKIP test_b.py::test_skips") and "no java here" in line for line in lines)
    assert any(line.startswith("REFUSED SKIP test_c.py") for line in lines)
    assert "1 passed, 2 skipped" in lines[-1] and lines[-1].startswith("=")


def test_elsewhere_a_skip_is_only_told(tmp_path: Path):
    code, lines = run(tmp_path, {"test_a.py": PASSES, "test_b.py": SKIPS}, "")
    assert code == 0 and not any("REFUSED" in line for line in lines)
    assert any("no java here" in line for line in lines)


def test_without_a_skip_the_gate_opens(tmp_path: Path):
    code, lines = run(tmp_path, {"test_a.py": PASSES}, "1")
    assert code == 0 and "1 passed" in lines[-1]

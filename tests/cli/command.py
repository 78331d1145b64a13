"""The command as a user starts it: in a process of its own, with what it prints and its exit code."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.tree import ROOT


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


OF_THE_TESTS = ("QUANHENG_LANG", "COLUMNS", "NO_COLOR", "DJANGO_ALLOW_ASYNC_UNSAFE")  # what the terminal and the browser tests set


def quanheng(*arguments: object, folder: Path = ROOT, **environment: str) -> Done:
    """Run `quanheng` with these arguments in a folder."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "quanheng", *map(str, arguments)],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)

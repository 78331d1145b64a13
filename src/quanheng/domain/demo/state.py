"""How far the demo has been loaded. Loading that was broken off is begun anew: nothing of it can be taken back singly."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connections
from django.utils import timezone

import quanheng
from quanheng.domain.demo.load import load

FIRST: Final = ("village", "college")


def _mark(name: str) -> Path:
    return Path(settings.DATA) / f"demo-{name}"


def is_complete() -> bool:
    """Every organisation is there."""
    return _mark("complete").exists()


def is_broken_off() -> bool:
    """Begun, and nobody is at it any more."""
    return _mark("begun").exists() and not is_complete()


def clear() -> None:
    """Take the demo's own database and files away; the demo holds nothing else."""
    assert settings.DEMO, "only a demo is thrown away"
    connections.close_all()
    for path in Path(settings.DATA).glob("quanheng.sqlite3*"):
        path.unlink()
    shutil.rmtree(settings.FILES, ignore_errors=True)
    _mark("begun").unlink(missing_ok=True)


def load_first(say: Callable[[str], None]) -> None:
    """So much that somebody can begin to look around."""
    _mark("begun").touch()
    load(schemes(), timezone.now(), say, FIRST)
    connections.close_all()


def load_rest(say: Callable[[str], None]) -> None:
    """The other organisations."""
    load(schemes(), timezone.now(), say)
    _mark("complete").touch()


def schemes() -> Path:
    """The shipped schemes: in a checkout beside `src`, else inside the installed package."""
    package = Path(quanheng.__file__).parent
    return next(folder for folder in (package.parents[1] / "schemes", package / "schemes") if folder.is_dir())

"""The sample regulations of these tests, and every regulation that the project ships."""

from __future__ import annotations

import functools
from pathlib import Path

from quanheng.engine.document.model import Scheme
from quanheng.engine.document.reader import read

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SAMPLES = sorted((HERE / "samples").glob("*.md"))
SHIPPED = sorted((ROOT / "schemes").rglob("scheme.md"))
ALL = [*SAMPLES, *SHIPPED]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def scheme(path: Path) -> Scheme:
    return read(text(path), path.name)


def sample(key: str) -> Scheme:
    return scheme(HERE / "samples" / f"{key}.md")

"""What the front end was built into: names with digests, read from the manifest. Without it the pages work, unadorned."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "built"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """Paths below the static prefix; empty when nothing was built."""

    styles: tuple[str, ...] = ()
    script: str = ""
    sprite: str = ""
    icons: frozenset[str] = frozenset()


def read(folder: Path) -> Built:
    """Read what the build left in the folder."""
    try:
        entry = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["src/main.ts"]
        icons = json.loads((folder / "icons.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        # once: `built` below is asked by every page, and keeps the answer
        logger.warning("the front end is not built (%s): pages are shown without style. ./quanheng serve builds it", folder)
        return Built()
    return Built(
        styles=tuple(f"built/{name}" for name in entry.get("css", ())),
        script=f"built/{entry['file']}",
        sprite=f"built/{icons['file']}",
        icons=frozenset(icons["names"]),
    )


@cache
def built() -> Built:
    """What stands there since this process began."""
    return read(FOLDER)

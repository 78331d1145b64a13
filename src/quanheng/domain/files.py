"""Bytes by their content: uploads, frozen inputs, results. They lie outside every web root, read-only, named by SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import time
from pathlib import Path
from typing import Final

from django.conf import settings

from quanheng.domain.models import Blob


def _place(sha256: str) -> Path:
    return Path(settings.FILES) / sha256[:2] / sha256


def keep(content: bytes, media: str) -> Blob:
    """Store the bytes once, however often they come; the row is made with the first."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = _place(sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o400)
        Path(name).replace(place)
    blob, _ = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(content), "media": media})
    return blob


def read(blob: Blob) -> bytes:
    """The bytes; they are compared with their name, so that what was changed on disk is never taken for what was kept."""
    content = _place(blob.sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != blob.sha256:
        raise Damaged(blob.sha256)
    return content


STAGED: Final = 24 * 3600  # seconds for which a file that was looked at waits to be carried out


def stage(content: bytes, owner: int, suffix: str) -> str:
    """Lay a file aside between looking at it and carrying it out; what nobody came back for is thrown away."""
    folder = Path(settings.FILES) / "staged"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = time.time()
    for old in folder.iterdir():
        if now - old.stat().st_mtime > STAGED:
            old.unlink(missing_ok=True)
    name = f"{owner}-{secrets.token_hex(16)}{suffix}"
    place = folder / name
    place.write_bytes(content)
    place.chmod(0o400)
    return name


def staged(name: str, owner: int) -> Path | None:
    """The file laid aside under the name, when the same person comes back for it."""
    if not _STAGED.fullmatch(name) or not name.startswith(f"{owner}-"):
        return None
    place = Path(settings.FILES) / "staged" / name
    return place if place.exists() else None


_STAGED: Final = re.compile(r"\d+-[0-9a-f]{32}(?:\.[a-z]{3,4})?")


class Damaged(Exception):
    """A kept file is no longer what it was."""

"""Bytes by their content: uploads, frozen inputs, results. They lie outside every web root, read-only, named by SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

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


class Damaged(Exception):
    """A kept file is no longer what it was."""

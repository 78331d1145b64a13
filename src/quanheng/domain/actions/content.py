"""What the digest of an entry is made of: the row as it stands, without names of persons."""

from __future__ import annotations

from django.db import models

from quanheng.domain import journal

PERSONAL = frozenset({"name", "pinyin", "initials", "cause"})  # of a person, a recusal: not even as a digest, which could be guessed


def content(row: models.Model) -> dict[str, str | None]:
    """The columns of a row, each as text."""
    personal = PERSONAL if type(row).__name__ in ("Person", "Recusal") else frozenset()
    fields = [field for field in row._meta.concrete_fields if field.name not in personal]
    return {field.attname: None if (value := getattr(row, field.attname)) is None else str(value) for field in fields}


def digest(*rows: models.Model) -> str:
    """Of one row, or of several in the order of their keys."""
    return journal.digest_of([content(row) for row in sorted(rows, key=lambda row: (type(row).__name__, row.pk))])

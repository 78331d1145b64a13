"""What files add to the texts of `present`: the word for a missing value that programs read, the key of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from quanheng.engine.plan.model import Column
from quanheng.engine.run.present import plain_text
from quanheng.engine.values import Missing, Value

REASONS: Final = {Missing.PENDING: "pending", Missing.NOTHING: "nothing", Missing.EXEMPT: "exempt"}  # in files


def row_key(parts: Sequence[Value], columns: Sequence[Column]) -> str:
    """The key of a row in one text: its parts joined by “/”. A “/” inside a part of several is written “\\/”."""
    texts = [plain_text(part, column.type) for part, column in zip(parts, columns, strict=True)]
    if len(texts) == 1:
        return texts[0]
    return "/".join(each.replace("\\", "\\\\").replace("/", "\\/") for each in texts)

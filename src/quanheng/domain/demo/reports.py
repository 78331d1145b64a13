"""What the units of the demo hand in about themselves before the review groups meet."""

from __future__ import annotations

import datetime
import struct
import zlib
from typing import Final

from quanheng.domain.actions import report
from quanheng.domain.demo.year import Year
from quanheng.domain.models import Cycle
from quanheng.domain.policies.viewer import viewer_of
from quanheng.domain.queries import reports as queries

SAID: Final = (
    "围绕年度目标逐项落实，过程材料齐全，完成情况见附件清单。",
    "全年组织专项工作 4 次，问题清单 12 条，已整改 11 条，余 1 条按计划明年 3 月完成。",
    "对照标准自查，两项做法在全校交流；不足是推进不均衡，下半年才补齐。",
    "重点任务按期完成，资料归档可查；群众反映的 3 件事都有答复。",
)


def report_all(year: Year, made: Cycle, day: datetime.date) -> None:
    """Every unit hands in on time; two have added something since."""
    subjects = list(made.subjects.filter(unit__isnull=False).select_related("cycle__version").order_by("row_key"))
    names = {unit.pk: name for name, unit in year.house.units.items()}
    for nr, subject in enumerate(subjects):
        head = viewer_of(year.house.heads[names[subject.unit_id or 0]], year.at(day, 10))
        given = year.running_marks.get(subject.row_key, {})
        items = queries.items_for(subject)
        said = [report.Said(item.name, SAID[(nr + place) % len(SAID)], given.get(item.name, "")) for place, item in enumerate(items)]
        known = [record.ref for record in queries.citable_of(head, subject)[:2]]
        files = [(f"{subject.row_key}佐证材料.png", picture(nr))] if nr < 3 else []
        proofs = {items[0].name: report.Proofs(known, files)} if items and (known or files) else {}
        report.draft(head, subject.pk, said, proofs)
        report.hand_in(head, subject.pk)
        if nr in (1, 4):
            more = report.Said(items[-1].name, "补充 12 月的检查通报，原来提交时还没有印发。", reason="材料晚到")
            report.add(viewer_of(year.house.heads[names[subject.unit_id or 0]], year.at(day, 16)), subject.pk, more)


def picture(nr: int) -> bytes:
    """A small picture, a scanned page as it were: 160 × 220, another shade for each."""
    width, height, paper = 160, 220, bytes((246 - nr * 8, 245, 240))
    rows = b"".join(b"\0" + (bytes((96, 106, 115)) * 100 + paper * 60 if row % 20 in (9, 10) and row > 20 else paper * width) for row in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

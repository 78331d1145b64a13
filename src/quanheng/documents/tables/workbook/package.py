"""The archive around a workbook: refused by its directory alone when it is too large, too dense or not a workbook.

Nothing is unpacked to find that out. What the directory claims is what the zip reader later enforces: it never hands
out more bytes of a member than the directory says.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, Final

from quanheng.documents.tables import limits
from quanheng.engine.faults import Cell, Fault, InputRefused

OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every workbook with a password
BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def guard(file: IO[bytes], name: str) -> None:
    """Raise `InputRefused` unless the archive may be opened. Leaves the file at its beginning."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > limits.WORKBOOK_BYTES:
        raise _refused(
            name,
            "workbook-too-large",
            f"工作簿有 {size // 2**20} MB，至多 {limits.WORKBOOK_BYTES // 2**20} MB。",
            f"The workbook has {size // 2**20} MB; the most is {limits.WORKBOOK_BYTES // 2**20} MB.",
            "大批明细存成 CSV 或 Parquet。",
            "Store bulk data as CSV or Parquet.",
        )
    start = file.read(8)
    file.seek(0)
    if start.startswith(OLD_OFFICE):
        raise _refused(
            name,
            "workbook-old-or-locked",
            "这是旧格式（.xls、.et）或者加了密码的工作簿。",
            "This workbook is in the old format (.xls) or has a password.",
            "去掉密码，另存为 .xlsx。",
            "Remove the password and save it as .xlsx.",
        )
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except BROKEN as wrong:
        raise not_a_workbook(name) from wrong
    _guard_members(members, name)
    file.seek(0)


def _guard_members(members: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    names = [member.filename for member in members]
    if len(members) > limits.MEMBERS or unpacked > limits.UNPACKED_BYTES or unpacked > limits.UNPACKED_RATIO * packed:
        raise _refused(
            name,
            "workbook-unpacks-too-large",
            f"工作簿解开后有 {unpacked // 2**20} MB、{len(members)} 个部件，超过限度，不打开。",
            f"Unpacked, the workbook has {unpacked // 2**20} MB in {len(members)} parts; that is over the limit.",
            "把数据复制到新的工作簿里再保存；大批明细存成 CSV 或 Parquet。",
            "Copy the data into a new workbook; store bulk data as CSV or Parquet.",
        )
    odd = len(set(names)) != len(names) or any(
        member.flag_bits & 0x1
        or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        or "\\" in member.filename
        or PurePosixPath(member.filename).is_absolute()
        or ".." in PurePosixPath(member.filename).parts
        for member in members
    )
    if odd:
        raise _refused(
            name,
            "workbook-damaged",
            "这个文件的内部结构不正常，不打开。",
            "The inner structure of this file is not sound; it is not opened.",
            "用 Excel 或 WPS 打开，另存一份。",
            "Open it in Excel or WPS and save a copy.",
        )
    if "[Content_Types].xml" not in names:
        raise not_a_workbook(name)


def not_a_workbook(name: str) -> InputRefused:
    """The fault of a file that only bears the name of a workbook."""
    return _refused(
        name,
        "not-a-workbook",
        "这个文件不是 .xlsx 工作簿，或者没有存完整。",
        "This file is no .xlsx workbook, or it was not saved completely.",
        "用 Excel 或 WPS 打开，另存为 .xlsx。",
        "Open it in Excel or WPS and save it as .xlsx.",
    )


def _refused(name: str, code: str, zh: str, en: str, hint_zh: str, hint_en: str) -> InputRefused:
    return InputRefused([Fault(code, Cell(name), zh, en, hint_zh, hint_en)])

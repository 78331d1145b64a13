"""`quanheng backup DIR`, `quanheng backup --drill`: a copy that can be put back, and the proof that it can."""

from __future__ import annotations

import json as formats
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from quanheng.cli.installation import data_option, open_installation
from quanheng.cli.language import language, say
from quanheng.cli.output import FAULTS, WrongUse, as_json, show, show_json, tell
from quanheng.cli.parameters import Parser

if TYPE_CHECKING:
    from quanheng.domain.backup import Report


def purpose() -> str:
    return say("备份数据库和文件；--drill 演练一次恢复", "back up the database and the files; --drill also puts it back elsewhere")


def arguments(parser: Parser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, metavar=say("目录", "DIR"), help=say("新的或空的目录", "a folder that is new or empty"))
    data_option(parser)
    parser.add_argument(
        "--drill",
        action="store_true",
        help=say("备份后恢复到一个临时的地方，逐项核对，再删掉", "put the backup back in a place of its own, compare everything, and remove it"),
    )
    parser.json()


def command(*, folder: Path | None, data: Path | None, drill: bool, json: bool) -> int:
    as_json(json)
    if folder is None and not drill:
        raise WrongUse("没有写备份到哪里。", "It is not said where to.", "quanheng backup 目录。", "quanheng backup DIR.")
    open_installation(data)
    from quanheng.domain.backup import Refused, backup

    with tempfile.TemporaryDirectory(prefix="quanheng-drill-") as place:
        begun = time.monotonic()
        try:
            report = backup(folder or Path(place) / "backup")
            seconds = {"backup": round(time.monotonic() - begun, 1)}
            if drill:
                begun = time.monotonic()
                _put_back(folder or Path(place) / "backup", Path(place) / "data")
                seconds["restore"] = round(time.monotonic() - begun, 1)
        except Refused as refused:
            return tell(say(refused.zh, refused.en), FAULTS)
    if json:
        return show_json(told(report) | {"seconds": seconds})
    done = say("已备份", "Backed up") if not drill else say("已备份、恢复并核对", "Backed up, put back and compared")
    return show(f"{done}{say('：', ': ')}{line(report)}{say('，用时', ', ')} {say('＋', ' + ').join(f'{each} s' for each in seconds.values())}")


def told(report: Report) -> dict[str, object]:
    """A report for programs."""
    return {"rows": report.rows, "files": report.files, "entries": report.entries, "heads": report.heads}


def line(report: Report) -> str:
    """A report in a line."""
    return say(
        f"{report.rows} 行，{report.files} 个文件，日志 {report.entries} 条", f"{report.rows} rows, {report.files} files, {report.entries} journal entries"
    )


def _put_back(backup: Path, data: Path) -> None:
    """Restore in a process of its own, into an empty folder, or into a database that is made for it and dropped."""
    from quanheng.domain.backup import Refused

    environment = os.environ | {"QUANHENG_DATA": str(data), "QUANHENG_LANG": language()}
    with _spare_database() as url:
        if url:
            environment["QUANHENG_DATABASE"] = url
        done = subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-P", "-m", "quanheng", "restore", str(backup), "--json"], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Refused(f"演练没有成功：{done.stderr.strip()}", f"The drill failed: {done.stderr.strip()}")
        wanted = formats.loads((backup / "manifest.json").read_text(encoding="utf-8"))
        assert formats.loads(done.stdout)["rows"] == sum(wanted["rows"].values())
    shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _spare_database() -> Iterator[str]:
    """On PostgreSQL a second database beside the first; nothing on SQLite."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"{settings.DATABASES['default']['NAME']}_drill"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(os.environ["QUANHENG_DATABASE"])._replace(path=f"/{quote(name)}").geturl()
        finally:
            cursor.execute(f'DROP DATABASE "{name}"')

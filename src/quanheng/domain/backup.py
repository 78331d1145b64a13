"""A copy of everything that can be put back: the database at one instant, the kept files, and what they must add up to.

    DIR/manifest.json       counts of rows, heads of the journal, digests, migrations
    DIR/database.sqlite3    SQLite: made by its online backup, while others write
    DIR/tables/NAME.copy    PostgreSQL: each table as COPY gives it, all in one snapshot
    DIR/files/ab/abcd…      kept files by their SHA-256

Nothing else is needed on either machine: no other program, and no version of one that has to agree with the server's.
Sessions are left out: whoever was signed in then is not signed in after a restore.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from quanheng import __version__
from quanheng.domain import files, journal
from quanheng.domain.models import Blob, Chain

MANIFEST: Final = "manifest.json"
SQLITE: Final = "database.sqlite3"
LEFT_OUT: Final = ("django_session", "usersessions_usersession")
BLOCK: Final = 1 << 20


class Refused(Exception):
    """It cannot be done, or what came out is not what went in; said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Report:
    """What was kept or put back, and that it is whole."""

    rows: int
    files: int
    entries: int
    heads: dict[str, str]


# ---------------------------------------------------------------------------------------------------------------------- backup


def backup(folder: Path) -> Report:
    """Write a backup into a folder that is new or empty, and check what was written."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} 不是空的。", f"{folder} is not empty.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if connection.vendor == "sqlite":
        manifest = _copy_sqlite(folder)
    else:
        with transaction.atomic():
            manifest = _copy_postgresql(folder)
    kept = sum(_copy_file(Path(settings.FILES), folder / "files", sha256) for sha256 in manifest["blobs"])
    content = {"format": 1, "program": __version__, "engine": connection.vendor, **manifest}
    (folder / MANIFEST).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Report(sum(manifest["rows"].values()), kept, sum(head["seq"] for head in manifest["heads"]), _told(manifest))


def _copy_sqlite(folder: Path) -> dict[str, Any]:
    """SQLite's own online backup; everything else is read from the copy, so that it speaks of the same instant."""
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as live, closing(sqlite3.connect(folder / SQLITE)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")

        def ask(statement: str) -> list[Any]:
            return copy.execute(statement).fetchall()

        manifest = _manifest(ask)
    return {**manifest, "digests": {SQLITE: _digest(folder / SQLITE)}}


def _copy_postgresql(folder: Path) -> dict[str, Any]:
    (folder / "tables").mkdir()
    digests = {}
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

        def ask(statement: str) -> list[Any]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        manifest = _manifest(ask)
        for table in manifest["rows"]:
            path = folder / "tables" / f"{table}.copy"
            with path.open("wb") as file, cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                for block in rows:
                    file.write(block)
            digests[f"tables/{table}.copy"] = _digest(path)
    return {**manifest, "digests": digests}


def _manifest(ask: Any) -> dict[str, Any]:
    return {
        "migrations": sorted([app, name] for app, name in ask("SELECT app, name FROM django_migrations")),
        "rows": {table: ask(f'SELECT count(*) FROM "{table}"')[0][0] for table in _tables()},  # noqa: S608  names of our own tables
        "heads": [
            {"chain": key or "installation", "seq": seq, "hash": head or journal.GENESIS}
            for key, seq, head in ask(
                "SELECT domain_org.key, domain_chain.seq, domain_chain.hash FROM domain_chain LEFT JOIN domain_org ON domain_org.id = domain_chain.org_id "
                "ORDER BY domain_chain.id"
            )
        ],
        "blobs": [sha256 for (sha256,) in ask("SELECT sha256 FROM domain_blob WHERE erased_at IS NULL ORDER BY sha256")],
    }


def _copy_file(source: Path, target: Path, sha256: str) -> bool:
    """Copy a kept file and compare what was copied with its name."""
    there = target / sha256[:2] / sha256
    there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        shutil.copyfile(source / sha256[:2] / sha256, there)
    except FileNotFoundError as absent:
        raise Refused(f"文件 {sha256} 不见了。", f"The file {sha256} is missing.") from absent
    there.chmod(0o400)
    if _digest(there) != sha256:
        raise Refused(f"文件 {sha256} 的内容变了。", f"The content of the file {sha256} has changed.")
    return True


# --------------------------------------------------------------------------------------------------------------------- restore


def restore(folder: Path) -> Report:
    """Put a backup into an installation that is still empty, then check every row count, head and file."""
    manifest = read_manifest(folder)
    for name, digest in manifest["digests"].items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise Refused(f"备份里的 {name} 缺少或变了。", f"{name} in the backup is missing or has changed.")
    if manifest["engine"] != connection.vendor:
        raise Refused(f"备份来自 {manifest['engine']}，这里是 {connection.vendor}。", f"The backup is of {manifest['engine']}, this is {connection.vendor}.")
    if connection.introspection.table_names() and _exists("domain_org"):
        raise Refused("这里已有数据；只能恢复到空的安装。", "There are data here; a backup is put into an empty installation only.")
    for sha256 in manifest["blobs"]:
        _copy_file(folder / "files", Path(settings.FILES), sha256)
    if connection.vendor == "sqlite":
        _restore_sqlite(folder)
    else:
        _restore_postgresql(folder, manifest)
    return check(manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as unreadable:
        raise Refused(f"{folder} 不是备份。", f"{folder} is no backup.") from unreadable
    if not isinstance(found, dict) or found.get("format") != 1:
        raise Refused(f"{folder} 的格式不认识。", f"The form of {folder} is not known.")
    return found


def _exists(table: str) -> bool:
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # noqa: S608  a name of our own
        return cursor.fetchone() is not None


def _restore_sqlite(folder: Path) -> None:
    connections.close_all()
    name = Path(settings.DATABASES["default"]["NAME"])
    for old in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
        old.unlink(missing_ok=True)
    with closing(sqlite3.connect(folder / SQLITE)) as copy, closing(sqlite3.connect(name)) as live:
        copy.backup(live)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        for table in LEFT_OUT:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608


def _restore_postgresql(folder: Path, manifest: dict[str, Any]) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    here = sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())
    if here != manifest["migrations"]:
        raise Refused(f"备份来自程序 {manifest['program']}，请先装同一版。", f"The backup is of version {manifest['program']}; install that one first.")
    tables = list(manifest["rows"])
    with transaction.atomic(), connection.cursor() as cursor:
        named = ", ".join(f'"{table}"' for table in tables)
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(f"TRUNCATE {named} CASCADE")  # what migrating wrote by itself comes back with the copy
        for table in tables:
            with (folder / "tables" / f"{table}.copy").open("rb") as file, cursor.copy(f'COPY "{table}" FROM STDIN') as rows:
                while block := file.read(BLOCK):
                    rows.write(block)
        for statement in connection.ops.sequence_reset_sql(no_style(), [*_models(), MigrationRecorder.Migration]):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


# ----------------------------------------------------------------------------------------------------------------------- check


def check(manifest: dict[str, Any]) -> Report:
    """Compare the installation with what a backup says it must hold."""
    with connection.cursor() as cursor:
        for table, count in manifest["rows"].items():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
            found = cursor.fetchone()[0]
            if found != count and table != "django_migrations":  # a newer program has added its own
                raise Refused(f"{table} 有 {found} 行，应当有 {count} 行。", f"{table} has {found} rows; there should be {count}.")
    heads = {head["chain"]: (head["seq"], head["hash"]) for head in manifest["heads"]}
    entries = 0
    for chain in Chain.objects.select_related("org"):
        verdict = journal.verify(chain, [heads[journal.name_of(chain)]])
        if verdict.found is not None:
            raise Refused(f"日志 {verdict.chain}：{verdict.found.zh}", f"Journal {verdict.chain}: {verdict.found.en}")
        entries += verdict.entries
    kept = 0
    for blob in Blob.objects.filter(erased_at__isnull=True).order_by("pk").iterator():
        files.read(blob)  # compares it with its name
        kept += 1
    return Report(sum(manifest["rows"].values()), kept, entries, _told(manifest))


def _told(manifest: dict[str, Any]) -> dict[str, str]:
    return {head["chain"]: f"{head['seq']}:{head['hash']}" for head in manifest["heads"]}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT:
            yield model


def _tables() -> list[str]:
    return sorted({model._meta.db_table for model in _models()} | {MigrationRecorder.Migration._meta.db_table})

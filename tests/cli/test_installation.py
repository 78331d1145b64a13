"""Commands that work on an installation: served, checked, backed up and put back, each as an office would call it."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import quanheng
from tests.house.tree import ROOT

SAFE = {"QUANHENG_MODE": "production", "QUANHENG_SECRET": "kept-by-nobody-7kWm" * 4, "QUANHENG_HOSTS": "kaohe.example.com"}
FILL = """
import django; django.setup()
from django.db import transaction
from django.utils import timezone
from quanheng.domain import files
from quanheng.domain.actions.signing_in import note
from quanheng.domain.journal import Deed, append
from quanheng.domain.models import Login, Org
org = Org.objects.create(key="jia", name="甲单位")
login = Login.objects.create_user("wang", "correct-horse-battery")
for n in range(20):
    note("signin.done", login, timezone.now())
    with transaction.atomic():
        append(org, Deed(timezone.now(), "system", "org.made", "org", org.pk, "", "0" * 64, reason=f"第 {n} 条"))
print(files.keep("附件".encode(), "text/plain").sha256)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with an organisation, forty entries and a file."""
    folder = tmp_path_factory.mktemp("made") / "data"
    environment = {"QUANHENG_DATA": str(folder), "QUANHENG_MODE": "test"}
    assert quanheng("manage", "migrate", "-v0", **environment).code == 0
    done = subprocess.run(
        [sys.executable, "-c", FILL],
        env=os.environ | environment | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "quanheng.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """One's own copy of it."""
    return shutil.copytree(made, tmp_path / "data")


def altered(data: Path, *statements: str) -> None:
    """Change the database as somebody with its file would."""
    with closing(sqlite3.connect(data / "quanheng.sqlite3")) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            raw.execute(statement)
        raw.commit()


# ----------------------------------------------------------------------------------------------------------------------- audit


def test_audit_verify_says_that_the_journals_are_whole_and_where_one_is_not(data: Path, tmp_path: Path):
    heads = quanheng("audit", "head", "--data", data, "--where", "公示表 2026-10")
    assert re.fullmatch(r"installation 20:[0-9a-f]{64}\njia 20:[0-9a-f]{64}\n", heads.out)
    (tmp_path / "heads.txt").write_text(heads.out, encoding="utf-8")
    assert quanheng("audit", "verify", "--data", data, "--head", tmp_path / "heads.txt").code == 0

    altered(data, "UPDATE domain_entry SET reason = '改' WHERE seq = 7 AND reason <> ''")
    found = quanheng("audit", "verify", "--data", data)
    assert found.code == 1 and "jia：第 7 条的内容与它的校验值不符。" in found.out and "installation：20 条，完整。" in found.out
    assert quanheng("audit", "verify", "--data", data, "--org", "installation").code == 0
    assert quanheng("audit", "verify", "--data", data, "--json").json[1]["first_bad"]["seq"] == 7
    assert "Entry 7 does not match its hash." in quanheng("--lang", "en", "audit", "verify", "--data", data).out


def test_audit_verify_finds_a_cut_tail_whose_head_was_moved_back_only_with_what_was_kept_outside(data: Path, tmp_path: Path):
    head = quanheng("audit", "head", "--data", data, "--org", "jia").out
    altered(
        data,
        "DELETE FROM domain_entry WHERE seq > 15 AND chain_id = (SELECT id FROM domain_chain WHERE org_id IS NOT NULL)",
        "UPDATE domain_chain SET seq = 15, hash = (SELECT hash FROM domain_entry WHERE seq = 15 AND chain_id = domain_chain.id) WHERE org_id IS NOT NULL",
    )
    assert quanheng("audit", "verify", "--data", data).code == 0
    found = quanheng("audit", "verify", "--data", data, "--org", "jia", "--head", head.split()[1])
    assert found.code == 1 and "日志到第 15 条为止，应当有 20 条。" in found.out


def test_audit_verify_misses_a_whole_journal(data: Path, tmp_path: Path):
    (tmp_path / "heads.txt").write_text(f"yi 5:{'0' * 64}\n", encoding="utf-8")
    found = quanheng("audit", "verify", "--data", data, "--head", tmp_path / "heads.txt")
    assert found.code == 1 and "yi：整本日志不见了，应当有 5 条。" in found.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--head", "5:" + "0" * 64], "没有写是哪个单位的链头"),
        (["--head", "nowhere.txt"], "读不了 nowhere.txt"),
        (["--head", str(ROOT / "LICENSE")], "没有读到链头"),
        (["--org", "bing"], "没有“bing”的日志"),
    ],
)
def test_audit_says_what_it_does_not_understand(data: Path, arguments: list[str], says: str):
    done = quanheng("audit", "verify", "--data", data, *arguments)
    assert done.code == 2 and says in done.err


# ---------------------------------------------------------------------------------------------------------------------- backup


def test_a_backup_is_put_back_and_everything_compared(data: Path, tmp_path: Path):
    done = quanheng("backup", tmp_path / "kept", "--data", data)
    assert done.code == 0 and "1 个文件，日志 40 条" in done.out
    again = quanheng("restore", tmp_path / "kept", "--data", tmp_path / "new")
    assert again.code == 0 and "1 个文件，日志 40 条" in again.out
    assert quanheng("audit", "head", "--data", tmp_path / "new").out == quanheng("audit", "head", "--data", data).out


def test_a_drill_does_both_and_leaves_nothing(data: Path, tmp_path: Path):
    done = quanheng("backup", "--drill", "--data", data, "--json", TMPDIR=str(tmp_path))
    assert done.code == 0 and done.json["entries"] == 40 and done.json["seconds"].keys() == {"backup", "restore"}
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_backup_that_was_changed_is_not_put_back(data: Path, tmp_path: Path):
    kept = tmp_path / "kept"
    quanheng("backup", kept, "--data", data)
    stored = next(path for path in kept.rglob("*") if len(path.name) == 64)
    content = stored.read_bytes()
    stored.chmod(0o600)
    stored.write_bytes(b"changed")
    assert "的内容变了" in quanheng("restore", kept, "--data", tmp_path / "new").err
    stored.write_bytes(content)
    with (kept / "database.sqlite3").open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    done = quanheng("restore", kept, "--data", tmp_path / "new2")
    assert done.code == 1 and "database.sqlite3 缺少或变了" in done.err


def test_a_backup_is_neither_written_over_something_nor_put_over_something(data: Path, tmp_path: Path):
    quanheng("backup", tmp_path / "kept", "--data", data)
    assert "不是空的" in quanheng("backup", tmp_path / "kept", "--data", data).err
    assert "只能恢复到空的安装" in quanheng("restore", tmp_path / "kept", "--data", data).err
    assert "不是备份" in quanheng("restore", tmp_path, "--data", tmp_path / "new").err
    assert quanheng("backup", "--data", data).code == 2


# -------------------------------------------------------------------------------------------------------------- safe or not at all


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"QUANHENG_SECRET": ""}, "QUANHENG_SECRET is not set"),
        ({"QUANHENG_SECRET": "short"}, "shorter than 50"),
        ({"QUANHENG_HOSTS": ""}, "QUANHENG_HOSTS is not set"),
        ({"QUANHENG_HOSTS": "*"}, "QUANHENG_HOSTS is not set"),
        ({"QUANHENG_HOSTS": "kaohe.example.com,*"}, "without *"),
        ({"QUANHENG_DATA": ""}, "QUANHENG_DATA is not set"),
        ({"QUANHENG_MODE": "debug"}, "production, demo or test"),
        ({"QUANHENG_DATABASE": "mysql://x/y"}, "must begin with postgresql://"),
        ({"QUANHENG_SECRET": "a" * 60}, "one character"),
    ],
)
def test_production_does_not_start_with_an_unsafe_setting(tmp_path: Path, wrong: dict[str, str], says: str):
    done = quanheng("serve", "--port", free_port(), **(SAFE | {"QUANHENG_DATA": str(tmp_path / "data")} | wrong))
    assert done.code == 2 and says in done.err and "没有启动" in done.err


def test_the_safe_settings_leave_nothing_to_say_to_djangos_own_check(tmp_path: Path):
    done = quanheng("manage", "check", "--deploy", "--fail-level", "DEBUG", **(SAFE | {"QUANHENG_DATA": str(tmp_path)}))
    assert done.code == 0 and "no issues" in done.out


def test_a_secret_is_made_before_there_are_settings():
    assert re.fullmatch(r"[\w-]{64}\n", quanheng("manage", "secret", QUANHENG_MODE="production").out)
    assert quanheng("manage").code == 2 and quanheng("manage", "no-such-command", QUANHENG_MODE="test").code == 1


# ----------------------------------------------------------------------------------------------------------------------- serve


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(door):
        door.request("GET", path, headers=headers)
        answer = door.getresponse()
        return answer.status, dict(answer.getheaders())


def running(parent: int) -> list[int]:
    """The children of a process."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_answers_and_ends_with_its_children(tmp_path: Path, end: signal.Signals):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "quanheng", "serve", "--port", str(port), "--data", str(tmp_path / "data"), "--workers", "1"],
        env={name: value for name, value in os.environ.items() if not name.startswith("QUANHENG")} | SAFE | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None and f"http://127.0.0.1:{port}" in server.stdout.readline()
        assert get(port, "/healthz")[0] == 200
        status, headers = get(port, "/account/login/", Host="kaohe.example.com")
        assert status == 301 and headers["location"] == "https://kaohe.example.com/account/login/"
        assert get(port, "/account/login/", Host="evil.example.com")[0] == 400
        taken = quanheng("serve", "--port", port, **SAFE, QUANHENG_DATA=str(tmp_path))
        assert taken.code == 2 and f"端口 {port} 用不了" in taken.err
        children = running(server.pid)
        assert len(children) == 2
    finally:
        server.send_signal(end)
        code = server.wait(60)
    assert code == (0 if end is signal.SIGTERM else -signal.SIGKILL)
    for _ in range(100):
        if not any(Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2] for child in children):
            break
        time.sleep(0.1)
    with pytest.raises(ConnectionError):
        get(port, "/healthz")

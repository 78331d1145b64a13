"""What holds on SQLite holds on PostgreSQL: the same tests again, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.command import quanheng
from tests.cli.test_installation import FILL
from tests.environment import DATABASE, postgresql
from tests.house.tree import ROOT

AGAIN = ("tests/domain", "tests/web")
# of parts of pages, and of systems made by the same deeds as the first, one database says as much as two
ONCE = ("--ignore=tests/web/test_kit.py", "--deselect=tests/domain/test_demo.py::test_every_other_system_has_a_past_with_results_and_a_running_cycle")
BROWSER = ("--ignore-glob=*_browser.py",)  # what a browser shows does not depend on the database


def test_the_tests_of_the_domain_and_of_the_pages_pass_on_postgresql():
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("QUANHENG_TEST", "QUANHENG_DATA", "PYTEST"))}
    there = [folder for folder in AGAIN if (ROOT / folder).is_dir()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *ONCE, *BROWSER, *there],
        cwd=ROOT,
        env=environment | {DATABASE: "postgresql"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:]


def test_a_backup_of_postgresql_is_put_back_and_everything_compared(tmp_path: Path):
    with postgresql(tmp_path / "server") as address:
        backup_put_back_and_compared(tmp_path, address)


def backup_put_back_and_compared(tmp_path: Path, address: str) -> None:
    place = {"QUANHENG_MODE": "test", "QUANHENG_DATA": str(tmp_path / "data"), "QUANHENG_DATABASE": address}
    assert quanheng("manage", "migrate", "-v0", **place).code == 0
    django = {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "quanheng.settings"}
    subprocess.run([sys.executable, "-c", FILL], env=os.environ | place | django, check=True)
    done = quanheng("backup", tmp_path / "kept", "--drill", "--json", **place)
    assert done.code == 0, done.err
    assert (done.json["entries"], done.json["files"]) == (40, 1)
    refused = quanheng("restore", tmp_path / "kept", **place)
    assert refused.code == 1 and "只能恢复到空的安装" in refused.err
    copied = tmp_path / "kept" / "tables" / "domain_entry.copy"
    copied.write_bytes(copied.read_bytes().replace("第 3 条".encode(), "第 4 条".encode()))
    changed = quanheng("restore", tmp_path / "kept", **place)
    assert changed.code == 1 and "domain_entry.copy 缺少或变了" in changed.err

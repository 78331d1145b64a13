"""The documentation builds without a warning, without the network, and loads nothing from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.examples import DOCS

ELSEWHERE = re.compile(r"(?:src|href)=\"(https?:)?//(?P<host>[^/\"]+)[^\"]*\.(?:js|css|woff2?|ttf)\"")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(out / "trees"), str(DOCS), str(out / "html")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return out / "html"


def test_every_page_is_built(built: Path):
    pages = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")}
    assert pages == {path for path in pages if (built / path).with_suffix(".html").exists()}


def test_no_page_loads_anything_from_elsewhere(built: Path):
    found = {match["host"] for page in built.rglob("*.html") for match in ELSEWHERE.finditer(page.read_text("utf-8"))}
    assert found == set()

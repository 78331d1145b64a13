"""The pages that are walked through at a terminal show what the commands really print."""

from pathlib import Path

import pytest

from tests.docs.commands import STEPS, differences
from tests.docs.examples import DOCS, blocks

PAGES = [path for path in sorted(DOCS.rglob("*.md")) if any(block.kind in STEPS for block in blocks(path.read_text("utf-8")))]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_page_shows_what_is_printed(page: Path):
    assert "\n".join(differences(page)) == ""


def test_the_tutorial_is_walked_through():
    assert DOCS / "guide" / "tutorial.md" in PAGES


def test_an_untrue_page_is_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("```{command}\n$ quanheng --version\nquanheng 9\n```\n", encoding="utf-8")
    assert differences(page)[0] == "page.md:2 really prints:"

"""Every example of the documentation says what really comes out, from both executors, and can be explained."""

from pathlib import Path

import pytest

from tests.docs.commands import STEPS
from tests.docs.examples import DOCS, KINDS, Example, blocks, examples, wrong_with

PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
EXAMPLES = [example for page in PAGES for example in examples(page)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_is_true(example: Example):
    assert "\n".join(wrong_with(example)) == ""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_shows_something(example: Example):
    assert example.faults is not None or any(case.rows for case in example.cases), "a scheme that nothing is said about"


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.page.startswith("cookbook/") and each.faults is None], ids=lambda example: example.name)
def test_the_cookbook_needs_no_advice(example: Example):
    """What an office copies from here has nothing to be reminded of: figures in the text, sources named, all used."""
    assert [f"{fault.code}: {fault.zh}" for fault in example.checked.faults if fault.code != "rule-without-article"] == []


def test_there_are_many_examples():
    assert len(EXAMPLES) > 20


CASES = {
    "a wrong figure": ("{rows} 学院\n名称, 学生人数 → 加分\n文学院, 1500 → 0.3", "→ 0.2"),
    "a refusal that does not happen": ("{rows} 学院\n名称, 学生人数 → 加分\n文学院, 1500 → 0.2\n```\n```{refused}\nx", "not refused"),
    "a refusal that happens": ("{rows} 学院\n名称, 学生人数 → 加分\n文学院, 一千 → 0.2", "not-a-number"),
    "a fault that is not there": ("{faults}\nscheme.md:1:1: some-code: x", "the page says"),
    "an unknown column": ("{rows} 学院\n名称, 学生人数 → 减分\n文学院, 1500 → 0.2", "no column 减分"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_untrue_example_is_found(case: str, tmp_path: Path):
    block, says = CASES[case]
    page = tmp_path / "page.md"
    rule = "- 每个学院：加分（分）= 步进(学生人数；起点 1000人；每多 500人 加 0.2分；零头 不计)"
    table = "数据表 学院：名称 文字 不重复（人事处）；学生人数 0～20000 人（学生处）"
    page.write_text(f"```{{scheme}}\n{rule}\n\n{table}\n```\n```{block}\n```\n", encoding="utf-8")
    (example,) = examples(page)
    assert says in "\n".join(wrong_with(example))


def test_every_block_of_a_page_is_of_a_known_kind():
    known = {*KINDS, *STEPS, "toctree"}
    strange = [f"{page.name}:{block.line} {block.kind}" for page in PAGES for block in blocks(page.read_text("utf-8")) if block.kind not in known]
    assert strange == []

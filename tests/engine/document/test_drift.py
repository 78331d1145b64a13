"""Changing a figure in one place only is noticed."""

from __future__ import annotations

import re

import pytest

from quanheng.engine.document import model as m
from quanheng.engine.document.checks import check_document
from quanheng.engine.document.drift import formulas, numbers
from quanheng.engine.document.reader import read
from tests.engine.bad.cases import HEAD
from tests.engine.document.samples import SAMPLES, name, scheme, text

FOREIGN = "8765"


def changed(path, line: int, start: int, end: int) -> str:
    lines = text(path).split("\n")
    lines[line - 1] = lines[line - 1][:start] + FOREIGN + lines[line - 1][end:]
    return "\n".join(lines)


def rule_figures(path):
    """Place of each figure in a rule line that its text has to name."""
    for block in scheme(path).of(m.Block):
        if isinstance(block, m.Rule | m.Must):
            for node in formulas(block):
                for number in numbers(node):
                    yield number.at.line, number.at.column - 1, number.at.column - 1 + len(number.figure), number


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_every_figure_of_a_rule_that_is_changed_alone_is_reported(path):
    places = list(rule_figures(path))
    assert places
    for line, start, end, _ in places:
        found = read(changed(path, line, start, end))
        reported = [*found.faults, *check_document(found)]
        assert any(fault.at.line == line for fault in reported), text(path).split("\n")[line - 1]


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_every_figure_of_the_text_that_is_changed_alone_is_reported_when_a_rule_used_it(path):
    for paragraph in scheme(path).of(m.Paragraph):
        if not any(isinstance(b, m.Rule) and b.article == paragraph.article for b in scheme(path).blocks):
            continue
        for figure in re.finditer(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])", paragraph.lines[0]):
            found = check_document(read(changed(path, paragraph.at.line, *figure.span())))
            assert found, (figure[0], paragraph.text)


def codes(article: str) -> list[str]:
    found = read(HEAD + article)
    assert found.faults == ()
    return [fault.code for fault in check_document(found)]


@pytest.mark.parametrize("said", ["加两分", "加 2 分", "加二分", "百分之二百", "每人２分", "- 口径：加 2 分"], ids=lambda said: said)
def test_the_text_may_write_the_figure_in_its_own_way(said):
    rule = "- 每名员工：加分（分）= 次数 × 2分\n"
    assert codes(f"{rule}{said}。\n" if said.startswith("-") else f"{said}。\n\n{rule}") == []


def test_another_paragraph_of_the_article_is_not_enough():
    text = "（一）加 2 分。\n\n- 每名员工：甲（分）= 次数 × 2分\n\n（二）再加一些。\n\n- 每名员工：乙（分）= 次数 × 2分\n"
    assert codes(text) == ["figure-not-in-text"]


def test_the_first_words_of_the_article_count_for_all_its_paragraphs():
    text = "每次加 2 分。\n\n（一）甲。\n\n- 每名员工：甲（分）= 次数 × 2分\n"
    assert codes(text) == []


@pytest.mark.parametrize(
    ("words", "comparison", "expected"),
    [
        ("90 分以上的发奖", ">= 90分", []),
        ("90 分以上的发奖", "< 90分", []),
        ("90 分以上的发奖", "> 90分", ["bound-differs"]),
        ("超过 90 分的发奖", "> 90分", []),
        ("超过 90 分的发奖", ">= 90分", ["bound-differs"]),
        ("不满 90 分的不发", "< 90分", []),
        ("不满 90 分的不发", "<= 90分", ["bound-differs"]),
        ("90 分以下的不发", "< 90分", []),
        ("可以超过 90 分", ">= 60分", ["figure-not-in-text"]),
        ("90 分以上的发奖", "= 60分", ["bound-not-in-rules", "figure-not-in-text"]),
    ],
)
def test_a_bound_in_words_is_a_comparison_on_its_side(words, comparison, expected):
    assert sorted(codes(f"{words}。\n\n- 每名员工：发奖（是否）= 得分 {comparison}\n")) == expected


def test_no_bound_is_asked_of_a_function_that_compares_inside():
    text = "（一）1000 人以下不加；每超过 500 人加 2 分，最高不超过 8 分。\n\n"
    rule = "- 每个学院：加分（分）= 封顶(步进(人数；起点 1000人；每多 500人 加 2分；零头 不计), 8分)\n"
    assert codes(text + rule) == []


@pytest.mark.parametrize(
    ("sentence", "warned"),
    [
        ("实行末位淘汰。", True),
        ("连续两年排名最后的，解除劳动合同。", True),
        ("考核倒数第一的予以辞退。", True),
        ("不得实行末位淘汰。", False),
        ("末位等次的，安排培训。", False),
    ],
)
def test_being_last_is_no_ground_for_dismissal(sentence, warned):
    assert codes(f"{sentence}\n- 不计算：例。\n") == (["last-place-dismissal"] if warned else [])


def sheet(*rows: str) -> str:
    return "指标表 表（每名员工）：\n\n| 指标 | 满分 | 计分 | 评分人 |\n" + "".join(f"| {row} | 评分 | 王 |\n" for row in rows)


def test_a_share_is_of_the_whole_of_its_subject():
    assert codes(sheet("甲 | 10", "乙 | 10", "丙 | 10")) == []
    assert codes(sheet("甲 | 4", "乙 | 46", "丙 | 50")) == ["weight-too-small"]
    assert codes(sheet("甲 | 600", "乙 | 400")) == ["weight-too-large"]
    assert codes("共 30 分，每项 10 分。\n\n" + sheet("甲 | 10", "乙 | 10", "丙 | 10")) == []
    assert codes("共 100 分。\n\n" + sheet("甲 | 30", "乙 | 30", "丙 | 30")) == ["full-marks-differ"]

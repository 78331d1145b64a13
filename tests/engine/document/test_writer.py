"""The writer lays a regulation out and changes nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanheng.engine.document import model as m
from quanheng.engine.document.reader import read
from quanheng.engine.document.writer import write
from quanheng.engine.faults import Place
from quanheng.engine.formula.lexer import fold
from tests.engine.bad.cases import HEAD, load
from tests.engine.document.samples import ALL, SAMPLES, name, text
from tests.engine.document.soup import LINES


def ink(text: str) -> str:
    """What stays when space and the width of signs do not count; the `|---|` row and a last bar are layout."""
    lines = [line.replace("｜", "|").strip() for line in fold(text).split("\n")]
    lines = [line.rstrip("| ") if line.startswith("|") else line for line in lines]
    return "".join(sign for line in lines if line.strip("|: -") for sign in line if not sign.isspace())


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_canonical_file_comes_back_byte_for_byte(path):
    assert write(read(text(path))) == text(path)


def crowded(text: str) -> str:
    """As somebody types it: no blank lines, no `|---|` row, half-width signs, spaces anywhere."""
    lines = [line for line in text.split("\n") if line and not line.startswith("|---")]
    for index, line in enumerate(lines):
        if line.startswith("- 每"):
            quoted = re.split(r"(“[^”]*”)", line.replace("×", " ×  ").replace(" 且 ", "  且 "))
            wide = "（）；：，"
            quoted[::2] = (part.translate(str.maketrans(wide, "();:,")) for part in quoted[::2])
            lines[index] = "".join(quoted).replace(" = ", " =") + "  "
        elif line.startswith("|"):
            lines[index] = "|" + "|".join(f"{cell.strip()}  " for cell in line.strip("|").split("|")) + "|"
    return "\n".join(lines)


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_a_file_typed_in_a_hurry_comes_out_canonical(path):
    typed = crowded(text(path))
    assert typed != text(path) and read(typed).faults == ()
    assert write(read(typed)) == text(path)


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_one_changed_figure_is_one_changed_line(path):
    lines = text(path).split("\n")
    for number, line in enumerate(lines):
        for figure in re.finditer(r"\d+", line):
            changed = [*lines]
            changed[number] = f"{line[: figure.start()]}7{line[figure.end() :]}"
            written = write(read("\n".join(changed))).split("\n")
            assert written == changed, line


def test_spaces_and_widths_are_the_house_s():
    typed = (
        "- 每名员工:奖金( 元,保留2位 )=如果( (得分>=90分)且 非  缺勤,基数*-1 ,表[ 级别,名次;无则  停算 ].分值 )。\n"
        "- 口径:  按月。\n- 每名员工: 必须  奖金<=10 万元\n- 参数 基数( 元 )=2015-09-01起100元;2016-09-01 起 200元\n"
        "- 定义 差额( 实际,计划 )=实际-计划\n标准表 系数( 课程 ): 语文 1.2 ;数学  1.0\n"
        "数据表 打分( 选票×成员 ;每张选票 至多 3 行 ): 分  0~9 分( 甲 );级 “a;b(c)”/乙( 乙 )\n"
    )
    assert write(read(HEAD + typed)).removeprefix(HEAD) == (
        "- 每名员工：奖金（元，保留 2 位）= 如果((得分 >= 90分) 且 非 缺勤, 基数 * -1, 表[级别, 名次；无则 停算].分值)。\n"
        "- 口径：按月。\n- 每名员工：必须 奖金 <= 10 万元\n- 参数 基数（元）= 2015-09-01 起 100元；2016-09-01 起 200元\n"
        "- 定义 差额(实际, 计划) = 实际 - 计划\n\n标准表 系数（课程）：语文 1.2；数学 1.0\n"
        "数据表 打分（选票 × 成员；每张选票 至多 3 行）：分 0～9 分（甲）；级 “a;b(c)”/乙（乙）\n"
    )


def test_english_lines_keep_their_own_punctuation():
    line = "- each person: points (分, round 2) = count × 2分  "
    assert write(read(HEAD + line)) == HEAD + line.rstrip() + "\n"
    assert write(read("#  S\nid:x;version:1; period: year;rounding: up\n")) == ("# S\n\nid: x; version: 1; period: year; rounding: up\n")


def test_a_blank_line_that_an_author_put_between_rules_stays():
    body = "- 每名员工：甲 = 1\n\n- 每名员工：乙 = 2\n- 每名员工：丙 = 3\n"
    assert write(read(HEAD + body.replace("\n\n", "\n\n\n\n"))) == HEAD + body


def test_a_line_that_was_not_understood_comes_back_as_it_stands():
    wrong = "-每名员工:甲(  元 )=1\n\n\n   孤行  \n- 每名员工:乙( 元,取2位 )=  2\n- 每名员工:丙( 元 )=  3\n"
    assert write(read(HEAD + wrong)) == HEAD + wrong.replace("丙( 元 )=  3", "丙（元）= 3").replace("工:丙", "工：丙")


def test_text_and_headings_lose_only_spaces_at_their_ends():
    typed = "#  办法  \n编号 ：x ;版本:1；周期：年；舍入：进一\n##  第一条　考核  \n　　第一段，  \n第二行。\n- 不计算:例。\n"
    assert write(read(typed)) == ("# 办法\n\n编号：x；版本：1；周期：年；舍入：进一\n\n## 第一条 考核\n\n　　第一段，\n第二行。\n\n- 不计算：例。\n")


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in load("document")])
def test_a_wrong_document_keeps_its_mistake(case):
    before = read(case.text)
    after = read(write(before))
    assert [fault.code for fault in after.faults] == [fault.code for fault in before.faults]
    assert ink(after.text) == ink(before.text)


@given(LINES)
def test_writing_is_stable_and_keeps_every_sign(lines):
    before = read("\n".join(lines))
    once = write(before)
    again = read(once)
    assert write(again) == once
    assert ink(once) == ink(before.text)
    assert [fault.code for fault in again.faults] == [fault.code for fault in before.faults]
    assert [kind(block) for block in again.blocks if not isinstance(block, m.Blank)] == [
        kind(block) for block in before.blocks if not isinstance(block, m.Blank)
    ]


def kind(block: m.Block) -> tuple[str, str]:
    return type(block).__name__, block.article


@given(st.text(max_size=200))
def test_any_text_is_stable(text):
    once = write(read(text))
    assert write(read(once)) == once


def test_places_are_of_the_text_that_was_read():
    (rule,) = read(HEAD + "- 每名员工：甲 = 1\n").of(m.Rule)
    assert rule.at == Place(7, 1, 7, 13, "scheme.md")

"""What a regulation says arrives as values, with its place and its article."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanheng.engine.document import model as m
from quanheng.engine.document.checks import check_document
from quanheng.engine.document.lines import MOST_CHARACTERS, MOST_LINES
from quanheng.engine.document.reader import read
from quanheng.engine.document.render import formula
from quanheng.engine.faults import Severity
from quanheng.engine.formula import tree as t
from quanheng.engine.values import Rounding
from tests.engine.bad.cases import HEAD
from tests.engine.document.samples import ALL, SAMPLES, name, sample, scheme
from tests.engine.document.soup import LINES


def one(article: str, kind: type[m._B]) -> m._B:
    """The only block of its kind in a small document without faults."""
    found = read(HEAD + article)
    assert found.faults == ()
    (block,) = found.of(kind)
    return block


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_regulation_reads_without_a_fault(path):
    assert scheme(path).faults == ()
    assert not [each for each in check_document(scheme(path)) if each.severity is Severity.FAULT]


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_text_and_rules_of_a_sample_agree(path):
    assert check_document(scheme(path)) == ()


def test_the_header_says_which_version_this_is():
    school = sample("school")
    assert (school.id, school.version, school.period, school.in_force) == ("school", "2015", "学年", "2015-09-01")
    assert school.rounding is Rounding.HALF_UP
    assert school.basis == ("区教育局绩效工资实施意见〔2015〕33号",)
    assert school.title == "义务教育学校奖励性绩效工资分配办法"


def test_the_header_takes_everything_it_knows():
    found = read(
        "# 办法\n\nid: x; version: 1; period: quarter; rounding: half-even; owner: 人事处\n"
        "对象：员工；基准日：2026年12月31日；计量单位：栋、套间；权重上限：40%\n依据：甲〔2026〕1号；乙〔2026〕2号\n依据：丙\n"
    )
    assert found.faults == ()
    assert (found.period, found.rounding, found.owner, found.subject) == ("季", Rounding.HALF_EVEN, "人事处", "员工")
    assert (found.as_of, found.weight_bound) == (20818, 40)
    assert found.units == {"栋", "套间"}
    assert found.basis == ("甲〔2026〕1号", "乙〔2026〕2号", "丙")


def test_a_rule_knows_its_article_and_its_place():
    rule = next(rule for rule in sample("college").rules if rule.name.text == "学生加分")
    assert rule.article == "第二条（二）"
    assert (rule.at.line, rule.at.column, rule.name.at.column, rule.subject.text) == (27, 1, 8, "个学院")
    assert rule.attributes.keep == 2 and rule.attributes.reviewer == "教学工作组".replace("教学", "学生")
    assert rule.attributes.unit is not None and rule.attributes.unit.written == "分"


def test_citations_follow_the_marks_of_the_law():
    article = "（一）甲。\n- 不计算：例。\n1. 乙。\n- 不计算：例。\n（1）丙。\n- 不计算：例。\n2、丁。\n- 不计算：例。\n（二）戊。\n- 不计算：例。\n"
    found = read(HEAD + article + "\n## 附一 数据\n\n1．己。\n- 不计算：例。\n\n## 三、其他\n\n- 不计算：例。\n")
    assert found.faults == ()
    assert [block.article for block in found.of(m.NotComputed)] == [
        "第一条（一）",
        "第一条（一）第1目",
        "第一条（一）第1目（1）",
        "第一条（一）第2目",
        "第一条（二）",
        "附一第1项",
        "三",
    ]


def test_headings_are_chapters_articles_annexes_or_plain():
    text = "# 办法\n\n编号：x；版本：1；周期：年；舍入：进一\n\n## 第一章 总则\n\n### 第一条之一 甲\n\n## 附件二 表\n\n## 附则\n\n## 附注说明\n"
    headings = list(read(text).of(m.Heading))
    assert [(each.kind, each.number, each.text) for each in headings] == [
        ("chapter", "第一章", "总则"),
        ("article", "第一条之一", "甲"),
        ("annex", "附件二", "表"),
        ("annex", "附则", ""),
        ("plain", "", "附注说明"),
    ]


def test_text_lines_without_a_mark_are_one_paragraph():
    found = read(HEAD + "（一）甲，\n乙 ABC\ndef。\n（二）丙。\n\n丁。\n- 不计算：例。\n")
    assert [each.text for each in found.of(m.Paragraph)] == ["（一）甲，乙 ABC def。", "（二）丙。", "丁。"]
    assert [each.mark for each in found.of(m.Paragraph)] == ["（一）", "（二）", ""]


def test_brackets_say_how_a_rule_ends():
    rule = one("- 每名员工：奖金（万元，保留 2 位 进一，显示1位，0～12，甲组审核）= 基数。\n", m.Rule)
    given_ = rule.attributes
    assert (given_.keep, given_.show, given_.rounding, given_.reviewer) == (2, 1, Rounding.UP, "甲组")
    assert (given_.lo, given_.hi, given_.factor) == (0, 12, 10_000)
    assert one("- each nurse: bonus (元, round 2 half-even) = base\n", m.Rule).attributes.rounding is Rounding.HALF_EVEN
    assert one("- 每名员工：违规（否决）= 有(处分)\n", m.Rule).attributes.veto


def test_a_condition_belongs_to_its_subject():
    must = one("- 每所学校：必须 合计(教职工.应发) <= 核定总额\n", m.Must)
    assert must.subject.text == "所学校" and formula(must.condition) == "合计(教职工.应发) <= 核定总额"


def test_continuation_lines_belong_to_the_rule_and_keep_their_columns():
    rule = one("- 每名员工：等次 = 分情况(\n    得分 >= 90分：“A”；\n    其余：“B”)\n", m.Rule)
    assert len(rule.lines) == 3 and rule.at.end_line == 9
    assert isinstance(rule.formula, t.Call)
    branch = rule.formula.parts[0]
    assert (branch.at.line, branch.at.column) == (8, 5)


def test_a_parameter_may_change_by_date():
    parameter = one("- 参数 标准（元）= 2015-09-01 起 20000元；2016年9月1日 起 -5元\n", m.Parameter)
    assert [value.since for value in parameter.values] == [16679, 17045]
    assert [formula(value.value) for value in parameter.values] == ["20000元", "-5元"]
    plain = one("- parameter limit = “甲”\n", m.Parameter)
    assert plain.values[0].since is None and isinstance(plain.values[0].value, t.Text)


def test_a_definition_names_its_parameters():
    definition = one("- 定义 差额(实际, 计划) = 实际 - 计划\n", m.Definition)
    assert [each.text for each in definition.parameters] == ["实际", "计划"]


def test_an_indicator_table_is_one_rule_a_row():
    enterprise = sample("enterprise")
    (table,) = enterprise.of(m.IndicatorTable)
    first, *_, last = table.rows
    assert first.full is not None and first.full.value == 30 and first.full.unit.written == "分"
    assert first.attributes.keep == 2 and last.raters == ("本人", "上级", "部长")
    assert [rule.name.text for rule in enterprise.rules][:4] == ["产量完成", "一次合格率", "交货及时率", "工作表现"]
    assert enterprise.rules[0].indicator is first and enterprise.rules[0].article == "第五条"


def test_a_direct_mark_has_no_formula_and_columns_come_in_any_order():
    table = one(
        "指标表 表现（每名员工）：\n\n| 评分人 | 指标 | 目标 | 计分 | 权重 |\n| 王、李 | 态度 | 好 | 评分 | 40% |\n| 系统 | 效率 | | 数量 × 1分 | 60% |\n",
        m.IndicatorTable,
    )
    assert [(row.scoring is None, row.weight, row.raters, row.goal) for row in table.rows] == [
        (True, Fraction(2, 5), ("王", "李"), "好"),
        (False, Fraction(3, 5), ("系统",), ""),
    ]


def test_a_standard_table_is_looked_up_by_its_keys():
    (first, second) = sample("school").of(m.StandardTable)
    assert [entry.keys for entry in first.entries] == [("语文",), ("数学",), ("英语",), ("其他",)]
    assert second.entries[1].keys == ("市级", "二等奖")
    drawn = one("标准表 系数（课程）：\n\n| 课程 | 数 |\n|---|---|\n| 语文 | 1.2 |\n| “体 育” | 10 万元 |\n", m.StandardTable)
    assert [(entry.keys, formula(entry.value)) for entry in drawn.entries] == [(("语文",), "1.2"), (("体 育",), "10万元")]


def columns(text: str) -> dict[str, m.DataColumn]:
    return {column.name.text: column for column in one(text, m.DataTable).columns}


def test_every_content_of_a_column():
    found = columns(
        "数据表 甲：\n  数 0～100 分 1 位小数（教务处）；\n  率 0%～100% 2 位小数 可缺（质检）；差 -20至20 人（人事）；\n"
        "  款 0～5 万元（财务）；会 是否（甲）；名 文字 不重复 可缺（乙）；日 日期（丙）；月 月份（丁）；谁 属于 员工（戊）；\n"
        "  级 甲/乙/丙（己）；高低 低<中<高（庚）；纯 0～1.5 1 位小数（辛）。\n"
    )
    assert [column.kind for column in found.values()] == [
        *["number"] * 4, "yesno", "text", "day", "month", "link", "choice", "choice", "number",
    ]  # fmt: skip
    assert (found["数"].lo, found["数"].hi, found["数"].decimals, found["数"].source) == (0, 100, 1, "教务处")
    assert (found["率"].lo, found["率"].hi, found["率"].decimals, found["率"].optional) == (0, 1, 2, True)
    assert (found["差"].lo, found["差"].hi, found["差"].unit.written) == (-20, 20, "人")
    assert (found["款"].hi, found["款"].factor) == (5, 10_000)
    assert found["名"].unique and found["名"].optional
    assert found["谁"].target is not None and found["谁"].target.text == "员工"
    assert found["级"].choices == ("甲", "乙", "丙") and not found["级"].ordered
    assert found["高低"].choices == ("低", "中", "高") and found["高低"].ordered
    assert found["纯"].hi == Fraction(3, 2) and not found["纯"].unit.dims


def test_every_bracket_of_a_table():
    table = one("数据表 打分（选票 × 成员；至多 5000 行；每张选票 至多 60 行；每名成员 至少 1 行）：分 0～9（甲）\n", m.DataTable)
    assert [key.text for key in table.key] == ["选票", "成员"]
    said = [(limit.subject.text if limit.subject else None, limit.most, limit.least) for limit in table.limits]
    assert said == [(None, 5000, None), ("张选票", 60, None), ("名成员", None, 1)]
    assert one("数据表 总额（一行）：数 0～9（甲）\n", m.DataTable).single
    assert one("数据表 月结果（来自 办法 enterprise）：等次 A/B（甲）\n", m.DataTable).run_of == "enterprise"
    assert one("外定表 核定：机关 文字（甲）；文号 文字（甲）\n", m.DataTable).decided


def test_a_loose_table_and_an_annex_are_only_text():
    found = read(HEAD + "| 名 | 数 |\n| 甲 | 1 |\n\n附表 一：\n\n| 名 |\n|---|\n| 乙 |\n\n附表所列指标按季公布。\n- 不计算：例。\n")
    assert found.faults == ()
    assert [(annex.name, len(annex.lines)) for annex in found.of(m.Annex)] == [("", 2), ("一", 5)]


def test_english_lines_say_the_same():
    found = read(
        "# Scheme\n\nid: x; version: 1; period: year; rounding: half-up\n\n## Article 1 Points\n\n"
        "Points are twice the count, at most 10.\n\n- each person: points (分) = count × 2分\n- reading: whole counts only.\n"
        "- each person: must points <= 10分\n- define double(a) = a × 2\n- parameter top (分) = 10分\n\n"
        "indicators sheet (each person):\n\n| indicator | full-mark | scoring | raters |\n| effort | 10 | rated | boss |\n\n"
        "standards rate (kind): a 1; b 2\n\n## Annex 1\n\n"
        "data person: name text unique (HR); count 0～5 (HR); kind a/b optional (HR); boss yes-no (HR); head belongs-to person (HR)\n"
    )
    assert found.faults == ()
    assert [type(block).__name__ for block in found.blocks if not isinstance(block, m.Blank | m.Heading)][2:] == [
        *["Paragraph", "Rule", "Reading", "Must", "Definition", "Parameter", "IndicatorTable", "StandardTable", "DataTable"],
    ]


def test_a_broken_line_keeps_its_name_and_the_rest_is_read():
    found = read(HEAD + "- 每名员工：甲（元）= (1 + 2\n- 每名员工：乙（元）= 甲 × 2\n数据表 员工：丙 图像（a）；丁 0～1（a）\n")
    assert [fault.code for fault in found.faults] == ["open-bracket", "unknown-content"]
    assert found.unread == {"甲", "丙"}
    assert [rule.name.text for rule in found.rules] == ["乙"]


def test_line_ends_and_a_byte_order_mark_do_not_matter():
    plain = HEAD + "- 不计算：例。\n"
    for other in (plain.replace("\n", "\r\n"), "\ufeff" + plain, plain.replace("\n", "\r"), plain.removesuffix("\n")):
        assert read(other).digest == read(plain).digest == hashlib.sha256(plain.encode()).hexdigest()
        assert read(other).blocks == read(plain).blocks


@pytest.mark.parametrize("text", ["甲" * (MOST_CHARACTERS + 1), "\n" * (MOST_LINES + 1)], ids=["characters", "lines"])
def test_a_file_beyond_all_measure_is_not_looked_into(text):
    found = read(text)
    assert [fault.code for fault in found.faults] == ["file-too-long"]
    assert all(isinstance(block, m.Unread) for block in found.blocks)


def test_an_empty_file_lacks_its_title_and_header():
    assert [fault.code for fault in read("").faults] == ["header-missing", "title-missing"]


@given(LINES)
def test_no_text_breaks_the_reader_and_every_line_is_in_exactly_one_block(lines):
    found = read("\n".join(lines))
    assert [line for block in found.blocks for line in block.lines] == "\n".join([*lines, ""]).split("\n")[: _count(found)]
    at = 1
    for block in found.blocks:
        assert (block.at.line, block.at.end_line) == (at, at + len(block.lines) - 1)
        at += len(block.lines)
    check_document(found)


def _count(found: m.Scheme) -> int:
    return found.text.count("\n")


@given(st.text(max_size=300))
def test_no_characters_break_the_reader(text):
    found = read(text)
    assert "".join(f"{line}\n" for block in found.blocks for line in block.lines) == found.text
    check_document(found)


@given(LINES)
def test_every_fault_points_into_the_text(lines):
    found = read("\n".join(lines))
    for fault in found.faults:
        assert isinstance(fault.at, type(found.blocks[0].at) if found.blocks else object)
        assert 1 <= fault.at.line <= max(1, found.text.count("\n"))

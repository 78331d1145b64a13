"""What changed between two versions is said thing by thing."""

from __future__ import annotations

import pytest

from quanheng.engine.document.compare import Change, compare
from quanheng.engine.document.reader import read
from tests.engine.document.samples import ALL, name, sample, scheme, text


def changes(key: str, *replaced: tuple[str, str]) -> list[Change]:
    old = sample(key)
    new = old.text
    for before, after in replaced:
        assert before in new
        new = new.replace(before, after)
    return compare(old, read(new))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_the_same_regulation_has_no_changes(path):
    assert compare(scheme(path), scheme(path)) == []
    assert compare(scheme(path), read(text(path).replace("= ", "=  "))) == []


def test_a_figure_changed_in_text_and_rule_is_two_changes():
    text_, rule = changes("college", ("每超过 500 人", "每超过 400 人"), ("每多 500人", "每多 400人"))
    assert text_.figures == rule.figures == (("500", "400"),)
    assert (rule.kind, rule.what, rule.name, rule.aspect, rule.article) == ("changed", "rule", "学生加分", "式子", "第二条（二）")
    assert rule.zh == (
        "第二条（二）：规则“学生加分”的式子由“步进(学生人数；起点 1000人；每多 500人 加 2分；零头 不计) × 0.1”"
        "改为“步进(学生人数；起点 1000人；每多 400人 加 2分；零头 不计) × 0.1”。"
    )
    assert rule.en.startswith("第二条（二）: rule “学生加分”, formula changed from “步进(")
    assert rule.at is not None and rule.at.line == 27


@pytest.mark.parametrize(
    ("key", "before", "after", "said"),
    [
        ("college", "版本：2026", "版本：2027", ["文件头“版本”由“2026”改为“2027”。"]),
        ("college", "# 二级学院（部）年度绩效考核办法", "# 学院考核办法", ["标题由“二级学院（部）年度绩效考核办法”改为“学院考核办法”。"]),
        ("college", "| 学生工作 | 25 |", "| 学生工作 | 20 |", ["第一条：指标“学生工作”的满分由“25”改为“20”。"]),
        ("college", "| 学生工作 | 25 | 评分 |", "| 学生工作 | 25 | 学工 |", ["第一条：指标“学生工作”的计分由“评分”改为“学工”。"]),
        ("college", "- 口径：不足两个的不减分。\n", "", ["第二条（一）：删去口径：不足两个的不减分。"]),
        ("college", "学生人数 0～20000 人", "学生人数 0～20000 人 可缺", ["附一：填报项“学院·学生人数”的内容由“0～20000 人”改为“0～20000 人 可缺”。"]),
        ("college", "学生人数 0～20000 人（学生处）", "学生人数 0～20000 人（教务处）", ["附一：填报项“学院·学生人数”的来源由“学生处”改为“教务处”。"]),
        ("school", "语文 1.2；", "语文 1.3；", ["第四条：标准“课程系数·语文”的值由“1.2”改为“1.3”。"]),
        ("school", "语文 1.2；", "", ["第四条：删去标准“课程系数·语文”：1.2。"]),
        ("nurse", "职称奖金池（元，保留 2 位）", "职称奖金池（元，保留 1 位）", ["第一条：规则“职称奖金池”的单位和小数由“元，保留 2 位”改为“元，保留 1 位”。"]),
        ("nurse", "护理部）；奖金总额", "护理部）；床位 0～99 张（护理部）；奖金总额", ["附一：新增填报项“病区·床位”：0～99 张，护理部。"]),
        ("nurse", "## 第三条 岗位系数", "## 第三条 岗位", ["第三条：条“第三条”由“岗位系数”改为“岗位”。"]),
    ],
)  # fmt: skip
def test_each_kind_of_change_has_its_sentence(key, before, after, said):
    assert [change.zh for change in changes(key, (before, after))] == said


def test_a_new_article_renumbers_the_others_and_nothing_else_changes():
    found = changes(
        "college",
        ("## 第三条 一票否决", "## 第三条 公示\n\n结果公示七天。\n\n- 不计算：办理程序。\n\n## 第四条 一票否决"),
        ("## 第四条 总分", "## 第五条 总分"),
    )
    assert [change.zh for change in found] == [
        "新增第三条 公示。",
        "第三条：新增条文：结果公示七天。",
        "第三条：新增不计算的理由：办理程序。",
        "第三条改为第四条（一票否决）。",
        "第四条改为第五条（总分与等次）。",
    ]
    assert [change.en for change in found][3] == "第三条 is now 第四条 (一票否决)."


def test_a_rule_that_moves_is_not_a_new_rule():
    old = sample("nurse").text
    line = "- 每个病区：结余（元）= 奖金总额 - 合计(护士.实发)\n"
    new = old.replace(line, "").replace("- 口径：岗位奖金池即", f"{line}- 口径：岗位奖金池即")
    (moved,) = compare(sample("nurse"), read(new))
    assert moved.zh == "规则“结余”由第五条移到第一条。"
    assert moved.en == "第一条: rule “结余” moved from 第五条 to 第一条."


def test_a_removed_article_takes_its_rules_along():
    old = sample("enterprise")
    begin, end = old.text.index("## 第十二条"), old.text.index("## 附一")
    found = compare(old, read(old.text[:begin] + old.text[end:]))
    assert {change.kind for change in found} == {"removed"}
    assert "删去第十二条 晋升。" in [change.zh for change in found]
    assert [change.name for change in found if change.what == "rule"] == ["得A", "得AB", "得D", "晋升"]


def test_changes_come_in_the_order_of_the_new_text():
    found = changes("school", ("版本：2015", "版本：2016"), ("语文 1.2；", "语文 1.3；"), ("0～60 节", "0～50 节"), ("（教科室）；名次", "（科研室）；名次"))
    lines = [change.at.line for change in found if change.at is not None]
    assert len(lines) == 4 and lines == sorted(lines)


def test_a_condition_is_compared_by_what_it_says():
    (change,) = changes("school", ("合计(教职工.应发) <= 核定总额", "合计(教职工.应发) < 核定总额"))
    assert (change.kind, change.what, change.article) == ("changed", "condition", "第二条")
    assert (change.before, change.after) == ("每所学校：合计(教职工.应发) <= 核定总额", "每所学校：合计(教职工.应发) < 核定总额")

"""Texts made to be slow: every one is read, checked and written without going over it again and again."""

from __future__ import annotations

import pytest

from quanheng.engine.document.checks import check_document
from quanheng.engine.document.lines import LONGEST_LINE
from quanheng.engine.document.reader import read
from quanheng.engine.document.writer import write
from tests.engine.bad.cases import HEAD

SPACES = " " * 9_000
LINES = {
    "title": f"# a{SPACES}b",
    "heading": f"## 第二条{SPACES}b",
    "rule": f"- 每名员工：甲{SPACES}（元，保留 2 位{SPACES}x）{SPACES}= 1",
    "text": f"{'>' * 4_000}{SPACES[:5_000]}每",
    "column": f"数据表 甲：数 0{SPACES}x",
    "range": f"- 每名员工：甲（0{SPACES}～{SPACES[:500]}x）= 1",
    "limit": f"数据表 甲（至多 3 行{SPACES}x）：数 0～1（甲）",
    "annex": f"附表{SPACES}x",
    "quotes": "“" * 9_000,
    "brackets": "- 每名员工：甲" + "（" * 9_000,
    "figures": "超过 1 " * 1_800,
    "chinese": "一二三四五六七八九十" * 900,
    "last": "排名末位考核倒数" * 1_100,
    "equals": "每" + "=" * 9_000,
    "colons": "每：" * 4_500,
    "cells": "|" * 9_000,
}
MANY = {
    "rules": "- 每名员工：甲（元）= 1元 + 当打分\n" * 1_000,
    "columns": "数据表 甲：\n" + "".join(f"  列{i} 0～{i} 人（甲）；\n" for i in range(5_000)),
    "rows": "| 甲 | 乙 |\n" * 9_000,
    "indicators": "指标表 甲（每名员工）：\n\n| 指标 | 满分 | 计分 | 评分人 |\n" + "".join(f"| 项{i} | 1 | 评分 | 王 |\n" for i in range(1_500)),
    "tables": "指标表 甲（每名员工）：\n\n| 指标 | 满分 | 计分 | 评分人 |\n| 项 | 1 | 评分 | 王 |\n\n" * 700,
    "marks": "".join(f"（一）加 {i} 分以上。\n- 每名员工：甲{i} = {i}分\n" for i in range(800)),
    "wrong": "-每\n" * 4_000,
    "articles": "".join(f"## 第{i}条 甲\n\n超过 {i} 人。\n\n- 每名员工：甲{i} = 1\n\n" for i in range(600)),
    "header": "编号：x；" * 1_000,
    "text": "加 5 分，\n" * 9_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**LINES, **MANY}.items()])
def test_a_nasty_text_is_read_checked_and_written(text):
    found = read(HEAD + text + "\n")
    check_document(found)
    once = write(found)
    assert write(read(once)) == once


def test_a_line_beyond_all_measure_is_not_looked_into():
    found = read(f"{HEAD}- 每名员工：甲 = 1\n{'甲' * (LONGEST_LINE + 1)}\n  {'甲' * LONGEST_LINE}\n|{'甲' * LONGEST_LINE}|\n")
    assert [(fault.code, fault.at.line) for fault in found.faults] == [("line-too-long", line) for line in (8, 9, 10)]


def test_a_message_quotes_at_most_a_sentence():
    (fault,) = read(f"{HEAD}- {'甲' * 5_000}\n- 不计算：例。\n").faults
    assert len(fault.zh) < 300

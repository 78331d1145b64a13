"""Random documents: lines of a regulation, whole and broken, in any order."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.engine.document.samples import SAMPLES, text

_KNOWN = sorted({line for path in SAMPLES for line in text(path).split("\n")})
_PIECES = [
    "- ", "- 每", "-每", "每名护士", "：", ":", "（", "）", "(", ")", "=", "＝", " = ", "；", ";", "，", ",", "、", "。", "| ", " |", "|---|",
    "指标表 ", "标准表 ", "数据表 ", "外定表 ", "附表 ", "口径：", "不计算：", "必须 ", "参数 ", "定义 f(a)", "编号：x", "版本：", "## ", "### 第一条", "# 题",
    "  ", " ", "\t", "　", "得分", "打分.分值", "合计(", "分档(", "当 ", "按 ", "同 全体", ">= 90分", "90 分以上", "超过 5 人", "0～100 分", "0%～100%",
    "保留 2 位", "显示 1 位", "是否", "否决", "甲组审核", "文字 不重复", "属于 表", "可缺", "甲/乙", "低<中", "一行", "至多 3 行", "每张票 至多 2 行", "× ",
    "“A”", "“", "”", "100,000", "10万元", "3 百分点", "2015-09-01 起 ", "百分之二十", "三分之二", "十万", "〔2015〕33号", "末位淘汰", "•", "*", "—", "<!--",
    "来自 办法 x", "指标", "满分", "计分", "评分", "权重", "each ", "reading:", "data x:", "\u200b", "\0", "А", "⼈", "1.", "（一）", "①", "\ud800", "÷",
]  # fmt: skip

LINE = st.one_of(
    st.sampled_from(_KNOWN),
    st.lists(st.sampled_from(_PIECES), max_size=9).map("".join),
    st.tuples(st.sampled_from(_KNOWN), st.sampled_from(_PIECES), st.integers(0, 200)).map(lambda parts: parts[0][: parts[2]] + parts[1] + parts[0][parts[2] :]),
    st.tuples(st.sampled_from(_KNOWN), st.integers(0, 120)).map(lambda parts: parts[0][: parts[1]]),
)
LINES = st.lists(LINE, max_size=25)

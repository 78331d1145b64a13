"""Words, names and signs to draw from."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Final

from quanheng.engine.values import decimal_text

EPOCH: Final = datetime.date(1970, 1, 1)
# Names and texts that a computer confuses more easily than people do: letters of both cases, quotes, digits, rare signs.
TEXTS: Final = ("甲", "乙", "丙", "张三", "O'Brien", 'the "A" team', "a", "B", "b", "10", "9", "é", "﨑", "末", "ß", "或", "1e3", "-1", "%")
CHOICES: Final = (
    ("优秀", "良好", "合格", "不合格"),
    ("A", "B", "C", "D"),
    ("a", "A", "b"),
    ("在岗", "待岗", "借调"),
    ("一档", "二档", "三档"),
    ("甲类", "乙类"),
    ("10", "9", "100"),
    ("国家级", "省级", "市级", "县级", "单位"),
)
SOURCES: Final = ("人事处", "财务科", "考核组", "质检单", "考勤")
MEASURES: Final = ("分", "分", "元", "元", "")
COUNTED: Final = ("人", "次", "天", "件", "月", "年", "个")
WORDS: Final = (
    "得分", "奖金", "系数", "工作量", "完成率", "扣分", "当月数", "合计数", "或有数", "按揭数", "缺勤", "A档", "a档", "x", "X", "加减", "同比", "近况",
)  # fmt: skip
NUMBERS: Final = "一二三四五六七八九十"


NEVER_BELOW_0: Final = (
    "分配", "split", "名次奖", "rank-prizes", "rank_prizes", "限于", "clamp", "个数", "count", "超出", "excess", "绝对值", "abs",
)  # fmt: skip
ABSENT: Final = ("无数据", "未评", "不适用")
REMAINDERS: Final = ("大者先得", "依次先得", "累计取整", "差额归末位", "不分")
WIDE: Final = {"(": "（", ")": "）", ",": "，", ":": "：", ";": "；"}
ENGLISH: Final = {
    "缺": "missing", "无则": "when-none", "同": "within", "全体": "everyone", "仅": "only", "按": "by", "零头": "part", "并列": "ties", "再比": "then-by",
    "近": "last", "截至": "until", "起点": "from", "每多": "every-above", "每少": "every-below", "加": "add", "扣": "take", "扣完为止": "floor-zero",
    "满分": "full-mark", "上限": "cap", "多出": "over-cap", "全零": "all-zero", "另加": "plus", "去高": "drop-high", "去低": "drop-low", "取高": "take-high",
    "取低": "take-low", "都": "each", "其余": "else", "占": "share", "当": "when", "高到低": "descending", "低到高": "ascending", "且": "and", "或": "or",
    "非": "not", "是": "yes", "否": "no", "为": "is-one-of", "不为": "is-none-of", "无数据": "no-data", "未评": "not-rated", "不适用": "not-applicable",
    "停算": "refuse", "按零": "zero", "略去": "skip", "摊给其他": "spread", "仍缺": "propagate", "平分": "equal", "不发": "none", "不计": "full",
    "算一步": "started", "按比例": "proportional", "大者先得": "largest", "依次先得": "first", "累计取整": "cumulate", "差额归末位": "rest", "不分": "stay",
    "归公": "stays", "分给其他": "to-others", "同名次": "shared-rank", "末位名次": "last-rank", "密集": "dense", "全给": "all-get", "都不给": "none-get",
    "各名": "prizes",
}  # fmt: skip


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 34 → 三十四."""
    tens, ones = divmod(number, 10)
    return (NUMBERS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (NUMBERS[ones - 1] if ones else "")


def figure(value: Fraction) -> str:
    return decimal_text(value)

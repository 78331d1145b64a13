"""The closed words of the scheme language: Chinese word → token, with the English spelling that is accepted too.

One list serves the lexer, the writer, the editor's completion and the docs. A word on it cannot name a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Word:
    """A closed word: its token in the grammar, the Chinese spellings (the first is the one written), the English ones."""

    token: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    value: str = ""  # what the tree holds, where the token stands for several words


def _words() -> tuple[Word, ...]:
    single = [
        ("OR", "或", "or"),
        ("AND", "且", "and"),
        ("NOT", "非", "not"),
        ("TRUE", "是", "yes"),
        ("FALSE", "否", "no"),
        ("IN", "为", "is-one-of"),
        ("NOTIN", "不为", "is-none-of"),
        ("WHEN", "当", "when"),
        ("MISSING", "缺", "missing"),
        ("NONE", "无则", "when-none"),
        ("SAME", "同", "within"),
        ("WHOLE", "全体", "everyone"),
        ("ONLY", "仅", "only"),
        ("BY", "按", "by"),
        ("PART", "零头", "part"),
        ("TIES", "并列", "ties"),
        ("THENBY", "再比", "then-by"),
        ("LAST", "近", "last"),
        ("UNTIL", "截至", "until"),
        ("FROM", "起点", "from"),
        ("EVERYABOVE", "每多", "every-above"),
        ("EVERYBELOW", "每少", "every-below"),
        ("ADD", "加", "add"),
        ("TAKE", "扣", "take"),
        ("FLOORZERO", "扣完为止", "floor-zero"),
        ("FULL", "满分", "full-mark"),
        ("LIMIT", "上限", "cap"),
        ("OVERLIMIT", "多出", "over-cap"),
        ("ALLZERO", "全零", "all-zero"),
        ("PLUSPLACES", "另加", "plus"),
        ("DROPHIGH", "去高", "drop-high"),
        ("DROPLOW", "去低", "drop-low"),
        ("TAKEHIGH", "取高", "take-high"),
        ("TAKELOW", "取低", "take-low"),
        ("EACH", "都", "each"),
        ("OTHER", "其余", "else"),
        ("SHARE", "占", "share"),
        ("PRIZES", "各名", "prizes"),
    ]
    words = [Word(token, (zh,), (en,)) for token, zh, en in single]
    valued = [
        ("DIRECTION", "high", ("高到低", "晚到早", "多到少"), ("descending",)),
        ("DIRECTION", "low", ("低到高", "早到晚", "少到多"), ("ascending",)),
        ("ABSENT", "nothing", ("无数据",), ("no-data",)),
        ("ABSENT", "pending", ("未评",), ("not-rated",)),
        ("ABSENT", "exempt", ("不适用",), ("not-applicable",)),
        ("POLICY", "refuse", ("停算",), ("refuse",)),
        ("POLICY", "zero", ("按零",), ("zero",)),
        ("POLICY", "skip", ("略去",), ("skip",)),
        ("POLICY", "spread", ("摊给其他",), ("spread",)),
        ("POLICY", "propagate", ("仍缺",), ("propagate",)),
        ("POLICY", "equal", ("平分",), ("equal",)),
        ("POLICY", "none", ("不发",), ("none",)),
        ("POLICY", "full", ("不计",), ("full",)),
        ("POLICY", "started", ("算一步",), ("started",)),
        ("POLICY", "proportional", ("按比例",), ("proportional",)),
        ("POLICY", "largest", ("大者先得",), ("largest",)),
        ("POLICY", "first", ("依次先得",), ("first",)),
        ("POLICY", "cumulate", ("累计取整",), ("cumulate",)),
        ("POLICY", "rest", ("差额归末位",), ("rest",)),
        ("POLICY", "stay", ("不分",), ("stay",)),
        ("POLICY", "stays", ("归公",), ("stays",)),
        ("POLICY", "others", ("分给其他",), ("to-others",)),
        ("POLICY", "high", ("同名次",), ("shared-rank",)),
        ("POLICY", "low", ("末位名次",), ("last-rank",)),
        ("POLICY", "dense", ("密集",), ("dense",)),
        ("POLICY", "all-get", ("全给",), ("all-get",)),
        ("POLICY", "none-get", ("都不给",), ("none-get",)),
        ("COMPARE", ">=", ("达到", "不低于"), ("reaches",)),
        ("COMPARE", ">", ("超过", "高于"), ("exceeds",)),
        ("COMPARE", "<", ("不满", "不足", "低于"), ("below",)),
        ("COMPARE", "<=", ("不超过",), ("not-above",)),
        ("BOUND", ">=", ("以上",), ("and-above",)),
        ("BOUND", "<=", ("以下", "以内"), ("and-below",)),
    ]
    words += [Word(token, zh, en, value) for token, value, zh, en in valued]
    return tuple(words)


WORDS: Final = _words()
BY_SPELLING: Final = {spelling: word for word in WORDS for spelling in (*word.zh, *word.en)}
TOKENS: Final = tuple(dict.fromkeys(word.token for word in WORDS))
ZH: Final = {(word.token, word.value): word.zh[0] for word in WORDS}

# Words that begin a line of a scheme, or attributes in a rule's brackets; reserved as names as well.
LINE_WORDS: Final = {
    "每": "each",
    "口径": "reading",
    "不计算": "text-only",
    "必须": "must",
    "参数": "parameter",
    "定义": "define",
    "指标表": "indicators",
    "标准表": "standards",
    "数据表": "data",
    "外定表": "decided",
    "附表": "annex",
}
ATTRIBUTES: Final = {"保留": "round", "显示": "show", "是否": "yes-no", "否决": "veto"}
ROUNDINGS: Final = {
    "四舍五入": "half-up",
    "进一": "up",
    "向下": "floor",
    "去尾": "truncate",
    "五成双": "half-even",
}
# Labels of a call's parts: the tree's name of the label → the word.
LABELS: Final = {word.token.lower(): word.zh[0] for word in WORDS if word.token not in ("POLICY", "COMPARE", "DIRECTION", "ABSENT", "BOUND")}
RESERVED: Final = frozenset(BY_SPELLING) | frozenset(ATTRIBUTES) | {"必须", "口径", "对方"}

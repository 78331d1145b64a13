"""How a name is said, so that it is found by its sounds and stands in their order.

Surnames have readings of their own (单 is Shan, 曾 Zeng, 解 Xie) that a dictionary of words does not give; some have two.
"""

from __future__ import annotations

from typing import Final

# Surnames whose reading is not the usual one of the character; where families differ, the more frequent one first.
SURNAMES: Final = {
    "单于": "chan-yu",
    "万俟": "mo-qi",
    "单": "shan", "曾": "zeng", "查": "zha", "仇": "qiu", "解": "xie", "区": "ou", "朴": "piao", "盖": "ge gai", "种": "chong",
    "折": "she zhe", "乐": "le yue", "召": "shao zhao", "员": "yun yuan", "缪": "miao", "翟": "zhai di", "黑": "he hei", "不": "fou",
    "么": "yao", "覃": "qin tan", "隗": "wei kui", "能": "nai", "繁": "po", "秘": "bi", "牟": "mou mu", "洗": "xian", "佴": "nai",
    "郇": "xun huan", "句": "gou", "祭": "zhai", "卜": "bu", "莘": "shen xin", "藏": "zang", "都": "du", "重": "chong", "乜": "nie",
    "会": "gui", "六": "lu", "炅": "gui", "渑": "sheng", "郄": "qie xi", "尉": "wei yu",
}  # fmt: skip


def readings(name: str) -> tuple[str, str]:
    """(the name in sounds, the first letters), each reading of the surname with a blank between.

    >>> readings("曾国藩"), readings("解晓东"), readings("吕方"), readings("乐平")
    (('zengguofan', 'zgf'), ('xiexiaodong', 'xxd'), ('lvfang', 'lf'), ('leping yueping', 'lp yp'))
    """
    surname = next((name[:length] for length in (2, 1) if name[:length] in SURNAMES), "")
    given = _sounds(name[len(surname) :])
    spoken = [[*reading.split("-"), *given] for reading in SURNAMES[surname].split()] if surname else [given]
    firsts = ["".join(sound[:1] for sound in sounds) for sounds in spoken]
    return " ".join("".join(sounds) for sounds in spoken), " ".join(dict.fromkeys(firsts))


def _sounds(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # its dictionary is large

    return ["".join(sign for sign in sound.lower() if sign.isalnum()) for sound in lazy_pinyin(text)]


def typed(text: str) -> str:
    """What somebody typed, as it is stored: without blanks and marks, ü as v.

    >>> typed("Zeng Guo'fan"), typed("lü"), typed("LYU")
    ('zengguofan', 'lv', 'lv')
    """
    plain = text.lower().replace("ü", "v").replace("u:", "v").replace("lyu", "lv").replace("nyu", "nv")
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())

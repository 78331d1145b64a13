"""Names for people who are nobody: made from a surname and a given name, always the same for the same number."""

from __future__ import annotations

from typing import Final

SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
FIRST: Final = "景砚望若书清怀令思远承知晚静云文嘉立行明志婉素庭安"
SECOND: Final = "行秋川溪瑶和平仪齐山宁白舟之岚昭言深遥和青屿同岳"


def name_of(number: int) -> str:
    """The made-up name with this number; different numbers below 20,000 give different names.

    >>> name_of(0), name_of(1), name_of(0) == name_of(2400)
    ('王景行', '李砚秋', False)
    """
    mixed = number * 7919 + (number // 50) * 31
    first = FIRST[(number + number // len(SURNAMES)) % len(FIRST)]
    second = SECOND[(mixed // 7919 + number // (len(SURNAMES) * len(FIRST))) % len(SECOND)]
    return SURNAMES[number % len(SURNAMES)] + first + second

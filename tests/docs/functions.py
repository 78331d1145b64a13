"""The head of a function's entry in the language reference, made from the closed list of functions.

`python -m tests.docs.functions` prints the heads, for those who write the pages.
"""

from quanheng.engine.formula.functions import FUNCTIONS, Function
from quanheng.engine.formula.words import WORDS

_ZH = {word.token.lower(): word.zh[0] for word in WORDS}


def head(function: Function) -> str:
    """`步进(数；…)` · steps · 必写：起点、零头 · 可写：上限"""
    parts = [f"`{function.shape}`", "、".join(dict.fromkeys(name.replace("_", "-") for name in function.en))]
    must = [_ZH[label] for label in function.required]
    may = [_ZH[label] for label in function.labels if label not in function.required]
    if must:
        parts.append(f"必写：{'、'.join(must)}")
    if may:
        parts.append(f"可写：{'、'.join(may)}")
    return " · ".join(parts)


if __name__ == "__main__":
    for each in FUNCTIONS:
        print(f"### {each.zh}\n\n{head(each)}\n\n{each.says_zh}。\n")

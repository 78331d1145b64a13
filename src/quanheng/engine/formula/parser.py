"""Tokens → tree (LALR(1), one pass, no backtracking), and the one fault that says why a text is no formula."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedToken
from lark.lexer import Lexer

from quanheng.engine.faults import InputRefused, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.lexer import Cursor, Lexeme, Quantity, refused, tokens
from quanheng.engine.formula.words import BY_SPELLING, ZH

DEEPEST: Final = 120  # nesting of one formula

# What a token is called when the parser expected it; tokens not listed are not worth suggesting.
_CALLED: Final = {
    "NAME": "名称", "NUMBER": "数", "TEXT": "“文字”", "FUNCTION": "函数", "LPAR": "（", "RPAR": "）", "LSQB": "[", "RSQB": "]",
    "COMMA": "，", "SEMI": "；", "COLON": "：", "SEP": "、", "COMPARE": "比较符号", "PLUS": "+", "MINUS": "-", "TIMES": "×",
    "DIVIDE": "÷", "DOT": ".", "POLICY": "处理办法（如 停算、按零、略去）", "DIRECTION": "高到低 或 低到高", "$END": "结尾",
    "SHARE": "占", "ADD": "加", "TAKE": "扣", "THENBY": "再比", "WHOLE": "全体", "NONE": "无则",
}  # fmt: skip
_CALLED_EN: Final = {
    "NAME": "a name", "NUMBER": "a number", "TEXT": "a text in quotes", "FUNCTION": "a function", "LPAR": "(", "RPAR": ")",
    "LSQB": "[", "RSQB": "]", "COMMA": ",", "SEMI": ";", "COLON": ":", "SEP": "、", "COMPARE": "a comparison", "PLUS": "+",
    "MINUS": "-", "TIMES": "×", "DIVIDE": "÷", "DOT": ".", "POLICY": "a policy word", "DIRECTION": "高到低 or 低到高",
    "$END": "the end", "SHARE": "占", "ADD": "加", "TAKE": "扣", "THENBY": "再比", "WHOLE": "全体", "NONE": "无则",
}  # fmt: skip


def parse(text: str, line: int = 1, column: int = 1, file: str = "", units: frozenset[str] = frozenset()) -> t.Node:
    """The tree of one formula that begins at `line`, `column` of `file`. Raises `InputRefused` with one located fault."""
    cursor = Cursor(text, line, column, file)
    return parse_tokens(tokens(cursor, units), cursor)


def parse_tokens(found: Sequence[Lexeme], cursor: Cursor) -> t.Node:
    if not found:
        raise refused(
            "empty-formula", cursor.place(0, len(cursor.text)), "等号后面没有式子。", "There is no formula.", "写出怎样计算。", "Write one."
        )
    try:
        made: Any = _parser().parse(found)  # Lark's own lexer is replaced: it gets tokens, not text
    except UnexpectedToken as wrong:
        raise _unexpected(wrong, found, cursor) from None
    node: t.Node = made
    _check_depth(node)
    return node


def _unexpected(wrong: UnexpectedToken, found: Sequence[Lexeme], cursor: Cursor) -> InputRefused:
    token = wrong.token
    expected = set(wrong.accepts or wrong.expected)
    at_end = token.type == "$END"
    if at_end:
        last = found[-1]
        place = cursor.place(last.start_pos or 0, last.end_pos or 0)
        opened = sum(f.type == "LPAR" for f in found) - sum(f.type == "RPAR" for f in found)
        if opened > 0 and "RPAR" in expected:
            return refused(
                "open-bracket", place, f"少了 {opened} 个右括号“）”。", f"{opened} closing bracket(s) missing.",
                "在式子末尾补上。", "Add them at the end.",
            )  # fmt: skip
        return refused(
            "formula-incomplete", place, f"式子到“{last}”就断了，后面还应当有{_list_zh(expected)}。",
            f"The formula breaks off after “{last}”; expected {_list_en(expected)}.",
            "把式子写完；续行前面要空两格。", "Finish it; continuation lines are indented.",
        )  # fmt: skip
    place = cursor.place(token.start_pos or 0, token.end_pos or 0)
    if token.type == "COMPARE" and "COMPARE" not in expected:
        return refused(
            "two-comparisons", place, "一个式子里不能连着比较两次。", "Two comparisons in a row.",
            "写成“60分 <= 得分 且 得分 < 90分”。", "Join two comparisons with 且.",
        )  # fmt: skip
    if token.type == "RPAR" and "RPAR" not in expected and _unbalanced(found, token):
        return refused("extra-bracket", place, "多了一个右括号“）”。", "One closing bracket too many.", "删去它。", "Remove it.")
    before = _before(found, token)
    after = f"在“{before}”后面" if before is not None else "在开头"
    return refused(
        "unexpected", place, f"{after}不能接“{token}”，这里应当是{_list_zh(expected)}。",
        f"“{token}” cannot follow “{before or ''}”; expected {_list_en(expected)}.", *_hint(token, before, expected),
    )  # fmt: skip


def _before(found: Sequence[Lexeme], token: Token) -> Token | None:
    index = next((i for i, each in enumerate(found) if each is token or each.start_pos == token.start_pos), 0)
    return found[index - 1] if index else None


def _unbalanced(found: Sequence[Lexeme], token: Token) -> bool:
    depth = 0
    for each in found:
        depth += (each.type == "LPAR") - (each.type == "RPAR")
        if each.start_pos == token.start_pos:
            return depth < 0
    return False


def _hint(token: Token, before: Token | None, expected: set[str]) -> tuple[str, str]:
    glued = next((word for word in BY_SPELLING if not word.isascii() and len(word) < len(token) and token.startswith(word)), None)
    if token.type in ("NAME", "FUNCTION") and glued is not None and BY_SPELLING[glued].token in expected:
        return f"“{glued}”后面空一格。", f"Put a space after {glued}."
    if token.type in ("NAME", "NUMBER", "QUANTITY", "FUNCTION", "LPAR") and "TIMES" in expected:
        return "两个数之间要写明运算，例如 × 或 +。", "Write the operation between two values, such as × or +."
    if token.type == "COMMA" and "SEP" in expected:
        return "并列的几项之间用顿号“、”隔开。", "Put 、 between the parts of a list."
    if token.type == "COMMA" and "SEMI" in expected:
        return "带名目的部分（如 零头、当、缺）之间用分号“；”隔开。", "Labelled parts are separated by semicolons."
    if token.type in ("WHEN", "SAME", "ONLY", "BY", "PART", "MISSING", "LAST") and "SEMI" in expected:
        return f"“{token}”前面要有分号“；”。", "Put a semicolon before the label."
    if before is not None and before.type in ("PART", "MISSING", "ALLZERO", "OVERLIMIT"):
        return "这里写一个处理办法的词。", "Write one of the closed policy words here."
    return "对照办法语言手册里这个函数的写法。", "Compare with the example in the language reference."


def _list_zh(expected: set[str]) -> str:
    words = [_CALLED[name] for name in _CALLED if name in expected]
    words += [zh for (token, _), zh in ZH.items() if token in expected and token not in _CALLED][: 8 - len(words)]
    return "、".join(words[:8]) or "别的内容"


def _list_en(expected: set[str]) -> str:
    return ", ".join([_CALLED_EN[name] for name in _CALLED_EN if name in expected][:8]) or "something else"


def _check_depth(root: t.Node) -> None:
    stack: list[tuple[t.Node, int]] = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > DEEPEST:
            raise refused(
                "formula-too-deep", node.at, f"式子套得太深（超过 {DEEPEST} 层）。", f"The formula is nested deeper than {DEEPEST}.",
                "拆成几条规则，先算出中间的数。", "Split it into several rules.",
            )  # fmt: skip
        stack.extend((child, depth + 1) for child in children(node))


def children(node: t.Node) -> list[t.Node]:
    """The nodes directly inside a node, in order of the text."""
    found: list[t.Node] = []
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, t.Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(each for each in value if isinstance(each, t.Node))
    return found


class _Tokens(Lexer):
    """The tokens are made before; Lark only reads them."""

    def __init__(self, _conf: object) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        return iter(lexer_state.text if hasattr(lexer_state, "text") else lexer_state)


@functools.lru_cache(maxsize=1)
def _parser() -> Lark:
    """The parser. Its tables are kept beside the compiled modules, like those: made anew when the grammar changes."""
    grammar = resources.files("quanheng.engine.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    kept = Path(__file__).with_name("__pycache__") / "grammar.tables"
    cache = str(kept) if kept.parent.is_dir() and not sys.dont_write_bytecode else False
    return Lark(grammar, parser="lalr", lexer=_Tokens, strict=True, transformer=_Build(), maybe_placeholders=False, cache=cache)


def _span(items: Sequence[Token | t.Node]) -> Place:
    first, last = items[0], items[-1]
    if isinstance(first, Token):
        line, column, file = first.line or 0, first.column or 0, ""
    else:
        line, column, file = first.at.line, first.at.column, first.at.file
    if isinstance(last, Token):
        end_line, end_column = last.end_line or 0, last.end_column or 0
    else:
        end_line, end_column = last.at.end_line, last.at.end_column
    return Place(line, column, end_line, end_column, file)


def _name(token: Token) -> t.Name:
    return t.Name(_span([token]), str(token))


def _meaning(token: Lexeme) -> Any:
    return token.meaning


def _or_policy(item: Lexeme | t.Node) -> t.Node | str:
    return item if isinstance(item, t.Node) else str(_meaning(item))


_OPS: Final = {"PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDE": "/", "AND": "and", "OR": "or"}


class _Build(Transformer):  # type: ignore[type-arg]
    """Grammar rules → nodes of the tree. Every method gets all tokens and nodes of its rule, signs included."""

    def start(self, items: list[Any]) -> t.Node:
        node: t.Node = items[0]
        return node

    def binary(self, items: list[Any]) -> t.Node:
        left, sign, right = items
        op: Any = _OPS.get(sign.type) or _meaning(sign)
        return t.Binary(_span([left, right]), op, left, right)

    def not_(self, items: list[Any]) -> t.Node:
        return t.Unary(_span(items), "not", items[1])

    def negative(self, items: list[Any]) -> t.Node:
        return t.Unary(_span(items), "-", items[1])

    def texts(self, items: list[Any]) -> tuple[t.Node, ...]:
        return tuple(each for each in items if isinstance(each, t.Node))

    def one_of(self, items: list[Any]) -> t.Node:
        return t.OneOf(_span([items[0], items[2][-1]]), items[0], items[2], False)

    def none_of(self, items: list[Any]) -> t.Node:
        return t.OneOf(_span([items[0], items[2][-1]]), items[0], items[2], True)

    def number(self, items: list[Any]) -> t.Node:
        quantity: Quantity = _meaning(items[0])
        return t.Number(_span(items), quantity.value, quantity.unit, quantity.figure, quantity.word)

    def day(self, items: list[Any]) -> t.Node:
        return t.Day(_span(items), *_meaning(items[0]))

    def month(self, items: list[Any]) -> t.Node:
        return t.Month(_span(items), *_meaning(items[0]))

    def text(self, items: list[Any]) -> t.Node:
        return t.Text(_span(items), _meaning(items[0]))

    def true(self, items: list[Any]) -> t.Node:
        return t.YesNo(_span(items), True)

    def false(self, items: list[Any]) -> t.Node:
        return t.YesNo(_span(items), False)

    def absent(self, items: list[Any]) -> t.Node:
        return t.Absent(_span(items), _meaning(items[0]))

    def inner(self, items: list[Any]) -> t.Node:
        node: t.Node = items[1]
        return node

    def path(self, items: list[Any]) -> t.Node:
        return t.Path(_span(items), tuple(_name(each) for each in items if each.type == "NAME"))

    def keys(self, items: list[Any]) -> tuple[t.Node, ...]:
        return tuple(each for each in items if isinstance(each, t.Node))

    def lookup(self, items: list[Any]) -> t.Node:
        return t.Lookup(_span([items[0], items[-1]]), _name(items[0]), items[2], None, None)

    def lookup_else(self, items: list[Any]) -> t.Node:
        return t.Lookup(_span([items[0], items[-1]]), _name(items[0]), items[2], None, _or_policy(items[5]))

    def lookup_column(self, items: list[Any]) -> t.Node:
        return t.Lookup(_span([items[0], items[-1]]), _name(items[0]), items[2], _name(items[-1]), None)

    def lookup_else_column(self, items: list[Any]) -> t.Node:
        return t.Lookup(_span([items[0], items[-1]]), _name(items[0]), items[2], _name(items[-1]), _or_policy(items[5]))

    def call(self, items: list[Any]) -> t.Node:
        parts: tuple[tuple[t.Node, ...], ...] = items[2] if len(items) == 4 else ()
        flat = [node for part in parts for node in part]
        args = tuple(node for node in flat if not isinstance(node, _LABELLED))
        labelled = tuple(node for node in flat if isinstance(node, _LABELLED))
        return t.Call(_span([items[0], items[-1]]), _name(items[0]), args, labelled)

    def parts(self, items: list[Any]) -> tuple[Any, ...]:
        groups = [each for each in items if not isinstance(each, Token)]
        return tuple(each if isinstance(each, tuple) else (each,) for each in groups)

    def args(self, items: list[Any]) -> tuple[t.Node, ...]:
        return tuple(each for each in items if isinstance(each, t.Node))

    def branch(self, items: list[Any]) -> t.Node:
        return t.Branch(_span(items), items[0], items[2])

    def tier(self, items: list[Any]) -> t.Node:
        return t.Tier(_span(items), _meaning(items[0]), items[1], items[3])

    def tier_word(self, items: list[Any]) -> t.Node:
        return t.Tier(_span(items), _meaning(items[1]), items[0], items[3])

    def otherwise(self, items: list[Any]) -> t.Node:
        return t.Otherwise(_span(items), items[2])

    def share(self, items: list[Any]) -> t.Node:
        return t.Share(_span(items), items[0], items[2])

    def shares(self, items: list[Any]) -> t.Node:
        return t.Shares(_span(items), tuple(each for each in items if isinstance(each, t.Share)))

    def order(self, items: list[Any]) -> t.Node:
        return t.Order(_span(items), items[0], _meaning(items[1]) == "high")

    def orders(self, items: list[Any]) -> t.Node:
        return t.Orders(_span(items), tuple(each for each in items if isinstance(each, t.Order)))

    def every(self, items: list[Any]) -> t.Node:
        return t.Every(_span(items), items[0].type == "EVERYBELOW", items[1], items[2].type == "TAKE", items[3])

    def field_expr(self, items: list[Any]) -> t.Node:
        return t.Field(_span(items), items[0].type.lower(), items[1])

    def field_policy(self, items: list[Any]) -> t.Node:
        return t.Field(_span(items), items[0].type.lower(), str(_meaning(items[1])))

    def field_missing_value(self, items: list[Any]) -> t.Node:
        return t.Field(_span(items), "missing", items[2])

    def field_orders(self, items: list[Any]) -> t.Node:
        orders = tuple(each for each in items if isinstance(each, t.Order))
        return t.Field(_span(items), items[0].type.lower(), t.Orders(_span(orders), orders))

    def field_paths(self, items: list[Any]) -> t.Node:
        return t.Field(_span(items), "same", tuple(each for each in items if isinstance(each, t.Path)))

    def field_list(self, items: list[Any]) -> t.Node:
        return t.Field(_span(items), items[0].type.lower(), tuple(each for each in items if isinstance(each, t.Node)))

    def field_flag(self, items: list[Any]) -> t.Node:
        return t.Field(_span(items), items[0].type.lower(), None)


_LABELLED = (t.Branch, t.Tier, t.Otherwise, t.Shares, t.Orders, t.Every, t.Field)

"""The list of everything the product can find wrong: one entry for each code in the source, with a real example.

The codes and the wording come from the source itself; the examples from the seeded mistakes of the tests and from the
examples of the documentation, carried out. `python -m tests.docs.faults` writes docs/faults.md.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quanheng.engine.checking import check
from quanheng.engine.faults import Fault, InputRefused, Severity
from quanheng.engine.run.binding import bind, from_sheet
from quanheng.engine.run.reference import run_reference
from tests.docs.examples import DOCS, examples
from tests.engine.bad.cases import load

SOURCE = DOCS.parent / "src" / "quanheng"
PAGE = DOCS / "faults.md"
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z-]+)?")
CHINESE = re.compile(r"[一-龥]")
# Calls that name a code, and dictionaries whose keys are codes.
CALLS = {
    "Fault", "fault", "refused", "refuse", "Problem", "Unreadable", "guard", "refuse_where", "_advice", "_about", "_refused", "_heading_fault",
    "_fault", "_range_guard",
}  # fmt: skip
NO_CODES = {"utf-8", "utf-8-sig", "all-get", "none-get", "yes-no", "reached-by-all"}

# The parts of the list, and where in the source they come from: the first prefix that fits.
PARTS = (
    (
        "办法的文字",
        "What the text of a scheme holds: lines, header, names, tables.",
        ("engine/document/wording.py", "engine/document/mirror", "cli/loading.py"),
    ),
    ("检查整份办法", "Checks of the whole document; most of them are advice.", ("engine/document/",)),
    ("式子的写法", "How a formula is written.", ("engine/formula/",)),
    ("式子的意思", "What a formula means: names, units, functions, missing values.", ("engine/plan/",)),
    ("太大的数", "Numbers beyond what can be carried exactly.", ("engine/checking.py", "engine/run/sql/")),
    ("填报的格子和表", "Data: cells, headings, keys, links, months.", ("engine/run/",)),
    ("数据文件", "Files: CSV, workbooks, Parquet, runs of other schemes.", ("documents/", "cli/")),
    ("机构和人员的导入", "Import of units and people.", ("domain/",)),
)


# Codes whose wording is put together elsewhere.
IN_WORDS = {
    "house-refused": ("（例如：这样一来，这个机构会在自己下面。）", "(Such as: The unit would then lie below itself.)"),
    "left-aside": ("没有读的文件、文件夹或工作表：…。", "…: it was not read."),
}


@dataclass(frozen=True)
class Said:
    """A code with its wording: from the source (gaps shown as …), or from a real example."""

    code: str
    where: str
    zh: str = ""
    en: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    advice: bool = False


# -------------------------------------------------------------------------------------------------- from the source


@cache
def codes() -> dict[str, Said]:
    """Every code that the source names, with its wording."""
    found: dict[str, Said] = {}
    for path in sorted(SOURCE.rglob("*.py"), key=lambda path: ("domain" in path.parts, path)):  # the engine's own words first
        where = path.relative_to(SOURCE).as_posix()
        for said in _in_module(ast.parse(path.read_text(encoding="utf-8")), where):
            before = found.get(said.code)
            if before is None or (not before.zh and said.zh) or (not before.hint_zh and said.hint_zh and before.where == said.where):
                found[said.code] = said
    return found


Names = dict[str, ast.expr]


def _in_module(tree: ast.Module, where: str) -> Iterator[Said]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Module):
            names = _assigned(function)
            for node in ast.walk(function):
                yield from _at_node(node, where, names)
                yield from _chosen([*getattr(node, "body", ())], where) if isinstance(node, ast.If) else ()
                yield from _chosen(node.orelse, where) if isinstance(node, ast.If) else ()


def _assigned(function: ast.FunctionDef | ast.Module) -> Names:
    """What the names of a function stand for: texts are often written before the call that takes them."""
    found: Names = {}
    for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name):
                found.setdefault(target.id, value)
            if isinstance(target, ast.Tuple):
                values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
                for each, part in zip(target.elts, values, strict=False):
                    if isinstance(each, ast.Name):
                        found.setdefault(each.id, part)
    return found


def _at_node(node: ast.AST, where: str, names: Names) -> Iterator[Said]:
    if isinstance(node, ast.Call) and _name(node) in CALLS:
        for at, argument in enumerate(node.args):
            if code := _code(argument):
                yield _said(code, where, node.args[at + 1 :], node.keywords, names)
                return
    if isinstance(node, ast.Tuple) and len(node.elts) >= 3 and (code := _code(node.elts[0])):
        texts = [_text(each, names) for each in node.elts[1:3]]
        if CHINESE.search(texts[0]) and texts[0].endswith("。"):
            yield _said(code, where, node.elts[1:], [], names)
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            code = _code(key) if key is not None else ""
            if code and isinstance(value, ast.Call) and _name(value) == "Said":
                yield _said(code, where, value.args, value.keywords, names)
            elif code and isinstance(value, ast.Tuple) and value.elts and _text(value.elts[0], names).endswith("。"):
                yield _said(code, where, value.elts, [], names)


def _chosen(body: Sequence[ast.stmt], where: str) -> Iterator[Said]:
    """`zh = …; en = …; code, hint = "some-code", (…)`: a code that is chosen with its words before the call that takes it."""
    words: Names = {}
    for statement in body:
        if not isinstance(statement, ast.Assign):
            continue
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Name):
            words[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and ast.unparse(target.elts[0]) == "code" and "zh" in words:
            if code := _code(value.elts[0]):
                yield _said(code, where, [words["zh"], words["en"], *value.elts[1:]], [], {})


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def _code(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value) and node.value not in NO_CODES:
        return node.value.partition("/")[0]
    return ""


def _said(code: str, where: str, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword], names: Names) -> Said:
    texts = [text for each in arguments for text in _texts(each, names) if text and not CODE.fullmatch(text)]
    written = "".join(ast.unparse(each) for each in (*arguments, *(keyword.value for keyword in keywords)))
    advice = any(each.arg == "advice" for each in keywords) or "Severity.ADVICE" in written
    first = next((at for at, text in enumerate(texts) if CHINESE.search(text)), len(texts))
    said_zh, said_en, hint_zh, hint_en, *_ = [*texts[first:], "", "", "", ""]
    return Said(code, where, said_zh, said_en, hint_zh, hint_en, advice)


def _texts(node: ast.expr, names: Names) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(names.get(node.id), ast.Tuple):
        node = names[node.id]
    if isinstance(node, ast.Tuple):
        for each in node.elts:
            yield from _texts(each, names)
    else:
        yield _text(node, names)


def _text(node: ast.expr, names: Names) -> str:
    """A literal text; what is put into it shown as …"""
    match node:
        case ast.Constant(str() as value):
            return re.sub(r"\{\{?\w*\}?\}", "…", value)
        case ast.JoinedStr(values):
            return re.sub(r"\{row\}", "…", "".join(_text(each, {}) if isinstance(each, ast.Constant) else "…" for each in values))
        case ast.BinOp(left, ast.Add(), right):
            return _text(left, names) + _text(right, names)
        case ast.IfExp(_, body, _):
            return _text(body, names)
        case ast.Name(name) if name in names:
            return _text(names[name], {key: value for key, value in names.items() if key != name})
    return ""


# ------------------------------------------------------------------------------------------------------ real examples


@cache
def real() -> dict[str, Fault]:
    """For each code the first fault that really occurs in a seeded mistake or an example."""
    found: dict[str, Fault] = {}
    for stage in ("document", "compiled", "advice"):
        for case in load(stage):
            for fault in check(case.text, "scheme.md").faults:
                if fault.code == case.code:
                    found.setdefault(fault.code, fault)
    for page in sorted(DOCS.rglob("*.md")):
        for example in examples(page):
            for fault in _of_example(example):
                found.setdefault(fault.code, fault)
    return found


def _of_example(example: object) -> Iterator[Fault]:
    from tests.docs.examples import Example

    assert isinstance(example, Example)
    yield from example.checked.faults
    for case in example.cases if example.checked.plan is not None else ():
        if case.refused is not None:
            try:
                dataset = bind(example.plan, {name: from_sheet(each.entered, each.inputs, f"{name}.csv") for name, each in case.rows.items()})
                run_reference(example.plan, dataset)
            except InputRefused as refused:
                yield from refused.faults


# ------------------------------------------------------------------------------------------------------------ the page


HEAD = """# 错误和提醒

每条错误和提醒都有一个不变的代码。这一页按代码列出说什么、怎么办；例子都是真的，没有例子的写出句子的样子，“…”处填入实际的内容。
*提醒* 不妨碍计算；其余都是错误，改好才能往下走。

```text
文件:行:列: 代码: 第几条 说什么
    怎么办
```

*Every fault and advice has a stable code. The lists below give each code with its message and hint in Chinese, then in
English (`--lang en`). Generated from the source by `python -m tests.docs.faults`.*
"""


def page() -> str:
    """The whole page."""
    said, seen = codes(), real()
    lines = [HEAD]
    for title, english, _ in PARTS:
        own = sorted(code for code, each in said.items() if _part(each.where) == title)
        lines += [f"## {title}", "", f"*{english}*", ""]
        lines += [line for code in own for line in _entry(said[code], seen.get(code))]
    return "\n".join(lines)


def _part(where: str) -> str:
    return next(title for title, _, prefixes in PARTS if where.startswith(prefixes))


def _entry(said: Said, fault: Fault | None) -> Iterator[str]:
    zh, en, hint_zh, hint_en, advice = said.zh, said.en, said.hint_zh, said.hint_en, said.advice
    if said.code in IN_WORDS:
        zh, en = IN_WORDS[said.code]
    if fault is not None:
        zh, en, hint_zh, hint_en = fault.zh, fault.en, fault.hint_zh, fault.hint_en
        advice = fault.severity is Severity.ADVICE
    yield f"[`{said.code}`]{{#{said.code}}}{'（提醒）' if advice else ''}"
    yield f": {_plain(zh)}" + (f" *怎么办*：{_plain(hint_zh)}" if hint_zh else "")
    if en:
        yield f": {_plain(en)}" + (f" {_plain(hint_en)}" if hint_en else "")
    yield ""


def _plain(text: str) -> str:
    """Text without anything that Markdown would take for its own."""
    return re.sub(r"([\\`*_<>\[\]|~])", r"\\\1", " ".join(text.split()))


def main() -> None:
    Path(PAGE).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

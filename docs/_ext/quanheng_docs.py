"""What the pages of the documentation can hold beside Markdown: schemes, rows of data with results, commands, files.

The tests carry out the same blocks (`tests/docs/`); here they only become good to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from docutils import nodes
from pygments.lexer import RegexLexer, bygroups, include
from pygments.style import Style
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, Punctuation, String, Text
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from quanheng.engine.formula.functions import FUNCTIONS
from quanheng.engine.formula.words import ROUNDINGS, WORDS

ARROW = "→"
BROKEN = re.compile(r"(?<=[^\x00-\xff])\n(?=[^\x00-\xff])")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
_LABELS = sorted((spelling for word in WORDS for spelling in word.zh), key=len, reverse=True)
_NAMES = sorted((function.zh for function in FUNCTIONS), key=len, reverse=True)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


class SchemeLexer(RegexLexer):
    """Colours for 条文体: articles, rule lines, tables."""

    name, aliases = "Quanheng scheme", ("quanheng",)
    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r"^#.+\n?", Generic.Heading),
            (r"^(- )(口径|不计算)(：)(.*\n?)", bygroups(Operator, Keyword.Declaration, Punctuation, Comment)),
            (r"^(- )(每)([^：=\n]+)(：)", bygroups(Operator, Keyword.Declaration, Name.Class, Punctuation), "rule"),
            (r"^(- )(参数|定义)", bygroups(Operator, Keyword.Declaration), "rule"),
            (r"^(指标表|标准表|数据表|外定表|附表)(\s+)(\w+)", bygroups(Keyword.Declaration, Text, Name.Class), "table"),
            (r"^\|.*\n?", Text),
            (r"^  +(?=\S)", Text, "table"),
            (r".+\n?|\n", Text),
        ],
        "rule": [(r"\n(?=  )", Text), (r"\n", Text, "#pop"), include("formula")],
        "table": [(r"\n", Text, "#pop"), (r"（[^）\n]*）", Comment), (r"[^（\n]+", Text)],
        "formula": [
            (r"“[^”\n]*”", String),
            (rf"({_any_of(_NAMES)})(?=\()", Name.Function),
            (rf"(?<!\w)({_any_of(_LABELS)}|必须|保留|显示|是否|否决|{_any_of(ROUNDINGS)})(?!\w)", Keyword),
            (r"\d+(\.\d+)?[%％]?[一-龥]{0,4}", Number),
            (r"[=<>≥≤×÷+\-*/]", Operator),
            (r"[；：，、（）()\[\].,]", Punctuation),
            (r"\w+|\s|.", Text),
        ],
    }


class Paper(Style):
    """Ink on paper: few colours, each with one meaning."""

    background_color = "#faf8f5"
    styles: ClassVar[dict[Any, str]] = {
        Generic.Heading: "bold #7a2e1f",
        Generic.Prompt: "#8a8178",
        Generic.Output: "#4a4640",
        Keyword: "#8a3324",
        Keyword.Declaration: "bold #8a3324",
        Name.Class: "bold #1f4e5f",
        Name.Function: "#1f4e5f",
        Name.Builtin: "#1f4e5f",
        Number: "#7a5c00",
        String: "#3d6b35",
        Comment: "#8a8178",
        Operator: "#5c554d",
        Punctuation: "#8a8178",
    }


class Code(SphinxDirective):
    """A block that is shown as it stands, with a caption that says what it is."""

    has_content, optional_arguments, final_argument_whitespace = True, 1, True
    language, css, caption = "text", "", ""

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        block = nodes.literal_block(text, text, language=self.language, classes=[f"qh-{self.css}"])
        caption = self.caption.format(*(self.arguments or [""]))
        if not caption:
            return [block]
        box = nodes.container("", literal_block=True, classes=["literal-block-wrapper", f"qh-{self.css}-box"])
        title = nodes.caption(caption, "", *self.inline(caption))
        return [nodes.container("", title, block, classes=box["classes"], literal_block=True)]

    def inline(self, text: str) -> list[nodes.Node]:
        return [nodes.Text(text)]


class SchemeBlock(Code):
    language, css, caption = "quanheng", "scheme", ""


class Faults(Code):
    css, caption = "faults", "检查时说："


class Refused(Code):
    css, caption = "faults", "计算时说："


class Because(Code):
    css, caption = "because", "说明："


class Console(Code):
    """`$ ` begins a command, what follows is its output."""

    language, css = "console", "console"


class Written(Code):
    language, css, caption = "quanheng", "file", "文件 {0}"


class Appended(Code):
    language, css, caption = "quanheng", "file", "在 {0} 末尾加上"


class Changed(Code):
    """`- ` the old lines, `+ ` the new ones; shown one after the other, each as it stands in the file."""

    language, css = "quanheng", "file"

    def run(self) -> list[nodes.Node]:
        (name,) = self.arguments
        shown: list[nodes.Node] = []
        for sign, caption in (("- ", f"{name} 里原来是"), ("+ ", "改成")):
            text = "\n".join(line[2:] for line in self.content if line.startswith(sign))
            block = nodes.literal_block(text, text, language=self.language, classes=[f"qh-{self.css}"])
            title = nodes.caption(caption, "", nodes.Text(caption))
            shown.append(nodes.container("", title, block, classes=["literal-block-wrapper", f"qh-{self.css}-box"], literal_block=True))
        return shown


class Inserted(Code):
    """The first word names the file, the rest the line before which the text is put."""

    language, css = "quanheng", "file"

    def run(self) -> list[nodes.Node]:
        name, _, line = self.arguments[0].partition(" ")
        self.caption = f"{name} 里，在“{line}”前面加上"
        return super().run()


class Rows(SphinxDirective):
    """Rows of a table: entered columns, then what is computed from them."""

    has_content, required_arguments, final_argument_whitespace = True, 1, True
    caption = "{0}"

    def run(self) -> list[nodes.Node]:
        head, *body = [line for line in self.content if line.strip()] or [""]
        entered, arrow, computed = head.partition(ARROW)
        names = _cells(entered) + (_cells(computed) if arrow else [])
        first = len(_cells(entered))
        rows = [_row(line, bool(arrow)) for line in body]
        table = nodes.table(classes=["qh-rows"])
        table += nodes.title("", self.caption.format(self.arguments[0]))
        group = nodes.tgroup(cols=len(names))
        group.extend(nodes.colspec(colwidth=1) for _ in names)
        group += nodes.thead("", _line(names, first, heading=True))
        group += nodes.tbody("", *(_line(row, first) for row in rows))
        table += group
        return [table]


class Filled(Rows):
    caption = "填入 {0}"


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split(",")]


def _row(line: str, arrow: bool) -> list[str]:
    left, _, right = line.partition(ARROW)
    return _cells(left) + (_cells(right) if arrow else [])


def _line(cells: list[str], first: int, *, heading: bool = False) -> nodes.row:
    row = nodes.row()
    for at, cell in enumerate(cells):
        classes = ["qh-computed"] if at >= first else []
        if not heading and NUMBER.fullmatch(cell):
            classes.append("qh-number")
        row += nodes.entry("", nodes.paragraph("", cell), classes=classes)
    return row


DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "scheme": SchemeBlock, "rows": Rows, "faults": Faults, "refused": Refused, "because": Because, "command": Console, "write": Written,
    "append": Appended, "change": Changed, "insert": Inserted, "fill": Filled,
}  # fmt: skip


def side_by_side(app: Sphinx, doctree: nodes.document) -> None:
    """Tables that follow each other stand beside each other, as long as the page is wide enough."""
    for parent in list(doctree.findall(nodes.Element)):
        at = 0
        while at < len(parent.children):
            end = at
            while end < len(parent.children) and _is_rows(parent.children[end]):
                end += 1
            if end - at > 1:
                parent.children[at:end] = [nodes.container("", *parent.children[at:end], classes=["qh-tables"])]
            at += 1
    del app


def without_broken_lines(app: Sphinx, doctree: nodes.document) -> None:
    """A line break between two Chinese characters is no space."""
    for text in list(doctree.findall(nodes.Text)):
        if "\n" in text and not isinstance(text.parent, nodes.FixedTextElement):
            text.parent.replace(text, nodes.Text(BROKEN.sub("", text.astext())))
    del app


def _is_rows(node: nodes.Node) -> bool:
    return isinstance(node, nodes.table) and "qh-rows" in node["classes"]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_lexer("quanheng", SchemeLexer)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.connect("doctree-read", side_by_side)
    app.connect("doctree-read", without_broken_lines)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

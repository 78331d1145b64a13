"""Text of a regulation → `Scheme`: every line in exactly one block, everything that is wrong found in one pass.

The reader goes down the file once. A line's first signs decide what it is; a rule takes the indented lines under it,
a table its pipe rows. A piece that cannot be read becomes `Unread` and the rest is read on, so that the office sees
all mistakes at once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

from quanheng.engine.document import data, header, looks, rules, tables
from quanheng.engine.document.articles import Position
from quanheng.engine.document.glue import glued_labels
from quanheng.engine.document.lines import (
    MOST_CHARACTERS,
    MOST_LINES,
    NAME,
    Context,
    Piece,
    normal,
    split,
    strange_signs,
)
from quanheng.engine.document.model import (
    Blank,
    Block,
    Heading,
    Paragraph,
    Scheme,
    Title,
    Unread,
)
from quanheng.engine.document.pipes import is_row
from quanheng.engine.faults import Fault, InputRefused, Place
from quanheng.engine.formula.lexer import fold

_TITLE: Final = re.compile(r"#\s+(?P<text>\S.*?)\s*$")
_HEADING: Final = re.compile(r"(?P<level>#{2,6})\s+(?P<text>\S.*?)\s*$")
_NUMBERED: Final = re.compile(
    r"(?P<chapter>第[一二三四五六七八九十百千零〇\d]+[章节编])|(?P<article>第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?)"
    r"|(?P<annex>附[件则录表]?[一二三四五六七八九十\d]*(?=\s|$))|(?P<item>[一二三四五六七八九十]+)、|(?P<english>(?:Chapter|Article|Annex)\s+\w+)"
)
_ANNEX: Final = re.compile(rf"(?:附表|annex)\s*(?P<name>{NAME}|[\d-]+)?\s*(?P<more>[^:]*):\s*$", re.IGNORECASE)


def read(text: str, file: str = "scheme.md") -> Scheme:
    """The scheme that a text says. Never raises for a bad text: see `Scheme.faults`."""
    text = normal(text)
    return _Reader(text, file).scheme()


@dataclass
class _Reader:
    text: str
    file: str

    def __post_init__(self) -> None:
        self.lines = split(self.text)
        self.context = Context(self.file)
        self.header = header.Header()
        self.position = Position()
        self.blocks: list[Block] = []
        self.title: Title | None = None
        self.at = 0  # index of the next line
        self.in_header = True

    def scheme(self) -> Scheme:
        if len(self.text) > MOST_CHARACTERS or len(self.lines) > MOST_LINES:
            self._too_long()
        while self.at < len(self.lines):
            self._next()
        self._check_head()
        declared = {name for block in self.blocks for name in _declared(block)}
        for fault in glued_labels(self.context.glued, declared | self.context.broken):
            self.context.say(fault)
            self.context.broken.add(self.text_at(fault.at))
        head = self.header
        return Scheme(
            file=self.file,
            text=self.text,
            digest=hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest(),
            title=self.title.text if self.title else "",
            id=head.id,
            version=head.version,
            period=head.period,
            in_force=head.in_force,
            owner=head.owner,
            basis=head.basis,
            subject=head.subject,
            rounding=head.rounding,
            as_of=head.as_of,
            units=head.units,
            weight_bound=head.weight_bound,
            blocks=tuple(self.blocks),
            faults=tuple(sorted(self.context.faults, key=_by_place)),
            unread=frozenset(self.context.broken),
        )

    def text_at(self, at: object) -> str:
        assert isinstance(at, Place)
        return self.lines[at.line - 1][at.column - 1 : at.end_column - 1]

    def _too_long(self) -> None:
        self.context.say(
            Fault(
                "file-too-long", Place(1, 1, 1, 1, self.file),
                f"文件太长：{len(self.text)} 个字、{len(self.lines)} 行，至多 {MOST_CHARACTERS} 个字、{MOST_LINES} 行。",
                f"The file is too long: {len(self.text)} characters, {len(self.lines)} lines.",
                "拆成几个办法。", "Split it into several schemes.",
            )
        )  # fmt: skip
        if self.lines:
            self._add(Unread(self._piece(len(self.lines)).at, tuple(self.lines), ""), len(self.lines))

    # ------------------------------------------------------------------------------------------------ one piece at a time

    def _piece(self, count: int) -> Piece:
        return Piece(self.at + 1, tuple(self.lines[self.at : self.at + count]), self.position.article, self.file)

    def _add(self, block: Block, count: int) -> None:
        self.blocks.append(block)
        self.at += count

    def _next(self) -> None:
        line = self.lines[self.at]
        folded = fold(line)
        for fault in strange_signs(self.at + 1, line, self.file):
            self.context.say(fault, self.position.article)
        if not line.strip():
            self._blank()
        elif line.startswith("#"):
            self._heading(line)
        elif self.in_header and looks.looks_like_table(folded) is False and self._is_header(line, folded):
            self._header_line()
        else:
            self.in_header = False
            self._body(line, folded)

    def _is_header(self, line: str, folded: str) -> bool:
        return not line.startswith(("-", " ", "\t", "|", "｜")) and header.looks_like_header(folded)

    def _body(self, line: str, folded: str) -> None:
        if line.startswith(("- ", "-\t", "-\u00a0", "-　", "－ ")):
            self._rule()
        elif is_row(line):
            self._pipe_table()
        elif line.startswith((" ", "\t")):
            piece = self._piece(1)
            self._unread(piece, looks.indented(piece), 1)
        elif looks.looks_like_table(folded):
            self._table(folded)
        elif (annex := _ANNEX.match(folded)) and self._rows_from(self.at + 1) > self.at + 1:
            count = self._rows_from(self.at + 1) - self.at
            piece = self._piece(count)
            self._more_signs(count)
            self._add(tables.read_annex(piece, self.context, annex["name"] or annex["more"].strip()), count)
        else:
            self._paragraph(folded)

    def _blank(self) -> None:
        end = self.at
        while end < len(self.lines) and not self.lines[end].strip():
            end += 1
        piece = self._piece(end - self.at)
        self._add(Blank(piece.at, piece.lines, piece.article), end - self.at)

    def _heading(self, line: str) -> None:
        if title := _TITLE.match(line):
            piece = self._piece(1)
            if self.title is None:
                self.title = Title(piece.at, piece.lines, "", title["text"])
                self._add(self.title, 1)
            else:
                self.context.say_all(
                    piece.refused(
                        "second-title", 0, None,
                        "一个文件只能有一个标题（“# ”）。", "A file has one title.", "条写“## ”。", "Articles begin with “## ”.",
                    ), "",
                )  # fmt: skip
                self._add(Unread(piece.at, piece.lines, piece.article), 1)
            return
        self.in_header = False
        heading = _HEADING.match(line)
        if heading is None:
            piece = self._piece(1)
            try:
                looks.refuse(piece)
            except InputRefused as wrong:
                self._unread(piece, wrong, 1)
                return
            self._unread(piece, piece.refused("heading-form", 0, None, "井号后面没有标题。", "An empty heading.", "写上，或者删去。"), 1)
            return
        level = len(heading["level"])
        kind, number, text = _numbered(heading["text"])
        self.position.heading(kind, number, level)
        piece = self._piece(1)
        self._add(Heading(piece.at, piece.lines, piece.article, level, kind, number, text), 1)

    def _header_line(self) -> None:
        piece = self._piece(1)
        self._add(header.read_line(piece, self.header, self.context), 1)

    def _paragraph(self, folded: str) -> None:
        mark = self.position.paragraph(folded)
        piece = self._piece(1)
        try:
            if header.begins_with_key(folded):
                raise piece.refused(
                    "header-late", 0, None,
                    "文件头要写在标题下面、第一条上面。", "The header stands under the title, above the first article.",
                    "移到上面去；若是条文，换一个开头。", "Move it up.",
                )  # fmt: skip
            looks.refuse(piece)
        except InputRefused as wrong:
            self._unread(piece, wrong, 1)
            return
        for fault in looks.advice(piece):
            self.context.say(fault)
        self._add(Paragraph(piece.at, piece.lines, piece.article, piece.text.strip(), mark), 1)

    def _rule(self) -> None:
        count = self._continued()
        piece = self._piece(count)
        self._more_signs(count)
        try:
            self._check_continuation(piece)
            self._add(rules.read(piece, self.context), count)
        except InputRefused as wrong:
            name = rules.guessed_name(piece)
            if name:
                self.context.broken.add(name)
            self._unread(piece, wrong, count)

    def _continued(self) -> int:
        """How many lines belong to a line that indented lines may continue."""
        end = self.at + 1
        while end < len(self.lines):
            line = self.lines[end]
            if not line.startswith((" ", "\t")) or not line.strip() or is_row(line) or looks.is_indented_rule(line):
                break
            if looks.TABLE.match(line.strip()):
                break
            end += 1
        return end - self.at

    def _check_continuation(self, piece: Piece) -> None:
        offset = len(piece.lines[0]) + 1
        for line in piece.lines[1:]:
            if not line.startswith("  ") and not line.startswith("\t"):
                raise piece.refused(
                    "continuation-indent", offset, offset + 1,
                    "续行前面要空两格。", "Continuation lines begin with two spaces.", "在行首再加一个空格。", "Add a space.",
                )  # fmt: skip
            offset += len(line) + 1

    def _table(self, folded: str) -> None:
        found = looks.TABLE.match(folded) or looks.ENGLISH_TABLE.match(folded)
        assert found is not None
        word, start = found["word"].lower(), found.end("word")
        kind: Literal["indicators", "standards", "data", "decided"] = _TABLES[word]
        count = self._continued()
        if kind in ("indicators", "standards"):
            end = self._rows_from(self.at + count)
            count = end - self.at if end > self.at + count else count
        piece = self._piece(count)
        self._more_signs(count)
        start = piece.skip(start)
        if count == 1 and not looks.is_declaration(folded) and ":" not in folded:
            self._unread(piece, looks.table_form(piece, found["word"]), count)
            return
        try:
            self._add(self._read_table(kind, piece, start), count)
        except InputRefused as wrong:
            name = re.compile(NAME).match(piece.folded, start)
            if name:
                self.context.broken.add(name[0])
            self._unread(piece, wrong, count)

    def _read_table(self, kind: str, piece: Piece, start: int) -> Block:
        self._check_continuation(Piece(piece.first, tuple(x for x in piece.lines if x.strip() and not is_row(x)), "", ""))
        if kind == "indicators":
            return tables.read_indicators(piece, self.context, start)
        if kind == "standards":
            return tables.read_standard(piece, self.context, start)
        return data.read(piece, self.context, start, decided=kind == "decided")

    def _rows_from(self, index: int) -> int:
        """The index behind the pipe rows that begin at `index`, blank lines before them allowed."""
        begun = index
        while begun < len(self.lines) and not self.lines[begun].strip():
            begun += 1
        end = begun
        while end < len(self.lines) and is_row(self.lines[end]):
            end += 1
        return end if end > begun else index

    def _pipe_table(self) -> None:
        count = self._rows_from(self.at) - self.at
        piece = self._piece(count)
        self._more_signs(count)
        self._add(tables.read_annex(piece, self.context, ""), count)

    def _more_signs(self, count: int) -> None:
        for number in range(self.at + 2, self.at + count + 1):
            for fault in strange_signs(number, self.lines[number - 1], self.file):
                self.context.say(fault, self.position.article)

    def _unread(self, piece: Piece, wrong: InputRefused, count: int) -> None:
        self.context.say_all(wrong, piece.article)
        self._add(Unread(piece.at, piece.lines, piece.article), count)

    def _check_head(self) -> None:
        if any(fault.code == "file-too-long" for fault in self.context.faults):
            return
        if self.title is None:
            self.context.say(
                Fault(
                    "title-missing", Place(1, 1, 1, 1, self.file),
                    "文件没有标题。", "The file has no title.", "第一行写“# 某某办法”。", "Begin with “# title”.",
                )
            )  # fmt: skip
        at = self.title.at if self.title else Place(1, 1, 1, 1, self.file)
        for fault in header.missing(self.header, at):
            self.context.say(fault)


_TABLES: Final[dict[str, Literal["indicators", "standards", "data", "decided"]]] = {
    "指标表": "indicators", "标准表": "standards", "数据表": "data", "外定表": "decided",
    "indicators": "indicators", "standards": "standards", "data": "data", "decided": "decided",
}  # fmt: skip


def _numbered(text: str) -> tuple[Literal["chapter", "article", "annex", "plain"], str, str]:
    found = _NUMBERED.match(text)
    if found is None:
        return "plain", "", text
    number, rest = found[found.lastgroup or 0], text[found.end() :].strip()
    match found.lastgroup:
        case "chapter":
            return "chapter", number, rest
        case "annex":
            return "annex", number, rest
        case "english":
            kind = number.split()[0].lower()
            assert kind in ("chapter", "article", "annex")
            return kind, number, rest  # type: ignore[return-value]
    return "article", number, rest


def _declared(block: Block) -> set[str]:
    """The names that a block declares."""
    from quanheng.engine.document import model as m

    match block:
        case m.Rule() | m.Parameter():
            return {block.name.text}
        case m.Definition():
            return {block.name.text, *(name.text for name in block.parameters)}
        case m.IndicatorTable():
            return {block.name.text, *(row.name.text for row in block.rows)}
        case m.StandardTable():
            return {block.name.text}
        case m.DataTable():
            return {block.name.text, *(column.name.text for column in block.columns), *(key.text for key in block.key)}
    return set()


def _by_place(fault: Fault) -> tuple[int, int, str]:
    assert isinstance(fault.at, Place)
    return fault.at.line, fault.at.column, fault.code

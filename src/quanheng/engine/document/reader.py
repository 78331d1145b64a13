"""Text of a regulation → `Scheme`: every line in exactly one block, everything that is wrong found in one pass.

The reader goes down the file once. A line's first signs decide what it is; a rule takes the indented lines under it,
a table its pipe rows, a paragraph the text lines that follow without a mark. A piece that cannot be read becomes
`Unread` and the rest is read on, so that the office sees all mistakes at once.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from quanheng.engine.document import articles, data, declared, header, looks, messages, rules, tables
from quanheng.engine.document.glue import glued_labels
from quanheng.engine.document.lines import (
    LONGEST_LINE,
    MOST_CHARACTERS,
    MOST_LINES,
    Context,
    Piece,
    joined,
    normal,
    split,
    strange_signs,
)
from quanheng.engine.document.model import Blank, Block, Heading, Paragraph, Scheme, Title, Unread
from quanheng.engine.document.pipes import is_row
from quanheng.engine.faults import Fault, InputRefused, Place
from quanheng.engine.formula.lexer import fold

_TITLE: Final = re.compile(r"#\s+(?=\S)")
_HEADING: Final = re.compile(r"(?P<level>#{2,6})\s+(?=\S)")
_ANNEX: Final = re.compile(r"(?:附表|annex)(?:\s*(?P<name>[^\s:,。;]+))?\s*:", re.IGNORECASE)
_BULLETS: Final = ("- ", "-\t", "-\u00a0", "-　", "－ ", "－　")


def read(text: str, file: str = "scheme.md") -> Scheme:
    """The scheme that a text says. Never raises for a bad text: see `Scheme.faults`."""
    text = normal(text)
    reader = _Reader(split(text), file)
    if len(text) > MOST_CHARACTERS or len(reader.lines) > MOST_LINES:
        reader.refuse(len(text))
    else:
        reader.run()
    return reader.scheme(text)


class _Reader:
    def __init__(self, lines: list[str], file: str) -> None:
        self.lines, self.file = lines, file
        self.context = Context(file)
        self.header = header.Header()
        self.position = articles.Position()
        self.blocks: list[Block] = []
        self.title: Title | None = None
        self.at = 0  # index of the next line
        self.in_header = True

    def run(self) -> None:
        while self.at < len(self.lines):
            self._next()
        top = Place(1, 1, 1, 1, self.file)
        if self.title is None:
            self.context.say(messages.fault("title-missing", top))
        for fault in header.missing(self.header, self.title.at if self.title else top):
            self.context.say(fault)
        self._find_glued()

    def refuse(self, characters: int) -> None:
        """A file beyond all measure is not looked into."""
        self.context.say(
            messages.fault(
                "file-too-long",
                Place(1, 1, 1, 1, self.file),
                characters=characters,
                lines=len(self.lines),
                most_characters=MOST_CHARACTERS,
                most_lines=MOST_LINES,
            )
        )
        piece = self._piece(len(self.lines))
        self._add(Unread(piece.at, piece.lines, ""))

    def scheme(self, text: str) -> Scheme:
        head = self.header
        return Scheme(
            file=self.file,
            text=text,
            digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
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

    def _find_glued(self) -> None:
        """A label that touches a name is one mistake: what the parser said about the place gives way to it."""
        known = self.context.broken.union(*map(declared.names, self.blocks))
        glued = {_what_and_where(fault): (suspect, fault) for suspect, fault in glued_labels(self.context.suspects, known)}
        gives_way = {_what_and_where(suspect.fault) for suspect, _ in glued.values() if suspect.fault is not None}
        self.context.faults = [each for each in self.context.faults if _what_and_where(each) not in gives_way]
        for suspect, fault in glued.values():
            self.context.say(fault)
            self.context.broken.add(suspect.text)

    # ------------------------------------------------------------------------------------------- one piece at a time

    def _piece(self, count: int) -> Piece:
        return Piece(self.at + 1, tuple(self.lines[self.at : self.at + count]), self.position.article, self.file)

    def _add(self, block: Block) -> None:
        """Take the block, go on behind its lines, and look for signs in them that nobody sees."""
        for number, line in enumerate(() if isinstance(block, Blank) else block.lines, block.at.line):
            for fault in strange_signs(number, line, self.file, block.article):
                self.context.say(fault)
        self.blocks.append(block)
        self.at += len(block.lines)

    def _unread(self, piece: Piece, wrong: InputRefused) -> None:
        self.context.say_all(wrong, piece.article)
        self._add(Unread(piece.at, piece.lines, piece.article))

    def _next(self) -> None:
        line = self.lines[self.at]
        folded = fold(line)
        if not line.strip():
            self._blank()
        elif len(line) > LONGEST_LINE:
            piece = self._piece(1)
            self._unread(piece, piece.refused("line-too-long", 0, 1, length=len(line), most=LONGEST_LINE))
        elif line.startswith("#"):
            self._heading(line)
        elif self.in_header and self._is_header(line, folded):
            self._add(header.read_line(self._piece(1), self.header, self.context))
        else:
            self.in_header = False
            self._body(line, folded)

    def _is_header(self, line: str, folded: str) -> bool:
        return _is_flush(line) and not looks.table_word(folded) and header.looks_like_header(folded)

    def _body(self, line: str, folded: str) -> None:
        if line.startswith(_BULLETS):
            self._rule()
        elif is_row(line):
            self._annex("")
        elif line.startswith((" ", "\t")):
            piece = self._piece(1)
            self._unread(piece, looks.indented(piece))
        elif word := looks.table_word(folded):
            self._table(word)
        elif annex := _ANNEX.match(folded):
            self._annex(annex["name"] or "")
        else:
            self._paragraph(folded)

    def _blank(self) -> None:
        end = self.at
        while end < len(self.lines) and not self.lines[end].strip():
            end += 1
        piece = self._piece(end - self.at)
        self._add(Blank(piece.at, piece.lines, piece.article))

    def _heading(self, line: str) -> None:
        if title := _TITLE.match(line):
            piece = self._piece(1)
            if self.title is not None:
                self._unread(piece, piece.refused("second-title", 0))
                return
            self.title = Title(piece.at, piece.lines, "", line[title.end() :].rstrip())
            self._add(self.title)
            return
        self.in_header = False
        heading = _HEADING.match(line)
        if heading is None:
            piece = self._piece(1)
            self._unread(piece, piece.refused("heading-form", 0))
            return
        kind, number, text = articles.numbered(line[heading.end() :].rstrip())
        level = len(heading["level"])
        self.position.heading(kind, number, level)
        piece = self._piece(1)
        self._add(Heading(piece.at, piece.lines, piece.article, level, kind, number, text))

    def _paragraph(self, folded: str) -> None:
        mark = self.position.paragraph(folded)
        piece = self._piece(1)
        key = header.begins_with_key(folded)
        if key in header.REQUIRED and key not in self.header.places:
            self.header.places[key] = piece.at
            self._unread(piece, piece.refused("header-late", 0, key=key))
        elif (wrong := looks.not_text(piece)) is not None:
            self._unread(piece, wrong)
        else:
            piece = self._piece(self._text_lines())
            for fault in looks.advice(piece):
                self.context.say(fault)
            self._add(Paragraph(piece.at, piece.lines, piece.article, joined(piece.lines), mark))

    def _text_lines(self) -> int:
        """How many lines from here are one paragraph: text that follows without a blank line and without a mark."""
        end = self.at + 1
        while end < len(self.lines):
            line, folded = self.lines[end], fold(self.lines[end])
            if not line.strip() or not _is_flush(line) or line.startswith("#") or len(line) > LONGEST_LINE:
                break
            if looks.table_word(folded) or _ANNEX.match(folded) or articles.mark_of(folded):
                break
            if looks.not_text(Piece(end + 1, (line,), "", self.file)) is not None:
                break
            end += 1
        return end - self.at

    def _rule(self) -> None:
        piece = self._piece(self._continued())
        try:
            self._check_continuation(piece)
            self._add(rules.read(piece, self.context))
        except InputRefused as wrong:
            if name := rules.guessed_name(piece):
                self.context.broken.add(name)
            self._unread(piece, wrong)

    def _continued(self) -> int:
        """How many lines belong to a line that indented lines may continue."""
        end = self.at + 1
        while end < len(self.lines):
            line = self.lines[end]
            if not line.strip() or not line.startswith((" ", "\t")) or is_row(line) or looks.is_indented_rule(line):
                break
            if looks.table_word(line.strip()) or len(line) > LONGEST_LINE:
                break
            end += 1
        return end - self.at

    def _check_continuation(self, piece: Piece) -> None:
        offset = 0
        for index, line in enumerate(piece.lines):
            if index and line.strip() and not is_row(line) and not line.startswith(("  ", "\t")):
                raise piece.refused("continuation-indent", offset, offset + 1)
            offset += len(line) + 1

    def _table(self, found: re.Match[str]) -> None:
        word = _TABLES.get(found["word"].lower(), found["word"])
        count = self._continued()
        if word in ("指标表", "标准表"):
            count = max(count, self._rows_from(self.at + count) - self.at)
        piece = self._piece(count)
        start = piece.skip(found.end("word"))
        try:
            if not looks.is_declaration(piece.folded) and ":" not in piece.folded:
                raise piece.refused("table-form", 0, found.end("word"), word=found["word"])
            self._check_continuation(piece)
            self._add(self._read_table(word, piece, start))
        except InputRefused as wrong:
            self.context.broken.update(declared.guessed(piece))
            self._unread(piece, wrong)

    def _read_table(self, word: str, piece: Piece, start: int) -> Block:
        match word:
            case "指标表":
                return tables.read_indicators(piece, self.context, start)
            case "标准表":
                return tables.read_standard(piece, self.context, start)
        return data.read(piece, self.context, start, decided=word == "外定表")

    def _rows_from(self, index: int) -> int:
        """The index behind the pipe rows that begin at `index`, blank lines before them allowed; 0 without rows."""
        while index < len(self.lines) and not self.lines[index].strip():
            index += 1
        end = index
        while end < len(self.lines) and is_row(self.lines[end]) and len(self.lines[end]) <= LONGEST_LINE:
            end += 1
        return end if end > index else 0

    def _annex(self, name: str) -> None:
        first = self.at if is_row(self.lines[self.at]) else self.at + 1
        piece = self._piece(max(1, self._rows_from(first) - self.at))
        self._add(tables.read_annex(piece, self.context, name))


_TABLES: Final = {"indicators": "指标表", "standards": "标准表", "data": "数据表", "decided": "外定表"}


def _is_flush(line: str) -> bool:
    """Begins with text: no space, no bullet, no bar."""
    return not line.startswith(("- ", " ", "\t", "|", "｜", *_BULLETS))


def _what_and_where(fault: Fault) -> tuple[str, object]:
    return fault.code, fault.at


def _by_place(fault: Fault) -> tuple[int, int, str]:
    assert isinstance(fault.at, Place)
    return fault.at.line, fault.at.column, fault.code

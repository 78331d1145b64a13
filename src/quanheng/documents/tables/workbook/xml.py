"""A streaming XML reader that accepts what a spreadsheet program writes and nothing more.

No document type, hence no entities; no deep nesting; names are taken without their namespace, and elements of foreign
namespaces are not seen at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Final
from xml.parsers import expat

CHUNK: Final = 64 * 1024
DEEPEST: Final = 64

_SHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_PACKAGE: Final = ("http://schemas.openxmlformats.org/package/2006/relationships",)
_OFFICE: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
RELATION_IDS: Final = tuple(f"{space}}}id" for space in _OFFICE)
RELATION_KINDS: Final = _OFFICE


class Unsound(Exception):
    """The XML is not what a spreadsheet program writes."""


class Reader:
    """Base of the readers: a subclass says which elements it wants to see beginning and ending.

    `begins` get the attributes. `ends` get the text that stood since the last beginning of an element of `fresh`."""

    def __init__(
        self,
        begins: Mapping[str, Callable[[dict[str, str]], None]],
        ends: Mapping[str, Callable[[str], None]],
        fresh: frozenset[str] = frozenset(),
    ) -> None:
        spaces = (*_SHEET, *_PACKAGE)
        self._begins = {f"{space}}}{name}": begin for space in spaces for name, begin in begins.items()}
        self._ends = {f"{space}}}{name}": end for space in spaces for name, end in ends.items()}
        self._fresh = {f"{space}}}{name}" for space in spaces for name in fresh}
        self._depth = 0
        self._parts: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        if fresh:
            self._parser.CharacterDataHandler = self._parts.append

    def feed(self, member: IO[bytes]) -> Iterator[None]:
        """Read a member of the archive chunk by chunk; after each, the caller may take what has come out."""
        try:
            while chunk := member.read(CHUNK):
                self._parser.Parse(chunk, False)
                yield
            self._parser.Parse(b"", True)
        except expat.ExpatError as wrong:
            raise Unsound from wrong
        yield

    def consume(self, member: IO[bytes]) -> None:
        """Read a member to its end."""
        with member:
            for _ in self.feed(member):
                pass

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsound
        if name in self._fresh:
            self._parts.clear()
        if begin := self._begins.get(name):
            begin(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if end := self._ends.get(name):
            end("".join(self._parts))

    def _doctype(self, *_: object) -> None:
        raise Unsound

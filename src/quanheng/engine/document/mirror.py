"""The JSON mirror of a scheme, for interfaces and form editors. The text stays the record.

`blocks` are the document; everything else in the mirror (`header`, `faults`, `digest`) follows from them. A block has
its `lines` as they stand in the file. An editor that changes a block leaves its `lines` out: they are then written from
the fields, the other blocks stay as they are, letter for letter. (An annex is nothing but its lines.) A formula is `{"text": …, "tree": …}`; when it comes
back the text counts, and the tree only where there is no text.
"""

from __future__ import annotations

from typing import Final

from quanheng.engine.document import mirror_schema, writer
from quanheng.engine.document import model as m
from quanheng.engine.document.codec import Decoder, Json, encode, wrong
from quanheng.engine.document.header import HEADER_FIELDS
from quanheng.engine.document.reader import read
from quanheng.engine.faults import Fault

VERSION: Final = "urn:quanheng:scheme:1"


def to_json(scheme: m.Scheme) -> dict[str, Json]:
    """The scheme as JSON. `from_json(to_json(scheme)) == scheme`."""
    return {
        "schema": VERSION,
        "file": scheme.file,
        "digest": scheme.digest,
        "header": {name: encode(getattr(scheme, name), scheme.file) for name in HEADER_FIELDS},
        "blocks": encode(scheme.blocks, scheme.file),
        "faults": [_fault(each, scheme.file) for each in scheme.faults],
    }


def _fault(fault: Fault, file: str) -> Json:
    return {
        "code": fault.code,
        "at": encode(fault.at, file),
        "article": fault.article,
        "severity": fault.severity.value,
        "zh": fault.zh,
        "en": fault.en,
        "hint_zh": fault.hint_zh,
        "hint_en": fault.hint_en,
    }


def from_json(data: Json) -> m.Scheme:
    """The scheme that the blocks say, read anew so that places and faults are true.

    Raises `InputRefused` when the JSON has not the form of `json_schema()`."""
    file = data.get("file", "scheme.md") if isinstance(data, dict) else None
    if not isinstance(file, str):
        raise wrong("$", "object", "")
    if data.get("schema") != VERSION:
        raise wrong("$.schema", VERSION, file)
    blocks: tuple[m.Block, ...] = Decoder(file, _units(data)).decode(tuple[m.Block, ...], data.get("blocks"), "$.blocks")
    return read(_text(blocks, file), file)


def _units(data: dict[str, Json]) -> frozenset[str]:
    """The units that the header declares, needed to read the formulas."""
    header = data.get("header")
    units = header.get("units") if isinstance(header, dict) else None
    return frozenset(each for each in units if isinstance(each, str)) if isinstance(units, list) else frozenset()


def _text(blocks: tuple[m.Block, ...], file: str) -> str:
    written: list[str] = []
    for index, block in enumerate(blocks):
        if any("\n" in line for line in block.lines):
            raise wrong(f"$.blocks[{index}].lines", "one line each", file)
        before = blocks[index - 1] if index else None
        if before is not None and not (before.lines and block.lines):
            if not isinstance(before, m.Blank) and not isinstance(block, m.Blank):
                written.extend([""] * writer.gap(before, block, 0))
        written.extend(block.lines or ([""] if isinstance(block, m.Blank) else writer.lines(block)))
    return "\n".join([*written, ""]) if written else ""


def json_schema() -> dict[str, Json]:
    """JSON Schema (draft 2020-12) of what `to_json` gives and `from_json` takes."""
    return mirror_schema.schema_of_scheme(VERSION)

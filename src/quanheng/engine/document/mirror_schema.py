"""JSON Schema of the mirror, made from the type hints of the model; the descriptions are the model's own."""

from __future__ import annotations

import enum
import types
import typing
from fractions import Fraction
from typing import Any, Final

from quanheng.engine.document import model as m
from quanheng.engine.document.codec import (
    FRACTION,
    PLACE,
    PLAIN,
    Json,
    classes,
    hints,
    is_formula,
    is_kinded,
    kind_of,
    required,
)
from quanheng.engine.document.header import HEADER_FIELDS
from quanheng.engine.faults import Place
from quanheng.engine.formula import tree as t

_WRITTEN: Final = {
    Fraction: {"type": "string", "pattern": f"^{FRACTION}$", "description": "an exact number: 7, 0.5 or 7/3"},
    Place: {"type": "string", "pattern": f"^{PLACE}$", "description": "line:column-line:column, counted from 1"},
}
_FORMULA: Final = {
    "description": "A formula. When it comes back, the text counts; the tree only where there is no text.",
    "type": "object",
    "properties": {"text": {"type": "string"}, "tree": {"$ref": "#/$defs/Node"}},
    "anyOf": [{"required": ["text"]}, {"required": ["tree"]}],
    "additionalProperties": False,
}


def schema_of_scheme(version: str) -> dict[str, Json]:
    found: dict[str, Json] = {"Formula": _FORMULA}
    blocks = _schema(m.Block, found)
    _schema(t.Node, found)
    header = {name: _schema(hints(m.Scheme)[name], found) for name in HEADER_FIELDS}
    texts = ("code", "at", "article", "severity", "zh", "en", "hint_zh", "hint_en")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": version,
        "title": "权衡 scheme: the mirror of a regulation",
        "description": "`blocks` are the document; all else follows from them. A block without `lines` is written from its fields.",
        "type": "object",
        "properties": {
            "schema": {"const": version},
            "file": {"type": "string"},
            "digest": {"type": "string", "description": "SHA-256 of the text"},
            "header": {"type": "object", "properties": header},
            "blocks": {"type": "array", "items": blocks},
            "faults": {
                "type": "array",
                "items": {"type": "object", "properties": {name: {"type": "string"} for name in texts}},
            },
        },
        "required": ["schema", "blocks"],
        "additionalProperties": False,
        "$defs": dict(sorted(found.items())),
    }


def _schema(hint: Any, found: dict[str, Json]) -> Json:
    """The schema of a hint; classes are gathered in `found`."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(arg, found) for arg in args]}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin in (tuple, frozenset):
        return _array(args, found, unique=origin is frozenset)
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if hint in _WRITTEN:
        return dict(_WRITTEN[hint])
    if issubclass(hint, enum.Enum):
        return {"enum": [each.value for each in hint]}
    return _class(hint, found)


def _array(args: tuple[Any, ...], found: dict[str, Json], *, unique: bool) -> Json:
    if unique or (len(args) == 2 and args[1] is ...):
        return {"type": "array", "items": _schema(args[0], found), **({"uniqueItems": True} if unique else {})}
    items = [_schema(arg, found) for arg in args]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "items": False}


def _class(cls: type, found: dict[str, Json]) -> Json:
    name = cls.__name__
    if name not in found:
        found[name] = {}  # taken, for classes that hold themselves
        below = [each for each in classes(cls).values() if each is not cls] if is_kinded(cls) else []
        found[name] = {"anyOf": [_class(each, found) for each in below]} if below else _object(cls, found)
    return {"$ref": f"#/$defs/{name}"}


def _object(cls: type, found: dict[str, Json]) -> Json:
    properties: dict[str, Json] = {"type": {"const": kind_of(cls)}} if is_kinded(cls) else {}
    for name, hint in hints(cls).items():
        if is_formula(cls, hint):
            formula = {"$ref": "#/$defs/Formula"}
            properties[name] = formula if hint is t.Node else {"anyOf": [formula, {"type": "null"}]}
        else:
            properties[name] = _schema(hint, found)
    said = " ".join((cls.__doc__ or "").split())
    return {
        "type": "object",
        **({"description": said} if said and not said.startswith(f"{cls.__name__}(") else {}),
        "properties": properties,
        "required": (["type"] if is_kinded(cls) else []) + [name for name in hints(cls) if name in required(cls)],
        "additionalProperties": False,
    }

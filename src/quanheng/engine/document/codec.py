"""Frozen dataclasses ↔ plain JSON, led by their type hints.

One description, the dataclasses, serves what is written, what is accepted and (`mirror_schema`) what is documented, so
that the three cannot part. Fractions are text (`7/3`), places `line:column-line:column`, a value that may be of several
classes names its `type`, and a formula is its text together with its tree.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from quanheng.engine.document import messages, render
from quanheng.engine.document import model as m
from quanheng.engine.faults import InputRefused, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.parser import children, parse

Json = Any  # what json.loads gives

DEEPEST: Final = 60  # of a tree that comes without its text
PLAIN: Final[Mapping[Any, str]] = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
FRACTION: Final = r"-?\d{1,60}(?:/0*[1-9]\d{0,60}|\.\d{1,60})?"
PLACE: Final = r"(\d{1,9}):(\d{1,9})-(\d{1,9}):(\d{1,9})(?:@(.*))?"

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
_LAID_OUT: Final[Mapping[str, Any]] = {"at": Place(), "lines": (), "article": ""}  # found again by reading


def kind_of(cls: type) -> str:
    """`DataTable` → `data-table`."""
    return _CAPITAL.sub("-", cls.__name__).lower()


def _below(base: type) -> Iterator[type]:
    cls: type
    for cls in base.__subclasses__():
        yield cls
        yield from _below(cls)


@functools.cache
def classes(base: type) -> Mapping[str, type]:
    """The classes that a value declared as `base` can have, by kind."""
    known: list[type] = [base, *_below(base)]
    return {kind_of(cls): cls for cls in known if cls not in (m.Block, t.Node)}


@functools.cache
def hints(cls: type) -> Mapping[str, Any]:
    """Field → type. A dataclass of the model has no other parts."""
    found = typing.get_type_hints(cls)
    return {each.name: found[each.name] for each in dataclasses.fields(cls)}


@functools.cache
def required(cls: type) -> frozenset[str]:
    """The fields that have to be given: no default, and not only the layout."""
    return frozenset(each.name for each in dataclasses.fields(cls) if each.default is dataclasses.MISSING and each.name not in _LAID_OUT)


def is_kinded(cls: type) -> bool:
    return issubclass(cls, m.Block | t.Node)


def is_formula(cls: type, hint: Any) -> bool:
    """A field of the document that holds a whole formula, not a part of one."""
    return not issubclass(cls, t.Node) and (hint is t.Node or hint == t.Node | None)


# ------------------------------------------------------------------------------------------------------- encode


def encode(value: object, file: str) -> Json:
    """The value as JSON. Places in `file` leave its name out."""
    match value:
        case None | bool() | int() | str():
            return value
        case Fraction():
            return str(value)
        case enum.Enum():
            return value.value
        case Place():
            span = f"{value.line}:{value.column}-{value.end_line}:{value.end_column}"
            return span if value.file == file else f"{span}@{value.file}"
        case tuple():
            return [encode(each, file) for each in value]
        case frozenset():
            return sorted(encode(each, file) for each in value)
    return _encode_class(value, file)


def _encode_class(value: object, file: str) -> Json:
    cls: type = type(value)
    found: dict[str, Json] = {"type": kind_of(cls)} if is_kinded(cls) else {}
    for name, hint in hints(cls).items():
        part = getattr(value, name)
        if is_formula(cls, hint) and part is not None:
            found[name] = {"text": render.formula(part), "tree": encode(part, file)}
        else:
            found[name] = encode(part, file)
    return found


# ------------------------------------------------------------------------------------------------------- decode


def wrong(path: str, what: str, file: str) -> InputRefused:
    return messages.refused("mirror-form", Place(0, 0, 0, 0, file), path=path, what=what)


@dataclass(frozen=True)
class Decoder:
    """JSON → values. Raises `InputRefused` that names the path of what does not fit."""

    file: str
    units: frozenset[str] = frozenset()

    def decode(self, hint: Any, value: Json, path: str) -> Any:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return self._union(args, value, path)
        if origin is tuple:
            return self._tuple(args, value, path)
        if origin is typing.Literal:
            return self._choice(dict(zip(args, args, strict=True)), value, path)
        if hint in PLAIN:
            if type(value) is not hint:
                raise wrong(path, PLAIN[hint], self.file)
            return value
        if hint in (Fraction, Place):
            return self._written(hint, value, path)
        if issubclass(hint, enum.Enum):
            return self._choice({each.value: each for each in hint}, value, path)
        return self._class(hint, value, path)

    def _choice(self, known: Mapping[Any, Any], value: Json, path: str) -> Any:
        if not isinstance(value, str | int) or value not in known:
            raise wrong(path, " | ".join(map(str, known)), self.file)
        return known[value]

    def _written(self, hint: type, value: Json, path: str) -> Fraction | Place:
        text = value if isinstance(value, str) else ""
        if hint is Fraction and re.fullmatch(FRACTION, text):
            return Fraction(text)
        if hint is Place and (found := re.fullmatch(PLACE, text, re.DOTALL)):
            line, column, end_line, end_column = (int(each) for each in found.groups()[:4])
            return Place(line, column, end_line, end_column, self.file if found[5] is None else found[5])
        raise wrong(path, "7, 0.5, 7/3" if hint is Fraction else "line:column-line:column", self.file)

    def _union(self, members: tuple[Any, ...], value: Json, path: str) -> Any:
        """By the JSON type of the value: null, text, list, object."""
        given = {**{kind: name for kind, name in PLAIN.items()}, dict: "object", list: "array"}.get(type(value))
        for member in members:
            if json_type(member) == given:
                return self.decode(member, value, path)
        raise wrong(path, " | ".join(sorted(map(json_type, members))), self.file)

    def _tuple(self, args: tuple[Any, ...], value: Json, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise wrong(path, "array", self.file)
        if len(args) == 2 and args[1] is ...:
            args = (args[0],) * len(value)
        if len(value) != len(args):
            raise wrong(path, f"{len(args)} items", self.file)
        return tuple(self.decode(arg, value[i], f"{path}[{i}]") for i, arg in enumerate(args))

    def _class(self, hint: type, value: Json, path: str) -> Any:
        if not isinstance(value, dict):
            raise wrong(path, "object", self.file)
        cls = hint
        if is_kinded(hint):
            known = classes(hint)
            kind = value.get("type", kind_of(hint))
            cls = known.get(kind) if isinstance(kind, str) else None  # type: ignore[assignment]
            if cls is None:
                raise wrong(f"{path}.type", " | ".join(known), self.file)
        if unknown := set(value) - set(hints(cls)) - {"type"}:
            raise wrong(f"{path}.{min(unknown)}", " | ".join(hints(cls)), self.file)
        if lacking := required(cls) - set(value):
            raise wrong(f"{path}.{min(lacking)}", "required", self.file)
        given = {name: self._field(cls, name, value, path) for name in hints(cls) if name in value}
        return cls(**{**{name: each for name, each in _LAID_OUT.items() if name in hints(cls)}, **given})

    def _field(self, cls: type, name: str, value: Mapping[str, Json], path: str) -> Any:
        hint, found, at = hints(cls)[name], value[name], f"{path}.{name}"
        if not is_formula(cls, hint) or (found is None and hint is not t.Node):
            return self.decode(hint, found, at)
        if not isinstance(found, dict) or not set(found) & {"text", "tree"}:
            raise wrong(at, "{text} | {tree}", self.file)
        if isinstance(found.get("text"), str):
            return parse(found["text"], file=self.file, units=self.units)
        if _depth(found.get("tree")) > DEEPEST:
            raise wrong(f"{at}.tree", f"at most {DEEPEST} deep", self.file)
        tree: t.Node = self.decode(t.Node, found.get("tree"), f"{at}.tree")
        if not (_may_stand(tree, None) and _in_place(tree)):
            raise wrong(f"{at}.tree", "formula", self.file)
        return tree


_PARTS: Final = (t.Tier, t.Branch, t.Otherwise, t.Shares, t.Orders, t.Every, t.Field)


def _in_place(node: t.Node) -> bool:
    """Do the parts of a call stand among its parts, and nowhere else? The declared types of the tree do not say so."""
    return all(_may_stand(each, node) and _in_place(each) for each in children(node))


def _may_stand(node: t.Node, inside: t.Node | None) -> bool:
    match node, inside:
        case t.Share(), _:
            return isinstance(inside, t.Shares)
        case t.Order(), _:
            return isinstance(inside, t.Orders)
        case t.Orders(), t.Field():
            return True
        case _, t.Call(parts=parts) if any(node is part for part in parts):
            return isinstance(node, _PARTS)
    return not isinstance(node, _PARTS)


def _depth(value: Json) -> int:
    """How deep objects stand in one another."""
    deepest, stack = 0, [(value, 0)]
    while stack:
        each, depth = stack.pop()
        if isinstance(each, dict):
            depth += 1
            deepest = max(deepest, depth)
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        stack.extend((part, depth) for part in inner)
    return deepest


def json_type(hint: Any) -> str:
    if hint in PLAIN:
        return PLAIN[hint]
    origin = typing.get_origin(hint)
    if origin in (tuple, frozenset):
        return "array"
    is_text = origin is typing.Literal or hint in (Fraction, Place) or issubclass(hint, enum.Enum)
    return "string" if is_text else "object"

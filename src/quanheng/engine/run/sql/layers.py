"""One SELECT stacked on another: a place to give a name to what is used twice.

SQL cannot use a name in the SELECT that makes it. So every expression knows the lowest SELECT in which it can stand (its
`layer`), and giving it a name moves it one layer up. Without names, texts that use an operand three times (rounding a
negative ratio does) would grow exponentially, and nobody could review them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from quanheng.engine.run.sql.dialect import Dialect

REPEATABLE = 48  # a text up to this many characters may be written twice instead of getting a name


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the layer it can stand in. `atom`: a column or a literal, which may be repeated freely."""

    text: str
    layer: int = 0
    atom: bool = False


@dataclass(slots=True)
class Names:
    """Names that occur once in the whole computation, so that nested and joined SELECTs never collide."""

    _next: count[int] = field(default_factory=lambda: count(1))

    def fresh(self, hint: str = "") -> str:
        return f"{hint}~{next(self._next)}"


class Layers:
    """The SELECTs above one source. `source` is what stands after FROM."""

    def __init__(self, dialect: Dialect, names: Names, source: str) -> None:
        self.dialect = dialect
        self.names = names
        self.source = source
        self._items: list[list[str]] = []
        self._bound: dict[tuple[int, str], Sql] = {}

    @property
    def empty(self) -> bool:
        return not self._items

    def bind(self, text: str, layer: int, hint: str = "", name: str | None = None) -> Sql:
        """Name `text`, which can stand in `layer`; the name can be used from the layer above on."""
        known = self._bound.get((layer, text))
        if known is not None and name is None:
            return known
        while len(self._items) <= layer:
            self._items.append([])
        quoted = self.dialect.ident(name or self.names.fresh(hint))
        self._items[layer].append(f"{text} AS {quoted}")
        bound = Sql(quoted, layer + 1, atom=True)
        self._bound[(layer, text)] = bound
        return bound

    def once(self, sql: Sql, hint: str = "") -> Sql:
        """The same value in a form that may be written several times."""
        if sql.atom or len(sql.text) <= REPEATABLE:
            return sql
        return self.bind(sql.text, sql.layer, hint)

    def select(self, items: Sequence[str], tail: str = "", *, distinct: bool = False) -> str:
        """The whole stack as one SELECT (a WITH query when there is more than one layer)."""
        steps, below = [], self.source
        for layer in self._items:
            if not layer:
                continue
            here = self.dialect.ident(self.names.fresh("s"))
            steps.append(f"{here} AS (\nSELECT *,\n  " + ",\n  ".join(layer) + f"\nFROM {below})")
            below = here
        head = "WITH " + ",\n".join(steps) + "\n" if steps else ""
        verb = "SELECT DISTINCT" if distinct else "SELECT"
        return f"{head}{verb}\n  " + ",\n  ".join(items) + f"\nFROM {below}" + (f"\n{tail}" if tail else "")


def highest(*parts: Sql | None) -> int:
    """The layer of a text made from these."""
    return max((part.layer for part in parts if part is not None), default=0)

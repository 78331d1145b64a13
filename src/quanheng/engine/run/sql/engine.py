"""What a run asks of a database engine: carry out a statement, give rows, give Arrow, take a table, look into Parquet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quanheng.engine.run.sql.dialect import Dialect

if TYPE_CHECKING:
    import pyarrow as pa


class Unreadable(Exception):
    """A file is no complete Parquet file."""


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """Files as rows: `rows` for FROM; `placed` the same with the file and the 0-based row in it as `file` and `nr`."""

    rows: str
    placed: str
    file: str
    nr: str
    types: Mapping[str, str]


class Engine(ABC):
    name: str
    dialect: Dialect

    @abstractmethod
    def make(self, name: str, select: str, *, kept: bool = False) -> None:
        """A view, or a table where it is kept."""

    @abstractmethod
    def rows(self, query: str) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def arrow(self, query: str) -> pa.Table: ...

    @abstractmethod
    def write(self, query: str, path: Path) -> None:
        """The rows of a query, in its order, as one Parquet file."""

    @abstractmethod
    def enter(self, name: str, frame: pa.Table) -> None:
        """Make an Arrow table known under a name."""

    @abstractmethod
    def parquet(self, name: str, paths: Sequence[str]) -> ParquetRows:
        """Look into Parquet files; `name` is free for views over them. Raises `Unreadable`."""

    @abstractmethod
    def close(self) -> None: ...

    def count(self, query: str) -> int:
        """The one whole number that a query gives."""
        number: int = self.rows(query)[0][0]
        return number

"""The relational executor: a whole plan as SQL on scaled integers, for DuckDB (embedded) and Apache Spark."""

from quanheng.engine.run.sql.bulk import ParquetSource
from quanheng.engine.run.sql.duck import run_duckdb
from quanheng.engine.run.sql.frames import Frames
from quanheng.engine.run.sql.script import TooWide
from quanheng.engine.run.sql.widths import check_widths

__all__ = ["Frames", "ParquetSource", "TooWide", "check_widths", "run_duckdb"]

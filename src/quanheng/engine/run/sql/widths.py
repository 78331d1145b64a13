"""Can every number of a plan be carried exactly? Found out when the scheme is checked, by writing the SQL and not running it.

Each step of the arithmetic knows the bounds of its result; what could leave 38 digits is told here, column by column.
"""

from __future__ import annotations

from quanheng.engine.plan import model as m
from quanheng.engine.run.sql.dialect import DUCKDB
from quanheng.engine.run.sql.script import Writer


def check_widths(plan: m.Plan) -> list[tuple[str, str, str, str]]:
    """The columns whose numbers could get too large (table, column, why in Chinese, why in English). Needs no data and
    no engine."""
    writer = Writer(plan, DUCKDB)
    writer.write()
    return [
        (
            table,
            column,
            f"计算中的整数最多可达 {len(str(bound))} 位，超出能精确计算的 38 位。",
            f"whole numbers in this computation can reach {len(str(bound))} digits; 38 can be computed exactly.",
        )
        for table, column, bound in writer.too_wide
    ]

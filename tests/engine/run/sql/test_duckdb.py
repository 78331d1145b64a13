"""What DuckDB must be told, and what it must not be left with."""

import duckdb
import pytest

from quanheng.engine.run.sql import duck
from quanheng.engine.run.sql.duck import DuckEngine
from tests.engine.plan.office import holds

OPTIMIZERS = "SELECT current_setting('disabled_optimizers')"


def two_links_to_one_table() -> None:
    people = "\n".join(f"{nr}, {nr * nr} → {nr * nr * 2}" for nr in range(10))
    holds(
        """
        - 每名员工：加倍（分）= 得分 × 2
        - 每条互评：较均（分，显示 2 位）= 评价人.加倍 - 平均(被评人.加倍；同 全体)
        数据表 员工：工号 文字 不重复；得分 0～100 分
        数据表 互评：评价人 属于 员工；被评人 属于 员工
        """,
        f"""
        员工: 工号, 得分 → 加倍
        {people}
        互评: 评价人, 被评人 → 较均
        1, 2 → -6          # 1 × 1 × 2 less the mean of 2 × 2 × 2 and 2 × 2 × 2
        3, 2 → 10
        """,
    )


def test_a_row_with_two_links_to_one_table_reads_each_by_its_own() -> None:
    two_links_to_one_table()


def test_duckdb_would_take_the_two_links_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails, DuckDB has been mended, and the optimizer can be left on."""
    monkeypatch.setattr(duck, "WITHOUT", "")
    with pytest.raises(AssertionError):
        two_links_to_one_table()


def test_somebody_elses_connection_gets_its_optimizers_back() -> None:
    connection = duckdb.connect(":memory:")
    connection.execute("SET disabled_optimizers = 'top_n'")
    engine = DuckEngine(connection)
    for _ in range(2):
        engine.make("一", "SELECT 1 AS 数")
        assert set(connection.execute(OPTIMIZERS).fetchall()[0][0].split(",")) == {"common_subplan", "top_n"}
        engine.close()
        assert connection.execute(OPTIMIZERS).fetchall() == [("top_n",)]

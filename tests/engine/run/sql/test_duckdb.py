"""What DuckDB must be told, and what it must not be left with."""

import duckdb

from quanheng.engine.run.sql.duck import WITHOUT, DuckEngine
from tests.engine.plan.office import holds

OPTIMIZERS = "SELECT current_setting('disabled_optimizers')"


def read_twice(optimizers_off: str) -> list[tuple[int, int]]:
    """Two links from r to p, of which one is read row by row and the other summed."""
    connection = duckdb.connect(":memory:", config={"disabled_optimizers": optimizers_off})
    for statement in (
        "CREATE TABLE p AS SELECT CAST(i AS VARCHAR) AS id, i * i AS v FROM range(10) t(i)",
        "CREATE TABLE r AS SELECT * FROM (VALUES (1, '1', '2'), (2, '3', '2')) t(nr, x, y)",
        "CREATE VIEW w AS SELECT nr, a.v AS one, b.v AS other FROM r LEFT JOIN p a ON x = a.id LEFT JOIN p b ON y = b.id",
    ):
        connection.execute(statement)
    return connection.execute("SELECT one, total FROM w CROSS JOIN (SELECT SUM(other) AS total FROM w) ORDER BY 1").fetchall()


def test_duckdb_takes_two_links_to_one_table_for_each_other_unless_it_is_told_not_to() -> None:
    assert read_twice(WITHOUT) == [(1, 8), (9, 8)]
    assert read_twice("") != [(1, 8), (9, 8)], "DuckDB has been mended: the optimizer can be left on"


def test_a_row_with_two_links_to_one_table_reads_each_by_its_own() -> None:
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


def test_somebody_elses_connection_gets_its_optimizers_back() -> None:
    connection = duckdb.connect(":memory:")
    connection.execute("SET disabled_optimizers = 'top_n'")
    engine = DuckEngine(connection)
    for _ in range(2):
        engine.make("一", "SELECT 1 AS 数")
        assert set(connection.execute(OPTIMIZERS).fetchall()[0][0].split(",")) == {"common_subplan", "top_n"}
        engine.close()
        assert connection.execute(OPTIMIZERS).fetchall() == [("top_n",)]

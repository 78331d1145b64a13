"""Data for the speed benchmark: units of 1 to 95 people, ten records each by default, the same on every machine.

Everything is a function of the row's number (a multiplicative hash), so no random generator has to agree.
"""

from __future__ import annotations

from pathlib import Path

PEOPLE_PER_CYCLE = 95 * 96 // 2  # units of 1, 2, … 95 people, again and again


def make(folder: Path, people: int, records: int) -> None:
    """Write 单位, 人员 and 记录 as Parquet into `folder`: text keys, exact decimals."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '2GB'")
    connection.execute("""
        CREATE TEMP TABLE cycle AS
        SELECT ROW_NUMBER() OVER (ORDER BY size, nr) - 1 AS place, size - 1 AS unit
        FROM (SELECT s.range AS size, n.range AS nr FROM range(1, 96) s, range(1, 96) n WHERE n.range <= s.range)
    """)
    person = f"""
        SELECT p.range AS nr, (p.range // {PEOPLE_PER_CYCLE}) * 95 + unit AS unit
        FROM range({people}) p JOIN cycle ON place = p.range % {PEOPLE_PER_CYCLE}
    """
    tables = {
        "单位": f"""
            SELECT printf('U%07d', unit) AS 名称, {_cents("count(*) * 123456 + unit % 9973", "DECIMAL(12,2)")} AS 总额
            FROM ({person}) GROUP BY unit ORDER BY unit""",
        "人员": f"""
            SELECT printf('P%08d', nr) AS 工号, printf('U%07d', unit) AS 单位, {_noise("nr * 3 + 1", 101)} AS 自评,
            {_noise("nr * 3 + 2", 101)} AS 上级评, {_noise("nr * 3 + 3", 101)} AS 部长评 FROM ({person}) ORDER BY nr""",
        "记录": f"""
            SELECT printf('P%08d', range // {records}) AS 人员, {_cents(_noise("range * 2 + 7", 10001), "DECIMAL(5,2)")} AS 数值,
            {_noise("range * 2 + 8", 501)} AS 数量 FROM range({people * records})""",
    }
    for name, select in tables.items():
        target = str(folder / f"{name}.parquet").replace("'", "''")
        connection.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    connection.close()


def _cents(number: str, kind: str) -> str:
    return f"CAST(CAST({number} AS DECIMAL(18,2)) * 0.01 AS {kind})"


def _noise(number: str, below: int) -> str:
    """A whole number from 0 to below - 1 that looks random: Knuth's multiplicative hash, in 64 bits."""
    return f"CAST((CAST({number} AS BIGINT) * 2654435761 % 4294967296 // 7) % {below} AS INTEGER)"

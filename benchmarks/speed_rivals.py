"""The same scheme written by hand, as well as we can, for the tools one would use instead. All exact, on scaled integers.

Each function takes the folder with 单位, 人员, 记录 as Parquet, writes `out` as Parquet with the columns
工号, 总分 (hundredths), 名次, 等次, 奖金 (fen), in the order of 工号, and returns nothing.
"""

from __future__ import annotations

from pathlib import Path

THREADS = 2


def sql(folder: Path, out: Path) -> None:
    """DuckDB SQL by hand: one statement, 64-bit integers throughout."""
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": "1GB", "preserve_insertion_order": False})
    connection.execute(f"COPY ({HAND_SQL.format(folder=folder)}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
    connection.close()


# Points × 100 where not said. hu(n, d) = (2n + d) // (2d) for n ≥ 0.
HAND_SQL = """
WITH counted AS (
    SELECT 人员,
        SUM(CASE WHEN v >= 9000 THEN 10 WHEN v >= 7500 THEN 8 WHEN v >= 6000 THEN 6 ELSE 0 END)::BIGINT AS tier,
        SUM((2 * v + 7) // 14)::BIGINT AS seventh,
        SUM(数量)::BIGINT AS work
    FROM (SELECT 人员, CAST(数值 * 100 AS BIGINT) AS v, 数量 FROM read_parquet('{folder}/记录.parquet'))
    GROUP BY 人员
), scored AS (
    SELECT 工号, 单位,
        (2 * (50000 * LEAST(COALESCE(tier, 0), 60) + 100 * LEAST(COALESCE(seventh, 0), 20000)
            + 200 * CASE WHEN COALESCE(work, 0) > 1000 THEN (work - 1000) // 500 ELSE 0 END * 100
            + 400 * (25 * 自评 + 45 * 上级评 + 30 * 部长评)) + 1000) // 2000 AS total
    FROM read_parquet('{folder}/人员.parquet') LEFT JOIN counted ON 人员 = 工号
), placed AS (
    SELECT *, RANK() OVER (PARTITION BY 单位 ORDER BY total DESC) AS place,
        ROW_NUMBER() OVER (PARTITION BY 单位 ORDER BY total DESC, 工号) AS nr,
        COUNT(*) OVER (PARTITION BY 单位) AS heads
    FROM scored
), whole AS (
    SELECT *, heads // 10 AS a, heads * 2 // 10 AS b, heads * 6 // 10 AS c,
        heads % 10 AS ra, heads * 2 % 10 AS rb, heads * 6 % 10 AS rc
    FROM placed
), rest AS (
    SELECT *, heads - (2 * a + b + c) AS left_over FROM whole
), quota AS (
    SELECT *,
        a + CASE WHEN (rb > ra)::INT + (rc > ra)::INT < left_over THEN 1 ELSE 0 END AS qa,
        b + CASE WHEN (ra >= rb)::INT + (rc > rb)::INT + (ra > rb)::INT < left_over THEN 1 ELSE 0 END AS qb,
        c + CASE WHEN (ra >= rc)::INT + (rb >= rc)::INT + (ra > rc)::INT < left_over THEN 1 ELSE 0 END AS qc
    FROM rest
), graded AS (
    SELECT 工号, 单位, total, place, nr,
        CASE WHEN nr <= qa THEN 'A' WHEN nr <= qa + qb THEN 'B' WHEN nr <= qa + qb + qc THEN 'C' ELSE 'D' END AS grade,
        CASE WHEN nr <= qa THEN 15 WHEN nr <= qa + qb THEN 12 WHEN nr <= qa + qb + qc THEN 10 ELSE 6 END AS weight
    FROM quota
), shared AS (
    SELECT 工号, graded.单位, total, place, grade, pool,
        pool * weight // SUM(weight) OVER w AS share, pool * weight % SUM(weight) OVER w AS remainder
    FROM graded JOIN (SELECT 名称, CAST(总额 * 100 AS BIGINT) AS pool FROM read_parquet('{folder}/单位.parquet')) ON 名称 = graded.单位
    WINDOW w AS (PARTITION BY graded.单位)
)
SELECT 工号, total AS 总分, place AS 名次, grade AS 等次,
    (share + CASE WHEN ROW_NUMBER() OVER (PARTITION BY 单位 ORDER BY remainder DESC, 工号)
        <= pool - SUM(share) OVER (PARTITION BY 单位) THEN 1 ELSE 0 END)::BIGINT AS 奖金
FROM shared
ORDER BY 工号
"""


def polars(folder: Path, out: Path) -> None:
    """Polars, lazy, 64-bit integers."""
    import polars as pl

    tier = (
        pl.when(pl.col("v") >= 9000).then(10).when(pl.col("v") >= 7500).then(8).when(pl.col("v") >= 6000).then(6).otherwise(0)
    )
    counted = (
        pl.scan_parquet(folder / "记录.parquet")
        .with_columns(v=(pl.col("数值") * 100).cast(pl.Int64))
        .group_by("人员")
        .agg(tier=tier.cast(pl.Int64).sum(), seventh=((2 * pl.col("v") + 7) // 14).sum(), work=pl.col("数量").cast(pl.Int64).sum())
    )
    scored = (
        pl.scan_parquet(folder / "人员.parquet")
        .join(counted, left_on="工号", right_on="人员", how="left")
        .with_columns(pl.col("tier", "seventh", "work").fill_null(0))
        .with_columns(steps=pl.when(pl.col("work") > 1000).then((pl.col("work") - 1000) // 500).otherwise(0))
        .with_columns(
            total=(
                2
                * (
                    50000 * pl.min_horizontal("tier", pl.lit(60, pl.Int64))
                    + 100 * pl.min_horizontal("seventh", pl.lit(20000, pl.Int64))
                    + 20000 * pl.col("steps")
                    + 400 * (25 * pl.col("自评").cast(pl.Int64) + 45 * pl.col("上级评") + 30 * pl.col("部长评"))
                )
                + 1000
            )
            // 2000
        )
        .sort("单位", "total", "工号", descending=[False, True, False])
        .with_columns(
            place=pl.col("total").rank("min", descending=True).over("单位").cast(pl.Int64),
            nr=pl.int_range(1, pl.len() + 1).over("单位"),
            heads=pl.len().over("单位").cast(pl.Int64),
        )
    )
    heads = pl.col("heads")
    quota = scored.with_columns(
        a=heads // 10, b=heads * 2 // 10, c=heads * 6 // 10, ra=heads % 10, rb=heads * 2 % 10, rc=heads * 6 % 10
    ).with_columns(left_over=heads - 2 * pl.col("a") - pl.col("b") - pl.col("c"))
    ra, rb, rc = pl.col("ra"), pl.col("rb"), pl.col("rc")

    def more(ahead: pl.Expr) -> pl.Expr:
        return (ahead < pl.col("left_over")).cast(pl.Int64)

    quota = quota.with_columns(
        qa=pl.col("a") + more((rb > ra).cast(pl.Int64) + (rc > ra)),
        qb=pl.col("b") + more((ra >= rb).cast(pl.Int64) + (rc > rb) + (ra > rb)),
        qc=pl.col("c") + more((ra >= rc).cast(pl.Int64) + (rb >= rc) + (ra > rc)),
    )
    nr, qa, qb, qc = pl.col("nr"), pl.col("qa"), pl.col("qb"), pl.col("qc")
    graded = quota.with_columns(
        grade=pl.when(nr <= qa).then(pl.lit("A")).when(nr <= qa + qb).then(pl.lit("B")).when(nr <= qa + qb + qc).then(pl.lit("C")).otherwise(pl.lit("D")),
        weight=pl.when(nr <= qa).then(15).when(nr <= qa + qb).then(12).when(nr <= qa + qb + qc).then(10).otherwise(6).cast(pl.Int64),
    )
    pools = pl.scan_parquet(folder / "单位.parquet").select(单位="名称", pool=(pl.col("总额") * 100).cast(pl.Int64))
    shared = (
        graded.join(pools, on="单位")
        .with_columns(all=pl.col("weight").sum().over("单位"))
        .with_columns(share=pl.col("pool") * pl.col("weight") // pl.col("all"), remainder=pl.col("pool") * pl.col("weight") % pl.col("all"))
        .sort("单位", "remainder", "工号", descending=[False, True, False])
        .with_columns(turn=pl.int_range(1, pl.len() + 1).over("单位"), given=pl.col("share").sum().over("单位"))
        .select(
            "工号",
            总分="total",
            名次="place",
            等次="grade",
            奖金=pl.col("share") + (pl.col("turn") <= pl.col("pool") - pl.col("given")).cast(pl.Int64),
        )
    )
    shared.sort("工号").sink_parquet(out, compression="zstd")


def pandas(folder: Path, out: Path) -> None:
    """pandas, 64-bit integers."""
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq

    records = pq.read_table(folder / "记录.parquet").to_pandas(strings_to_categorical=True)
    v = (pd.Series(records.pop("数值")) * 100).astype("int64")
    records["tier"] = np.select([v >= 9000, v >= 7500, v >= 6000], [10, 8, 6], 0)
    records["seventh"] = (2 * v + 7) // 14
    counted = records.groupby("人员", observed=True)[["tier", "seventh", "数量"]].sum()
    people = pd.read_parquet(folder / "人员.parquet").join(counted, on="工号")
    people[["tier", "seventh", "数量"]] = people[["tier", "seventh", "数量"]].fillna(0).astype("int64")
    steps = np.where(people["数量"] > 1000, (people["数量"] - 1000) // 500, 0)
    exact = 50000 * people["tier"].clip(upper=60) + 100 * people["seventh"].clip(upper=20000) + 20000 * steps
    exact += 400 * (25 * people["自评"].astype("int64") + 45 * people["上级评"] + 30 * people["部长评"])
    people["total"] = (2 * exact + 1000) // 2000
    people = people.sort_values(["单位", "total", "工号"], ascending=[True, False, True])
    unit = people.groupby("单位", sort=False)
    people["place"] = unit["total"].rank("min", ascending=False).astype("int64")
    nr, n = unit.cumcount() + 1, unit["工号"].transform("size")
    a, b, c, ra, rb, rc = n // 10, n * 2 // 10, n * 6 // 10, n % 10, n * 2 % 10, n * 6 % 10
    left = n - 2 * a - b - c
    qa = a + (((rb > ra).astype(int) + (rc > ra)) < left)
    qb = b + (((ra >= rb).astype(int) + (rc > rb) + (ra > rb)) < left)
    qc = c + (((ra >= rc).astype(int) + (rb >= rc) + (ra > rc)) < left)
    tests = [nr <= qa, nr <= qa + qb, nr <= qa + qb + qc]
    people["grade"] = np.select(tests, ["A", "B", "C"], "D")
    people["weight"] = np.select(tests, [15, 12, 10], 6)
    pools = pd.read_parquet(folder / "单位.parquet").set_index("名称")["总额"]
    people["pool"] = people["单位"].map((pools * 100).astype("int64"))
    total = people.groupby("单位", sort=False)["weight"].transform("sum")
    people["share"] = people["pool"] * people["weight"] // total
    people["remainder"] = people["pool"] * people["weight"] % total
    people = people.sort_values(["单位", "remainder", "工号"], ascending=[True, False, True])
    unit = people.groupby("单位", sort=False)
    people["奖金"] = people["share"] + (unit.cumcount() < people["pool"] - unit["share"].transform("sum"))
    written = people[["工号", "total", "place", "grade", "奖金"]].sort_values("工号")
    written.rename(columns={"total": "总分", "place": "名次", "grade": "等次"}).to_parquet(out, compression="zstd")

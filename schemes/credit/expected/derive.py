"""The expected results of the scheme for client managers, worked out from ../data by plain arithmetic, article by article.

Edges:
* K001, K002, K003: bad loans of exactly 1, 2 and 3 per cent
* K001, K002, K003: deposits exactly 100 and 500 万元 above the opening balance, and not above it
* K004: 3.001 per cent, shown as 3.00, counts as above; deposits fallen · K006: no loans
* K005: performance pay stops at three times the pay of the post
* K008, K009, K011: the post changes within the quarter · K010: came in March
* the deferred part in three years: what does not divide goes to the third
* K013: a loss, the part of 2025 that falls due is not paid · 培训: a day late
"""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
FACTORS = {"一级客户经理": Fraction(15, 10), "二级客户经理": Fraction(12, 10), "三级客户经理": Fraction(1)}
PER_LOAN = {"农户": 80, "小微企业": 120, "其他": 50}
RECOVERY = {"表内不良": Fraction(15, 1000), "已核销": Fraction(3, 100)}
WAN = 10_000

Row = dict[str, object]


def read(name: str) -> list[dict[str, str]]:
    with (HERE.parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    """四舍五入; nothing here is negative."""
    return Fraction((value * 10**digits * 2 + 1) // 2, 10**digits)


def cut(value: Fraction) -> Fraction:
    """去尾 to the fen."""
    return Fraction(value * 100 // 1, 100)


def text(value: object) -> str:
    """As the results are printed: numbers as exact decimals, yes and no in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction | int):
        return f"{Decimal(value.numerator) / value.denominator:f}"
    return str(value)


def total(table: str, amount) -> dict[str, Fraction]:
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in read(table):
        found[row["客户经理"]] += amount(row)
    return found


def post_pay(row: dict[str, str]) -> Fraction:
    """第五条: both ends count, 90 days in the quarter."""
    days = (date.fromisoformat(row["止"]) - date.fromisoformat(row["起"])).days + 1
    return half_up(9000 * FACTORS[row["岗位"]] * days / 90)


def growth_pay(growth: Fraction) -> Fraction:
    """第六条（二）: every band's rate on the part inside the band."""
    first = min(growth, Fraction(100 * WAN)) * Fraction(12, 10_000)
    second = max(min(growth, Fraction(500 * WAN)) - 100 * WAN, Fraction(0)) * Fraction(15, 10_000)
    third = max(growth - 500 * WAN, Fraction(0)) * Fraction(18, 10_000)
    return half_up(first + second + third)


def quality(lent: Fraction, bad: Fraction) -> tuple[Fraction, Fraction]:
    """第七条（二）"""
    share = bad / lent if lent else Fraction(0)
    for bound, factor in ((1, Fraction(1)), (2, Fraction(8, 10)), (3, Fraction(5, 10))):
        if share <= Fraction(bound, 100):
            return share, factor
    return share, Fraction(0)


def recovery(row: dict[str, str]) -> Fraction:
    """第八条"""
    part = Fraction(1, 2) if row["方式"] == "以物抵债" else Fraction(1)
    return half_up(Fraction(row["金额"]) * RECOVERY[row["类别"]] * part)


def main() -> None:
    posts = total("任职", post_pay)
    lent = total("贷款", lambda row: half_up(PER_LOAN[row["类别"]] + Fraction(row["金额"]) * Fraction(3, 10_000)))
    recovered = total("清收", recovery)
    due = total("到期", lambda row: Fraction(0) if row["发生风险损失"] == "是" else Fraction(row["金额"]))
    results: dict[str, Row] = {}
    for row in read("客户经理"):
        number = row["工号"]
        stock, mean = Fraction(row["存量存款"]) * WAN, Fraction(row["日均存款"]) * WAN
        keeping = half_up(min(mean, stock) / WAN * 2)
        growth = max(mean - stock, Fraction(0))
        share, factor = quality(Fraction(row["贷款余额"]), Fraction(row["不良余额"]))
        loans = half_up(lent[number] * factor)
        three = keeping + growth_pay(growth) + loans + recovered[number]
        pay = min(three, posts[number] * 3)
        deferred = half_up(pay * Fraction(40, 100))
        early = cut(deferred / 3)
        results[number] = {
            "维护绩效": keeping,
            "存款增量": growth / WAN,
            "增量绩效": growth_pay(growth),
            "质量系数": factor,
            "贷款绩效": loans,
            "清收绩效": recovered[number],
            "岗位薪酬合计": posts[number],
            "三项绩效": three,
            "绩效薪酬": pay,
            "延期支付": deferred,
            "前两年每年": early,
            "第三年": deferred - 2 * early,
            "本季发放": posts[number] + pay - deferred + due[number],
            "不良率": f"{text(half_up(share * 100))}%",
        }
    nodes = {row["名称"]: {"按期": bool(row["完成日"]) and row["完成日"] <= row["限期"]} for row in read("节点")}
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for table, rows in (("客户经理", results), ("节点", nodes)):
            for key, columns in rows.items():
                out.writerows([table, key, column, text(value)] for column, value in columns.items())


if __name__ == "__main__":
    main()

"""The expected results of the scheme for tellers, worked out from ../data by plain arithmetic, article by article.

Edges:
* G001, G002: exactly 3000 and 5000 weighted transactions · G004: more to take off than there is
* G001: a service mark of exactly 95 · G002: 94.99 · G003: no mystery visitor, exactly 85 · G006: exactly 75 · G005: 74.99
* G007, G008: the post changes within the month · G009: came in the month · G021, G034: trainees, outside the team award
* 城关社: everybody had a grave error, nobody shares the team award
* the team awards do not divide evenly; the left-over fen go to the largest remainders
"""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
OUTSIDE = "不适用"
FACTORS = {"主办柜员": Fraction(13, 10), "综合柜员": Fraction(1), "见习柜员": Fraction(7, 10)}
WEIGHTS = {"现金存取": "1", "转账": "1.2", "开户": "3", "挂失": "2.5", "对公结算": "2", "代收代付": "0.4"}
ERRORS = {"一般": 20, "重大": 200}
FEN = Fraction(1, 100)

Row = dict[str, object]


def read(name: str) -> list[dict[str, str]]:
    with (HERE.parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    """四舍五入; nothing here is negative."""
    return Fraction((value * 10**digits * 2 + 1) // 2, 10**digits)


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
        found[row["柜员"]] += amount(row)
    return found


def post_pay(row: dict[str, str]) -> Fraction:
    """第二条（二）: both ends count, 31 days in the month."""
    days = (date.fromisoformat(row["止"]) - date.fromisoformat(row["起"])).days + 1
    return half_up(3000 * FACTORS[row["岗位"]] * days / 31)


def volume_pay(volume: Fraction) -> Fraction:
    """第三条（二）: every band's price on the part inside the band."""
    first = min(volume, Fraction(3000)) * Fraction(30, 100)
    second = max(min(volume, Fraction(5000)) - 3000, Fraction(0)) * Fraction(40, 100)
    third = max(volume - 5000, Fraction(0)) * Fraction(50, 100)
    return half_up(first + second + third)


def service(row: dict[str, str]) -> tuple[Fraction, Fraction]:
    """第四条: without a visit the clients' marks alone."""
    mark = Fraction(row["客户评价"])
    if row["神秘人检查"]:
        mark = mark * Fraction(60, 100) + Fraction(row["神秘人检查"]) * Fraction(40, 100)
    mark = half_up(mark)
    for bound, factor in ((95, Fraction(11, 10)), (85, Fraction(1)), (75, Fraction(9, 10))):
        if mark >= bound:
            return mark, factor
    return mark, Fraction(7, 10)


def team_awards(people: dict[str, dict[str, str]], results: dict[str, Row]) -> None:
    """第六条: to the fen, the left-over fen to the largest remainders, then by number."""
    for branch in read("信用社"):
        pool = Fraction(branch["团队奖总额"])
        group = [n for n, row in people.items() if row["信用社"] == branch["名称"] and results[n]["参加分配"]]
        whole = sum((results[n]["标准业务量"] for n in group), Fraction(0))
        shares = {n: pool / FEN * results[n]["标准业务量"] / whole for n in group}
        given = {n: share // 1 for n, share in shares.items()}
        left = int(pool / FEN) - sum(given.values()) if group else 0
        for number in sorted(group, key=lambda n: (given[n] - shares[n], n))[:left]:
            given[number] += 1
        for number, fen in given.items():
            results[number]["团队奖"] = fen * FEN


def main() -> None:
    posts = total("任职", post_pay)
    volumes = total("业务", lambda row: int(row["笔数"]) * Fraction(WEIGHTS[row["种类"]]))
    taken = total("差错", lambda row: Fraction(int(row["次数"]) * ERRORS[row["程度"]]))
    grave = {row["柜员"] for row in read("差错") if row["程度"] == "重大"}
    people = {row["工号"]: row for row in read("柜员")}
    results: dict[str, Row] = {}
    for number, row in people.items():
        mark, factor = service(row)
        pay = volume_pay(volumes[number])
        results[number] = {
            "岗位薪酬合计": posts[number],
            "标准业务量": volumes[number],
            "业务量绩效": pay,
            "服务评分": mark,
            "服务系数": factor,
            "业务绩效": half_up(max(pay * factor - taken[number], Fraction(0))),
            "参加分配": row["见习"] == "否" and number not in grave,
            "团队奖": OUTSIDE,
        }
    team_awards(people, results)
    for row in results.values():
        award = Fraction(0) if row["团队奖"] == OUTSIDE else row["团队奖"]
        row["当月发放"] = row["岗位薪酬合计"] + row["业务绩效"] + award
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for number, columns in results.items():
            out.writerows(["柜员", number, column, text(value)] for column, value in columns.items())


if __name__ == "__main__":
    main()

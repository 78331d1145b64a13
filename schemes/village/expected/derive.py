"""The expected results of the village scheme, worked out from ../data by plain arithmetic, article by article.

Edges:
* nine places: 2.7, 4.5 and 1.8 become 3, 4 and 2
* C02 and C06 both have 91.00 at the edge between 一等 and 二等: the better 教学质量 (C06) gets the place
* C07: 11 points above the town, the item has room for 10 · C10: 17 points to take from an item of 15
* C13, C14: grade and amount come from outside, not from 第六条 · C01, C11, C12: outside the plan, no grade
"""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
OUTSIDE = "不适用"


def read(name: str) -> list[dict[str, str]]:
    with (HERE.parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(value: Fraction, digits: int) -> Fraction:
    """四舍五入; nothing here is negative."""
    return Fraction((value * 10**digits * 2 + 1) // 2, 10**digits)


def text(value: object) -> str:
    """As the results are printed: numbers as exact decimals, yes and no in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return f"{Decimal(value.numerator) / value.denominator:f}"
    return str(value)


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values) if values else Fraction(0)


def marks(person: dict[str, str]) -> dict[str, Fraction]:
    """第四条"""
    number = person["工号"]
    gaps = [Fraction(row["本班均分"]) - Fraction(row["全镇均分"]) for row in read("教学成绩") if row["教职工"] == number]
    price = {"旷课": Fraction(3), "事假": Fraction(1), "迟到": Fraction(1, 2), "病假": Fraction(0)}
    lost = sum((int(row["次数"]) * price[row["类别"]] for row in read("缺勤") if row["教职工"] == number), Fraction(0))
    ballots = sorted(Fraction(row["分值"]) for row in read("互评") if row["被评人"] == number)
    return {
        "工作量": half_up(min(Fraction(person["周课时"]) / 16, Fraction(1)) * 25, 2),
        "班主任": Fraction(10 if person["担任班主任"] == "是" else 0),
        "教学质量": half_up(min(max(30 + mean(gaps), Fraction(0)), Fraction(40)), 2),
        "出勤": max(15 - lost, Fraction(0)),
        "师德互评": half_up(mean(ballots[1:-1]), 2),
    }


def main() -> None:
    staff = {person["工号"]: person for person in read("教职工")}
    results: dict[str, dict[str, object]] = {number: dict(marks(person)) for number, person in staff.items()}
    for number, result in results.items():
        own = staff[number]["身份"] == "本校教师"
        total = sum(result.values(), Fraction(0))
        result |= {"参评": own, "考核分": total if own else OUTSIDE, "等次": OUTSIDE, "金额": OUTSIDE}

    # 第五条: best first, then 教学质量, then lessons a week, then the smaller number
    order = sorted(
        (number for number in staff if results[number]["参评"]),
        key=lambda number: (
            -results[number]["考核分"],
            -results[number]["教学质量"],
            -int(staff[number]["周课时"]),
            number,
        ),
    )
    assert len(order) == 9
    grades = ["一等"] * 3 + ["二等"] * 4 + ["三等"] * 2
    price = {"一等": Fraction(3600), "二等": Fraction(3000), "三等": Fraction(2100)}
    for number, grade in zip(order, grades, strict=True):
        results[number] |= {"等次": grade, "金额": price[grade]}

    # 第七条: what the central school decided replaces the school's own result
    decided = {row["教职工"]: row for row in read("中心校核定")}
    for number, result in results.items():
        row = decided.get(number)
        source = "中心校核定" if row else "本校评定" if result["参评"] else "不在评定范围"
        result |= {
            "结果来源": source,
            "最终等次": row["等次"] if row else result["等次"],
            "最终金额": Fraction(row["金额"]) if row else result["金额"],
        }
    paid = sum(price[grade] for grade in grades)
    assert paid <= 9 * 3000

    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for number, result in results.items():
            out.writerows(["教职工", number, column, text(value)] for column, value in result.items())


if __name__ == "__main__":
    main()

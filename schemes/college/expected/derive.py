"""The expected results of the college scheme, worked out from ../data by plain arithmetic, article by article.

Edges, by college:
* 文学与传媒学院: exactly 1000 students, exactly two majors, a placement rate of exactly 95 per cent
* 外国语学院: exactly 1500 students, three majors, 94.99 per cent · 物理与电子学院: 1499 students
* 数学与统计学院: 999 students, one major: nothing is taken
* 电气工程学院: a loss of exactly 100000.00 yuan: veto · 生命科学学院: 99999.99 yuan: none
* 土木工程学院, 经济管理学院, 教育学院, 美术与设计学院: one condition of a veto does not hold
* 环境工程学院: exactly 党内警告 · 机械工程学院: 16 points to take from an item of 15
* the three teaching departments: no graduates · 化学与材料学院, 体育学院: equal totals share a rank
"""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent


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


MARKED = ["专业与课程建设", "人才培养质量", "成果与产业服务", "学风与日常管理", "党建与思想政治", "综治与安全稳定"]
LESSON_POINTS = {"一级": 5, "二级": 3, "三级": 1}
PARTY = ["无", "警告", "严重警告", "撤销党内职务", "留党察看", "开除党籍"]
LEVELS = ["单位", "县级", "市级", "省级", "国家级"]


def placement_points(rate: str) -> int | None:
    """第四条（三）"""
    if not rate:
        return None
    percent = Fraction(rate.rstrip("%"))
    for bound, points in ((95, 10), (90, 8), (85, 6), (80, 3)):
        if percent >= bound:
            return points
    return 0


def vetoes(name: str) -> dict[str, bool]:
    """第六条: every condition of a veto must hold in one and the same record."""
    accidents = [row for row in read("事故") if row["学院"] == name]
    punishments = [row for row in read("处分") if row["学院"] == name]
    return {
        "安全否决": any(row["重大安全责任"] == row["因教育管理不善"] == "是" for row in accidents),
        "计生否决": any(row["事由"] == "计划生育" and row["政府机关"] == "是" and LEVELS.index(row["机关级别"]) >= 1 for row in punishments),
        "廉政否决": any(row["事由"] == "廉政" and (PARTY.index(row["党纪处分"]) >= 1 or row["追究法律责任"] == "是") for row in punishments),
        "违规否决": any(row["严重违规"] == row["重大事故"] == row["恶劣影响"] == "是" and Fraction(row["损失"]) >= 100_000 for row in accidents),
    }


def colleges() -> dict[str, dict[str, object]]:
    rows = read("学院")
    tiers = {row["名称"]: placement_points(row["去向落实率"]) for row in rows}
    graduated = [points for points in tiers.values() if points is not None]
    mean = half_up(Fraction(sum(graduated), len(graduated)), 2)
    results: dict[str, dict[str, object]] = {}
    for row in rows:
        name = row["名称"]
        lost = sum(LESSON_POINTS[lesson["等级"]] for lesson in read("教学事故") if lesson["学院"] == name)
        teaching = max(15 - lost, 0)
        money = half_up(min(Fraction(row["到账经费"]) / Fraction(row["目标经费"]), Fraction(1)) * 10, 2)
        tier = tiers[name]
        placed = mean if tier is None else Fraction(tier)
        base = half_up(sum((Fraction(row[mark]) for mark in MARKED), Fraction(0)) + teaching + money + placed, 2)
        majors = max(int(row["本科专业数"]) - 2, 0) * Fraction(5) * Fraction(1, 10)
        students = max(int(row["学生人数"]) - 1000, 0) // 500 * Fraction(2) * Fraction(1, 10)
        veto = vetoes(name)
        total = base + majors + students
        grade = next((grade for bound, grade in ((90, "优秀"), (75, "良好"), (60, "合格")) if total >= bound), "不合格")
        results[name] = {
            "教学运行": teaching,
            "科研经费": money,
            "毕业去向": placed,
            "基础分": base,
            "专业加分": majors,
            "学生加分": students,
            "总分": total,
            **veto,
            "被否决": any(veto.values()),
            "等次": "不合格" if any(veto.values()) else grade,
        }
    for result in results.values():
        result["名次"] = 1 + sum(other["总分"] > result["总分"] for other in results.values())
    return results


def main() -> None:
    tables = {
        "学院": colleges(),
        "审核": {row["场次"]: {"审核日": row["改定日"] or row["原定日"], "改过期": bool(row["改定日"])} for row in read("审核")},
        "事故": {row["编号"]: {"重大损失": Fraction(row["损失"]) >= 100_000} for row in read("事故")},
    }
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for table, rows in tables.items():
            for key, columns in rows.items():
                out.writerows([table, key, column, text(value)] for column, value in columns.items())


if __name__ == "__main__":
    main()

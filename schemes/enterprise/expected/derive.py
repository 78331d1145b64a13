"""The expected results of the enterprise scheme, worked out from ../data by plain arithmetic, article by article.

Edges:
* 人力资源部 has 5 people (places 1, 3, 1, 0), 注射剂车间 19 (4, 9, 5, 1)
* 质量检验中心 2026-04: two with equal marks at the last place of A, decided by 任务完成
* 原料药车间 2026-07: three equal in everything at the last place of A, decided by the smaller number
* 注射剂车间 2026-06, 质量保证部 2026-09: more A and B by an approved exception
* 设备工程部 2026-05, 固体制剂车间 2026-08: marks of the superior missing, no grade, and the head answers for it
  (six missing are more than the 10 points that can be taken)
* E030 and E031 in 2026-03: own and superior's mark exactly 20 and 19 apart
* E005 to E011: the courses of twelve months that the promotion regulation asks about
"""

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
OUTSIDE, PENDING = "不适用", "未评"
SHARES = {"A": Fraction(20, 100), "B": Fraction(50, 100), "C": Fraction(25, 100), "D": Fraction(5, 100)}
FACTORS = {"A": Fraction(12, 10), "B": Fraction(1), "C": Fraction(8, 10), "D": Fraction(5, 10)}
DEVIATION = {"一般": 2, "较大": 5, "重大": 10}

Key = tuple[str, str]  # person and month, or department and month
Row = dict[str, object]
Rows = dict[Key, dict[str, str]]
Groups = dict[Key, list[Key]]
Found = dict[Key, Row]


def read(name: str) -> list[dict[str, str]]:
    with (HERE.parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(value: Fraction, digits: int) -> Fraction:
    """四舍五入; nothing that is rounded here is negative."""
    return Fraction((value * 10**digits * 2 + 1) // 2, 10**digits)


def text(value: object) -> str:
    """As the results are printed: numbers as exact decimals, yes and no in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction | int):
        return f"{Decimal(value.numerator) / value.denominator:f}"
    return str(value)


def mark(cell: str) -> Fraction | None:
    return None if cell in ("", PENDING) else Fraction(cell)


def places(count: int) -> dict[str, int]:
    """第八条（一）: whole places, then the rest to the largest remainders; of equal remainders the better grade."""
    exact = {grade: count * share for grade, share in SHARES.items()}
    given = {grade: int(number) for grade, number in exact.items()}
    behind = sorted(exact, key=lambda grade: (given[grade] - exact[grade], grade))
    for grade in behind[: count - sum(given.values())]:
        given[grade] += 1
    return given


def indicators(row: dict[str, str], deviations: dict[tuple[str, str], int]) -> Row:
    """第五条"""
    passed, timely = Fraction(row["合格率"].rstrip("%")), Fraction(row["及时率"].rstrip("%"))
    tiers = ((Fraction("99.5"), 20), (Fraction(99), 16), (Fraction(98), 10))
    superior = mark(row["表现上级评"])
    return {
        "任务完成": half_up(min(Fraction(int(row["完成量"]), int(row["计划量"])), Fraction(1)) * 30, 2),
        "工作质量": Fraction(next((points for bound, points in tiers if passed >= bound), 0)),
        "及时交付": max(15 - max(98 - timely, Fraction(0)) // 1 * 3, Fraction(0)),
        "现场与规范": Fraction(max(10 - deviations[row["员工"], row["月份"]], 0)),
        "工作表现": PENDING if superior is None else half_up(superior / 4, 2),
    }


def months_between(since: str, until: str) -> int:
    (year, month), (other_year, other_month) = (map(int, text.split("-")) for text in (since, until))
    return (other_year - year) * 12 + other_month - month


def scores(staff: dict[str, dict[str, str]], rows: Rows, groups: Groups) -> tuple[Found, Found]:
    """第四条 to 第七条"""
    deviations: dict[tuple[str, str], int] = defaultdict(int)
    for row in read("偏差"):
        deviations[row["员工"], row["日期"][:7]] += DEVIATION[row["程度"]]
    result: Found = {}
    departments: Found = {}
    for group, keys in groups.items():
        silent = sum(mark(rows[key]["表现上级评"]) is None for key in keys)
        thin = sum(int(rows[key]["记录条数"]) < 4 for key in keys)
        taken = Fraction(min(silent * 2 + thin, 10))
        departments[group] = {"未评人数": silent, "记录不足人数": thin, "履职扣分": taken}
    for key, row in rows.items():
        parts = indicators(row, deviations)
        own, superior = mark(row["表现自评"]), mark(row["表现上级评"])
        gap = None if own is None or superior is None else abs(own - superior)
        score: object = PENDING
        if superior is not None:
            taken = departments[row["部门"], row["月份"]]["履职扣分"] if staff[key[0]]["部门负责人"] == "是" else 0
            score = max(sum(parts.values()) - taken, Fraction(0))
        result[key] = {
            "任务完成": parts["任务完成"],
            "工作表现": parts["工作表现"],
            "差距过大": gap is not None and gap >= 20,
            "得分": score,
        }
    return result, departments


def grades(result: Found, groups: Groups) -> None:
    """第八条"""
    changes: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in read("批准名额"):
        changes[row["部门"], row["月份"], row["等次"]] += int(row["增减"])
    for group, keys in groups.items():
        rated = [key for key in keys if result[key]["得分"] != PENDING]
        rated.sort(key=lambda key: (-result[key]["得分"], -result[key]["任务完成"], key[0]))
        given = {grade: count + changes[*group, grade] for grade, count in places(len(rated)).items()}
        assert sum(given.values()) == len(rated)
        for key in keys:
            result[key]["等次"] = OUTSIDE
        for key, grade in zip(rated, [grade for grade, count in given.items() for _ in range(count)], strict=True):
            result[key]["等次"] = grade


def rewards(staff: dict[str, dict[str, str]], rows: Rows, result: Found) -> None:
    """第九条 to 第十一条 for each person, month after month"""
    for number, person in staff.items():
        run, before = 0, None
        for month in sorted(month for who, month in rows if who == number):
            row = result[number, month]
            run = run + 1 if row["等次"] == "A" else 0
            now = None if row["得分"] == PENDING else row["得分"]
            fall = now is not None and before is not None and before - now > 15
            pay = PENDING if now is None else half_up(Fraction(person["奖金标准"]) * FACTORS[row["等次"]], 2)
            row |= {"连得A": run, "应当面谈": row["等次"] == "D" or fall, "考核奖金": pay}
            before = now


def rotation(result: Found, departments: Found, groups: Groups) -> None:
    """第三条（二） and 第九条（二） for each department, month after month"""
    used = {(row["部门"], row["月份"]): row["指标启用"] for row in read("部门每月")}
    for department in dict.fromkeys(name for name, _ in groups):
        streak = 0
        for month in sorted(month for name, month in groups if name == department):
            runs = [result[key]["连得A"] for key in groups[department, month]]
            best, stayed = sum(run >= 1 for run in runs), sum(run >= 2 for run in runs)
            streak = streak + 1 if best and not stayed else 0
            age = months_between(used[department, month], month)
            departments[department, month] |= {
                "指标已用": age,
                "应当更新": age >= 6,
                "得A人数": best,
                "留任A人数": stayed,
                "无人留任": streak,
                "轮换提示": streak >= 3,
            }


def main() -> None:
    staff = {row["工号"]: row for row in read("员工")}
    rows = {(row["员工"], row["月份"]): row for row in read("员工每月")}
    groups: Groups = defaultdict(list)
    for key, row in rows.items():
        groups[row["部门"], row["月份"]].append(key)
    result, departments = scores(staff, rows, groups)
    grades(result, groups)
    rewards(staff, rows, result)
    rotation(result, departments, groups)
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for table, found in (("部门每月", departments), ("员工每月", result)):
            for key in sorted(found):
                out.writerows([table, "/".join(key), column, text(value)] for column, value in found[key].items())


if __name__ == "__main__":
    main()

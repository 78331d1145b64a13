"""The expected results of the school scheme, worked out from ../data by plain arithmetic, article by article.

Edges:
* 118 at the school, 4 of them waiting, 114 posts; every ground of 第五条（二）: T017, T058, T112, T115 to T120
* T121 is no formal staff
* the places of 教学 are 19, 47.5 and 28.5 of 95: equal remainders, the class written first gets the place
* the pool of 2,298,240.00 yuan does not divide evenly, neither by class nor by person; every fen is paid
* T001: exactly 12 lessons a week · T005: overtime above 1500 yuan · T060: leads a class and a grade, the highest counts
* T098, T099: equal marks at the last place of 一等: both get it (three 一等 for two places)
* 成果 CG01: three prizes, only the highest · T058: money to hand back and no pay to take it from
* 30 of 45 delegates present and 23 in favour: exactly two thirds, one more than half
"""

import csv
from collections import defaultdict
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


def split(pool: Fraction, weights: dict[str, Fraction], unit: Fraction) -> dict[str, Fraction]:
    """大者先得: everybody's share cut down to the unit, the left-over units to the largest remainders, then by key."""
    whole = sum(weights.values(), Fraction(0))
    shares = {key: pool / unit * weight / whole for key, weight in weights.items()}
    given = {key: share // 1 for key, share in shares.items()}
    left = int(pool / unit) - sum(given.values())
    for key in sorted(shares, key=lambda key: (given[key] - shares[key], key))[:left]:
        given[key] += 1
    return {key: count * unit for key, count in given.items()}


def total(table: str, amount, by: str = "教职工") -> dict[str, Fraction]:
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in read(table):
        found[row[by]] += amount(row)
    return found


def term_grades(kind: dict[str, str]) -> dict[tuple[str, str], str]:
    """第十条: places within class and term; equal marks all get the better grade."""
    groups: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
    for row in read("学期考核"):
        groups[kind[row["教职工"]], row["学期"]][row["教职工"]] = Fraction(row["考核分"])
    grades = {}
    for (_, term), marks in groups.items():
        # 一等, 二等, 三等 in this order: equal remainders go to the first
        places = split(Fraction(len(marks)), {"1": Fraction(20), "2": Fraction(50), "3": Fraction(30)}, Fraction(1))
        for number, mark in marks.items():
            rank = 1 + sum(other > mark for other in marks.values())
            grade = "一等" if rank <= places["1"] else "二等" if rank <= places["1"] + places["2"] else "三等"
            grades[number, term] = grade
    return grades


def outcomes() -> dict[str, dict[str, object]]:
    """第十一条: only the highest prize of a work."""
    points = {
        ("国家级", "一等奖"): 300,
        ("国家级", "二等奖"): 240,
        ("省级", "一等奖"): 200,
        ("省级", "二等奖"): 150,
        ("市级", "一等奖"): 120,
        ("市级", "二等奖"): 80,
        ("区级", "一等奖"): 60,
        ("区级", "二等奖"): 40,
    }
    works = {row["编号"]: Fraction(0) for row in read("成果")}
    for row in read("获奖"):
        works[row["成果"]] = max(works[row["成果"]], Fraction(points[row["级别"], row["名次"]]))
    return {key: {"成果分": value} for key, value in works.items()}


def main() -> None:  # noqa: PLR0915  one article after the other
    people = {row["工号"]: row for row in read("教职工")}
    kind = {number: row["岗位类别"] for number, row in people.items()}
    school = read("学校")[0]
    result: dict[str, dict[str, object]] = {number: {} for number in people}

    # 第四条
    pool = int(school["核定岗位数"]) * Fraction(12600 + 7560)
    tilt = {"教学": Fraction(105, 100), "管理": Fraction(1), "工勤": Fraction(85, 100)}
    classes: dict[str, dict[str, object]] = {row["名称"]: {"类别权数": int(row["岗位数"]) * tilt[row["名称"]]} for row in read("岗位类别")}
    fen = Fraction(1, 100)
    for name, amount in split(pool, {name: row["类别权数"] for name, row in classes.items()}, fen).items():
        classes[name]["类别总额"] = amount

    # 第五条
    excluded = {"未上岗视导员", "内退", "待岗", "不服从安排", "不胜任新岗位"}
    paid = {number for number, row in people.items() if row["正式人员"] == "是" and row["年度考核"] != "不合格" and row["状态"] not in excluded}

    # 第六条, 第七条
    overtime = total("加班", lambda row: Fraction(row["时长"]) * (20 if row["时段"] == "工作日" else 30))
    duty = total("值班", lambda row: Fraction(60 if row["班次"] == "白天" else 100))
    for number, row in people.items():
        post = max(int(row["班主任月数"]) * 200, int(row["年级组长月数"]) * 150, int(row["教研组长月数"]) * 100)
        extra = min(overtime[number], Fraction(1500))
        fixed = post + extra + duty[number] if number in paid else Fraction(0)
        result[number] |= {
            "可发": number in paid,
            "岗位津贴": Fraction(post),
            "加班补贴": extra,
            "值班补贴": duty[number],
            "定额部分": fixed,
        }

    # 第八条 to 第十二条
    factor = {"语文": Fraction(12, 10), "数学": Fraction(12, 10), "英语": Fraction(12, 10), "其他": Fraction(1)}
    lessons = total("课时", lambda row: int(row["节数"]) * factor[row["课程"]])
    monthly = total("月考核", lambda row: Fraction({"优秀": 60, "合格": 40, "不合格": 0}[row["结果"]]))
    grades = term_grades(kind)
    terms: dict[str, Fraction] = defaultdict(Fraction)
    for (number, _), grade in grades.items():
        terms[number] += {"一等": 300, "二等": 200, "三等": 100}[grade]
    works = outcomes()
    prizes = total("成果", lambda row: works[row["编号"]]["成果分"])
    bonus = {"市级": Fraction(108, 100), "区级": Fraction(105, 100), "无": Fraction(1)}
    for number, row in people.items():
        limit = int(row["任课周数"]) * 12
        taught = min(lessons[number], Fraction(limit)) * 4 + max(lessons[number] - limit, Fraction(0)) * 6
        present = Fraction(0 if kind[number] == "教学" else int(row["出勤天数"]) * 9)
        points = taught + present + monthly[number] + terms[number] + prizes[number]
        result[number] |= {
            "学年课时": lessons[number],
            "课时分": taught,
            "出勤分": present,
            "月考核分": monthly[number],
            "学期考核分": terms[number],
            "成果奖分": prizes[number],
            "总分": half_up(points * bonus[row["骨干级别"]], 2),
        }

    # 第十三条
    for name, row in classes.items():
        members = [number for number in people if kind[number] == name]
        row["定额合计"] = sum((result[number]["定额部分"] for number in members), Fraction(0))
        row["可分总额"] = row["类别总额"] - row["定额合计"]
        assert row["定额合计"] <= row["类别总额"] * Fraction(30, 100)
        shares = split(row["可分总额"], {n: result[n]["总分"] for n in members if n in paid}, fen)
        for number in members:
            share = shares.get(number)
            result[number]["分配部分"] = OUTSIDE if share is None else share
            result[number]["应发"] = result[number]["定额部分"] + (share or 0)

    # 第十四条
    outside = total("账外发放", lambda row: Fraction(row["金额"]))
    for number, row in result.items():
        taken = min(outside[number], row["应发"])
        row |= {
            "账外所得": outside[number],
            "扣回": taken,
            "尚应退还": outside[number] - taken,
            "实发": row["应发"] - taken,
        }
    due = sum((row["应发"] for row in result.values()), Fraction(0))
    assert due == pool, "the whole pool is paid, and not a fen more"

    here = [row for row in people.values() if row["正式人员"] == "是" and row["状态"] not in ("未上岗视导员", "内退")]
    school_row = {
        "教师代表": Fraction(int(school["年级数"]) * 2 + 3 + 1),
        "核定总额": pool,
        "应发合计": due,
        "在校人数": Fraction(len(here)),
        "待岗人数": Fraction(sum(row["状态"] == "待岗" for row in people.values())),
        "应上缴": sum(outside.values(), Fraction(0)),
    }
    tables = {"学校": {"1": school_row}, "岗位类别": classes, "教职工": result, "成果": works}
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for table, rows in tables.items():
            for key, columns in rows.items():
                out.writerows([table, key, column, text(value)] for column, value in columns.items())


if __name__ == "__main__":
    main()

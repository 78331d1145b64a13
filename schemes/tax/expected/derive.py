"""The expected results of the tax scheme, worked out from ../data by plain arithmetic, article by article.

Edges:
* S01: 城东局 5 days late (0.5 points), 城西局 6 days (1 point) · S02: 白石局 did not finish (2 points)
* S08: the deductions of 临河局 and the joint share of 信息中心 are more than the three points of the item
* the owner's joint share leaves the deduction of the local office as it is
* 城东局 has three places for 优秀: R032 and R033 are equal at the third, neither gets it
* 税政处 and 机关党委, 城西局 and 城南局: equal at the edge of 第一段, the better last quarter is in front
* 机关党委, R040, R101: not marked, their duties are listed all the same
"""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
OUTSIDE = "不适用"
TODAY = date(2026, 3, 31)
PROBLEM = {"一般": Fraction(1, 2), "较重": Fraction(1), "严重": Fraction(3)}
JOINT = Fraction(20, 100)
STAGES = {"第一段": Fraction(30, 100), "第二段": Fraction(50, 100), "第三段": Fraction(20, 100)}
EXCELLENT = {"第一段": Fraction(25, 100), "第二段": Fraction(20, 100), "第三段": Fraction(15, 100)}

Row = dict[str, object]


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


def node_points(due: date, done: str) -> Fraction:
    """第四条（一）"""
    if not done:
        return Fraction(2 if due <= TODAY else 0)
    late = (date.fromisoformat(done) - due).days
    return Fraction(1) if late > 5 else Fraction(1, 2) if late > 0 else Fraction(0)


def executions(items: dict[str, dict[str, str]]) -> dict[tuple[str, str], Fraction]:
    """第五条: what each local office loses on each item."""
    due = {row["编号"]: date.fromisoformat(row["期限"]) for row in read("事项节点")}
    lost = {(row["事项"], row["基层局"]): Fraction(0) for row in read("执行")}
    for row in read("节点"):
        lost[row["事项"], row["基层局"]] += node_points(due[row["事项节点"]], row["完成日"])
    for row in read("问题"):
        lost[row["事项"], row["基层局"]] += PROBLEM[row["程度"]]
    return {key: min(points, Fraction(items[key[0]]["分值"])) for key, points in lost.items()}


def item_results(items: dict[str, dict[str, str]], lost: dict[tuple[str, str], Fraction]) -> dict[str, Row]:
    """第七条, 第八条"""
    results: dict[str, Row] = {}
    for number, item in items.items():
        full = Fraction(item["分值"])
        here = [points for (of, _), points in lost.items() if of == number]
        own = sum((PROBLEM[row["程度"]] for row in read("管理问题") if row["事项"] == number), Fraction(0))
        joint = sum(here, Fraction(0)) * JOINT
        mark = half_up(full - sum(here, Fraction(0)) / len(here), 2)
        above = Fraction(item["上级评分"]) - mark if item["上级评分"] else None
        results[number] = {
            "管理失分": own,
            "执行失分合计": sum(here, Fraction(0)),
            "连带扣分": joint,
            "主管扣分": min(own + joint, full),
            "市局评分": mark,
            "评分差异": "无数据" if above is None else above,
            "应当说明": above is not None and abs(above) > full / 10,
        }
    return results


def unit_results(items: dict[str, dict[str, str]], lost: dict[tuple[str, str], Fraction], owned: dict[str, Row]) -> dict[str, Row]:
    """第六条, 第七条（三）（四）, 第九条"""
    units = {row["名称"]: row for row in read("单位")}
    results: dict[str, Row] = {}
    for name, unit in units.items():
        mine = [number for number, item in items.items() if item["主管处室"] == name]
        done = {of: points for (of, office), points in lost.items() if office == name}
        if unit["类别"] == "处室":
            full = sum(Fraction(items[number]["分值"]) for number in mine)
            missing = sum((owned[number]["主管扣分"] for number in mine), Fraction(0))
        else:
            full = sum(Fraction(items[number]["分值"]) for number in done)
            missing = sum(done.values(), Fraction(0))
        results[name] = {"得分": half_up((1 - missing / full) * 100, 2)}
    for kind in ("处室", "基层局"):
        group = [name for name, unit in units.items() if unit["类别"] == kind]
        group.sort(key=lambda name: (-results[name]["得分"], -Fraction(units[name]["上季得分"]), name))
        exact = {stage: len(group) * share for stage, share in STAGES.items()}
        places = {stage: int(number) for stage, number in exact.items()}
        behind = sorted(STAGES, key=lambda stage: places[stage] - exact[stage])  # stable: the first of equals
        for stage in behind[: len(group) - sum(places.values())]:
            places[stage] += 1
        stages = [stage for stage, count in places.items() for _ in range(count)]
        for name, stage in zip(group, stages, strict=True):
            better = sum(results[other]["得分"] > results[name]["得分"] for other in group)
            results[name] |= {"名次": 1 + better, "分段": stage}
    return results


def person_results(sections: dict[str, str], units: dict[str, Row], lost: dict[tuple[str, str], Fraction]) -> tuple[dict[str, Row], dict[str, Row]]:
    """第十条 to 第十二条"""
    kinds = {row["名称"]: row["类别"] for row in read("单位")}
    works = read("执行")
    section_results: dict[str, Row] = {}
    for section, unit in sections.items():
        away = sum((lost[w["事项"], w["基层局"]] for w in works if w["责任科室"] == section), Fraction(0))
        mark = units[unit]["得分"] if kinds[unit] == "处室" else max(100 - away, Fraction(0))
        section_results[section] = {"科室失分": away, "科室得分": mark}
    people = {row["工号"]: row for row in read("人员")}
    results: dict[str, Row] = {}
    for number, person in people.items():
        mine = [lost[w["事项"], w["基层局"]] for w in works if w["责任人"] == number]
        row: Row = {
            "负责事项": len(mine),
            "责任扣分": sum(mine, Fraction(0)),
            "综合得分": OUTSIDE,
            "个人等次": "不计分",
        }
        if person["计分"] == "是":
            own = max(Fraction(person["考评分"]) - sum(mine, Fraction(0)), Fraction(0))
            above = units[sections[person["科室"]]]["得分"] + section_results[person["科室"]]["科室得分"]
            row["综合得分"] = half_up(above * Fraction(30, 100) + own * Fraction(40, 100), 2)
        results[number] = row
    for unit, result in units.items():
        group = [n for n, p in people.items() if sections[p["科室"]] == unit and p["计分"] == "是"]
        result["优秀名额"] = int(len(group) * EXCELLENT[result["分段"]])
        for number in group:
            mark = results[number]["综合得分"]
            # 末位名次: everybody equal counts as the last of the equals, so that a tie across the edge gets nothing
            rank = sum(results[other]["综合得分"] >= mark for other in group)
            good = "优秀" if rank <= result["优秀名额"] else "合格" if mark >= 60 else "不合格"
            results[number]["个人等次"] = good
    return section_results, results


def main() -> None:
    items = {row["编号"]: row for row in read("事项")}
    sections = {row["名称"]: row["单位"] for row in read("科室")}
    lost = executions(items)
    owned = item_results(items, lost)
    units = unit_results(items, lost, owned)
    section_results, people = person_results(sections, units, lost)
    tables: dict[str, dict[str, Row]] = {
        "执行": {"/".join(key): {"执行扣分": points} for key, points in lost.items()},
        "事项": owned,
        "单位": units,
        "科室": section_results,
        "人员": people,
    }
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for table, rows in tables.items():
            for key, columns in rows.items():
                out.writerows([table, key, column, text(value)] for column, value in columns.items())


if __name__ == "__main__":
    main()

"""物业收费率与绩效挂钩办法: points for every whole percentage point, given back at the end of the year."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, number

case = Case(__file__)
found = {}

QUARTERS = {"二季度": (80, 80), "三季度": (85, 90), "四季度": (90, 95)}
POINTS = {"客服部": 4, "其他部门": 2, "公司本部": 1}

centres = {row["名称"]: row for row in case.table("中心")}
collected = {(row["中心"], row["季度"]): row for row in case.table("中心每季")}


def above_target(names, quarter):
    """Percentage points above (below: negative) the two targets, for some centres taken together."""
    for target, paid, due in zip(QUARTERS[quarter], ("当期已收", "欠费已收"), ("当期应收", "欠费总额"), strict=True):
        money = sum(number(collected[name, quarter][paid]) for name in names)
        yield money * 100 / sum(number(centres[name][due]) for name in names) - target


def points(difference, each):
    whole = min(abs(difference) // 1 * each, 40)
    return whole if difference >= 0 else -whole


def reached(names):
    return all(difference >= 0 for difference in above_target(names, "四季度"))


found["部门", "公司本部", "公司达标"] = reached(centres)
for row in case.table("部门"):
    department = row["名称"]
    names = list(centres) if row["类别"] == "公司本部" else [row["中心"]]
    year = []
    for quarter in QUARTERS:
        current, arrears = (points(difference, POINTS[row["类别"]]) for difference in above_target(names, quarter))
        found["部门每季", f"{department}/{quarter}", "当期加扣"] = current
        found["部门每季", f"{department}/{quarter}", "欠费加扣"] = arrears
        year += [current, arrears]
    back = -sum(change for change in year if change < 0) if reached(centres) and reached(names) else 0
    found["部门", department, "返还"] = back
    found["部门", department, "全年净分"] = sum(year) + back

case.check(found)

"""网店客服绩效评分办法: six tier tables, weights spread over what is known, medals."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number

case = Case(__file__)
found = {}

RATE = [(100, 100), (90, 85), (80, 70), (70, 55), (60, 40), (50, 25), (40, 10)]
REACH = {
    "咨询转化率": ("转化率", 20, [("45%", 100), ("40%", 80), ("35%", 60)]),
    "客单价": ("平均客单价", 20, [("250", 100), ("230", 80), ("210", 60)]),
    "回复率": ("按时回复率", 20, [("98%", 100), ("95%", 80), ("92%", 60)]),
}


def reached(value, tiers):
    return next((points for bound, points in tiers if value >= bound), 0)


for row in case.table("客服"):
    agent = row["姓名"]
    items = {"指标完成率": (30, reached(number(row["实际销售额"]) * 100 / number(row["计划销售额"]), RATE))}
    for item, (column, weight, tiers) in REACH.items():
        known = row[column] != "无数据"
        bounds = [(number(bound), points) for bound, points in tiers]
        items[item] = (weight, reached(number(row[column]), bounds) if known else None)
    seconds = row["首次响应"]
    if seconds == "无数据":
        items["响应时间"] = (5, None)
    else:
        items["响应时间"] = (5, next((p for most, p in ((35, 100), (45, 80), (55, 60)) if number(seconds) <= most), 0))
    late = int(row["迟到早退"])
    items["出勤"] = (5, 100 if late == 0 else 80 if late <= 3 else 60)

    for item, (_, points) in items.items():
        found["客服", agent, item] = points
    counted = [(weight, points) for weight, points in items.values() if points is not None]
    total = sum(weight * points for weight, points in counted)
    score = half_up(number(str(total)) / sum(weight for weight, _ in counted))
    found["客服", agent, "得分"] = score
    found["客服", agent, "奖牌"] = ("金牌", "银牌", "铜牌", "无")[3 - sum(score >= bound for bound in (70, 80, 90))]

case.check(found)

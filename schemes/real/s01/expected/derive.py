"""小学教师学年考核办法: three items of 10 points each, deducted until nothing is left."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, number

case = Case(__file__)
found = {}

for row in case.table("教师"):
    teacher = row["姓名"]
    times = {name: number(cell) for name, cell in row.items() if name not in ("姓名", "实验开课率")}
    sick = times["病假天数"] - times["住院天数"]
    leave = times["事假天数"] + sick

    attendance = 10 - times["事假天数"] / 2 - sick / 5 - 10 * times["旷工天数"] - 5 * times["旷课节数"]
    if leave > 5:
        attendance = 0
    ethics = 10 - 10 * times["赌博打架"] - 5 * (times["体罚"] + times["争吵"] + times["离开不管"])
    routine = 10 - 5 * (times["值日不到位"] + times["安全事故"])
    if row["实验开课率"] != "不适用":
        routine -= (1 - number(row["实验开课率"])) * 100 // 1  # whole percentage points below 100 %

    items = {"考勤": max(attendance, 0), "师德": max(ethics, 0), "常规": max(routine, 0)}
    for name, points in items.items():
        found["教师", teacher, name] = points
    found["教师", teacher, "总分"] = sum(items.values())

case.check(found)

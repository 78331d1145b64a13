"""机关目标考核奖励办法: attendance by the day, ranks to coefficients, averages of those below."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number

case = Case(__file__)
found = {}

POSTS = {"科员": 100, "副主任科员": 110, "副科长": 115, "科长": 125}

(bureau,) = case.table("机关")
base, award, working_days = (number(bureau[name]) for name in ("年终奖基数", "月考勤奖", "当月工作日"))

scores = {row["名称"]: number(row["得分"]) for row in case.table("部门")}
bonus = {}
for department, score in scores.items():
    from_the_top = 1 + sum(other > score for other in scores.values())
    from_the_end = 1 + sum(other < score for other in scores.values())
    coefficient = number("1.2" if from_the_top <= 5 else "1.0" if from_the_end <= 3 else "1.1")
    found["部门", department, "系数"] = coefficient
    for post, percent in POSTS.items():
        bonus[department, post] = half_up(base * coefficient * percent / 100)
        found["部门", department, f"{post}奖"] = bonus[department, post]

below = {row["姓名"]: [] for row in case.table("局领导")}  # leader → bonuses of the chiefs and deputies under him
for row in case.table("分管"):
    for post in ("科长", "副科长"):
        below[row["局领导"]] += [bonus[row["部门"], post]] * int(row[post])
leaders = {leader: half_up(sum(amounts) / len(amounts) * 125 / 100) for leader, amounts in below.items()}
for leader, amount in leaders.items():
    found["局领导", leader, "年终奖"] = amount
found["机关", "1", "主要领导奖"] = half_up(sum(leaders.values()) / len(leaders) * 130 / 100)

for row in case.table("干部"):
    days = number(row["在岗工作日"]) if row["在岗工作日"] else working_days
    days -= number(row["旷工"]) + number(row["迟到早退"]) / 2 + number(row["请假"]) - number(row["年休假抵"])
    found["干部", row["姓名"], "考勤奖"] = half_up(max(days, 0) * award / working_days)

case.check(found)

"""领导干部工作实绩测评办法: votes become points, dimensions a score, three sides a total."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number

case = Case(__file__)
found = {}

POINTS = {"一档": 100, "二档": 80, "三档": 60, "四档": 40}
DIMENSIONS = {"工作量": 30, "效率": 30, "完成": 40}
SIDES = {"分管领导": 20, "干部职工": 40, "考评组": 40}

scores = {}  # (cadre, side) → exact score, None without a valid vote
for row in case.table("计票"):
    parts = []
    for dimension, weight in DIMENSIONS.items():
        votes = {option: number(row[dimension + option]) for option in POINTS}
        valid = sum(votes.values())
        points = sum(votes[option] * POINTS[option] for option in POINTS)
        parts.append(points * weight / valid / 100 if valid else None)
    score = None if None in parts else sum(parts)
    scores[row["干部"], row["投票方"]] = score
    found["计票", f"{row['干部']}/{row['投票方']}", "得分"] = None if score is None else half_up(score, 4)

for row in case.table("干部"):
    cadre = row["姓名"]
    voted = {side: scores[cadre, side] for side in SIDES if scores[cadre, side] is not None}
    mean = sum(SIDES[side] * score for side, score in voted.items()) / sum(SIDES[side] for side in voted)
    found["干部", cadre, "总分"] = half_up(mean + number(row["加分"]))

case.check(found)

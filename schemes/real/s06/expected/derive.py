"""人员考核民主测评办法: which ballots are valid, the trimmed mean of what is left, the grade."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number

case = Case(__file__)
found = {}

marks = {}  # ballot → member → mark
for row in case.table("打分"):
    marks.setdefault(row["选票"], {})[row["成员"]] = number(row["分值"])

valid = {}  # group → valid ballots
for row in case.table("选票"):
    ballot, group = row["票号"], row["测评群"]
    given = list(marks[ballot].values())
    too_many_high = sum(mark >= 90 for mark in given) > 3
    too_few_low = sum(mark < 70 for mark in given) < 2
    if too_many_high or too_few_low or min(given) == max(given):  # 100 for everybody is also one mark for everybody
        found["选票", ballot, "有效"] = False
    else:
        valid.setdefault(group, []).append(ballot)

for row in case.table("测评群"):
    found["测评群", row["名称"], "有效票数"] = len(valid.get(row["名称"], []))

for row in case.table("成员"):
    member = row["姓名"]
    ballots = valid.get(row["测评群"], [])
    received = sorted(marks[ballot][member] for ballot in ballots)
    if len(ballots) > 5:
        received = received[1:-1]
    mean = sum(received) / len(received) if received else None
    found["成员", member, "测评分"] = None if mean is None else half_up(mean)
    found["成员", member, "等次"] = None if mean is None else "DCBA"[sum(mean >= bound for bound in (60, 70, 90))]

case.check(found)

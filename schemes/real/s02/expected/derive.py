"""农村信用社柜面业务量考核办法: units of work, and a pool that follows them to the fen."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number, shares

case = Case(__file__)
found = {}

UNITS = {"签发汇票": 3, "解付承兑汇票": 5, "信用贷款": 3, "担保贷款": 4, "批量处理": 0}  # every other kind: 1

staff = case.table("人员")
tellers = [row["姓名"] for row in staff if row["岗位"] == "综合柜员"]
units = {teller: number("0") for teller in tellers}
for row in case.table("现金存款"):
    units[row["人员"]] += 1 + max(number(row["金额"]) - 10_000, 0) // 10_000
for row in case.table("业务"):
    units[row["人员"]] += number(row["笔数"]) * UNITS.get(row["种类"], 1)
for row in case.table("代发工资"):
    units[row["人员"]] += -(-number(row["人数"]) // 10)  # every ten begun
events = {(row["人员"], row["类别"]) for row in case.table("差错投诉")}
for teller in tellers:
    units[teller] += sum(100 for kind in ("记账差错", "客户投诉") if (teller, kind) not in events)

mean = sum(units.values()) / len(tellers)
(director,) = (row["姓名"] for row in staff if row["岗位"] == "内勤主任")
units[director] = mean * number("1.1")

(outlet,) = case.table("网点")
pay = dict(zip(units, shares(number(outlet["绩效总额"]), list(units.values())), strict=True))
for person, amount in pay.items():
    found["人员", person, "业务量"] = half_up(units[person], 4)
    found["人员", person, "绩效"] = amount
found["网点", outlet["名称"], "发放合计"] = sum(pay.values())

case.check(found)

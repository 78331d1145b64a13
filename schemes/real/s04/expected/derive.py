"""医院口腔科绩效工资核算办法: 70 % of what counts, less costs, times the score."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number

case = Case(__file__)
found = {}

for row in case.table("科室每月"):
    unit, month = row["科室"], row["月份"]
    clinic, expenses, deductions = (
        [line for line in case.table(table) if (line["科室"], line["月份"]) == (unit, month)]
        for table in ("门诊收入", "直接费用", "扣分登记")
    )
    income = number(row["住院自做收入"])
    income += sum(number(line["金额"]) for line in clinic if line["类别"] not in ("药品", "注射", "检查"))
    costs = sum(number(line["金额"]) for line in expenses)
    score = max(100 - sum(number(line["扣分"]) for line in deductions), 0)
    pay = half_up(max((income * 7 / 10 - costs) * score / 100, number("0")))

    for column, value in {"计入收入": income, "成本": costs, "绩效分": score, "绩效工资": pay}.items():
        found["科室每月", f"{unit}/{month}", column] = value

case.check(found)

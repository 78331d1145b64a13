"""车辆典当业务员提成办法: commission on what is above 200,000 yuan, by the tier reached."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number

case = Case(__file__)
found = {}

FLOOR = [(100, "1.5%"), (80, "1.6%"), (50, "1.7%"), (30, "1.8%")]  # from so many 万元

for row in case.table("业务员"):
    agent, volume = row["姓名"], number(row["放款量"])
    floor = next((number(rate) for least, rate in FLOOR if volume >= least), None)
    commission = number("0") if floor is None else half_up((volume - 20) * 10_000 * (number("2%") - floor))

    forfeit = number("0")
    for car in case.table("绝当车"):
        if car["业务员"] == agent:
            rate = number("20%" if number(car["进件月放款量"]) >= 100 else "10%")
            forfeit += max(number(car["处置价"]) - number(car["本金"]), 0) * rate
    forfeit = half_up(forfeit)

    found["业务员", agent, "放款提成"] = commission
    found["业务员", agent, "绝当提成"] = forfeit
    found["业务员", agent, "工资"] = 1000 + commission + forfeit

case.check(found)

"""护士绩效考核及奖金分配办法: two pools by two coefficients, then the score; the rest stays in the ward."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from by_hand import Case, half_up, number, shares

case = Case(__file__)
found = {}

TITLE = {"副主任护师": "2.74", "主管护师": "1.9", "护师": "1.6", "护士": "1.4"}
TITLE |= {"新护士一档": "0.7", "新护士二档": "0.56", "新护士三档": "0.28"}
POST = {"护士长": "1.67", "高级责任": "1.5", "初级责任": "1.2"}
POST_OF_NEW = {"新护士一档": "0.6", "新护士二档": "0.4", "新护士三档": "0.3"}

(ward,) = case.table("病区")
pool = number(ward["奖金总额"])
nurses = case.table("护士")
present = [number(row["在岗天数"]) / number(ward["当月天数"]) for row in nurses]
titles = [number(TITLE[row["职称"]]) for row in nurses]
posts = [number(POST_OF_NEW[row["职称"]] if row["岗位"] == "新护士" else POST[row["岗位"]]) for row in nurses]
by_title = shares(pool * 60 / 100, [weight * part for weight, part in zip(titles, present, strict=True)])
by_post = shares(pool * 40 / 100, [weight * part for weight, part in zip(posts, present, strict=True)])

paid = number("0")
for row, title, post in zip(nurses, by_title, by_post, strict=True):
    amount = half_up((title + post) * min(number(row["绩效分"]), 100) / 100)
    for column, value in {"职称奖金": title, "岗位奖金": post, "实发": amount}.items():
        found["护士", row["姓名"], column] = value
    paid += amount
found["病区", ward["名称"], "实发合计"] = paid
found["病区", ward["名称"], "结余"] = pool - paid

case.check(found)

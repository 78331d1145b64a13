"""Writes ../data: a village school with nine teachers of its own, a head, two new teachers and two decided outside."""

import csv
import random
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(9)  # noqa: S311  invented figures, not secrets

STAFF = [  # number, name, standing, lessons a week, form teacher
    ("C01", "廖守田", "校长", 6, "否"),
    ("C02", "龙秋菊", "本校教师", 16, "是"),
    ("C03", "梁国栋", "本校教师", 18, "是"),
    ("C04", "覃玉萍", "本校教师", 17, "是"),
    ("C05", "莫春林", "本校教师", 15, "否"),
    ("C06", "石小满", "本校教师", 16, "是"),
    ("C07", "欧阳芳", "本校教师", 18, "否"),
    ("C08", "黎志高", "本校教师", 14, "否"),
    ("C09", "陆明月", "本校教师", 16, "是"),
    ("C10", "韦德生", "本校教师", 12, "否"),
    ("C11", "农佳慧", "新分配教师", 16, "否"),
    ("C12", "蒙天赐", "新分配教师", 15, "否"),
    ("C13", "班永平", "中心校核定", 10, "否"),
    ("C14", "罗桂香", "中心校核定", 8, "否"),
]
RESULTS = [  # teacher, form, subject, own mean, mean of the town
    ("C02", "一年级", "语文", "84.50", "82.10"),
    ("C02", "一年级", "数学", "88.00", "86.40"),
    ("C03", "六年级", "数学", "76.25", "71.25"),
    ("C04", "五年级", "语文", "79.20", "78.20"),
    ("C04", "五年级", "英语", "70.00", "73.00"),
    ("C05", "四年级", "科学", "81.00", "80.00"),
    ("C06", "三年级", "语文", "83.10", "79.10"),
    ("C07", "六年级", "语文", "86.00", "75.00"),  # 11 above the town: more than the 10 the item has room for
    ("C08", "四年级", "数学", "62.00", "74.50"),
    ("C09", "二年级", "语文", "87.30", "82.30"),
    ("C09", "二年级", "数学", "85.00", "82.00"),
    ("C11", "三年级", "数学", "80.00", "79.00"),
    ("C13", "五年级", "数学", "75.00", "74.00"),
]
ABSENCES = [
    ("C04", "事假", 2),
    ("C05", "迟到", 3),
    ("C06", "事假", 1),
    ("C08", "病假", 4),
    ("C10", "旷课", 4),
    ("C10", "事假", 5),  # 17 points to take from 15
    ("C14", "迟到", 1),
]

TIED = {  # ballots that make two teachers equal at the edge between 一等 and 二等: 9.00 and 8.00 after trimming
    "C02": "8.5 8.8 9.0 9.0 9.0 9.1 9.1 9.6",
    "C06": "7.9 7.4 8.0 8.3 8.0 8.1 8.0 8.0",
}


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def main() -> None:
    DATA.mkdir(exist_ok=True)
    own = [number for number, _, standing, _, _ in STAFF if standing == "本校教师"]
    marks = {number: chance.uniform(8.2, 9.5) for number in own}
    ballots = [
        (rater, rated, f"{min(10, marks[rated] + chance.uniform(-0.6, 0.6)):.1f}") for rater in own for rated in own if rater != rated and rated not in TIED
    ]
    for rated, given in TIED.items():
        raters = [rater for rater in own if rater != rated]
        ballots += zip(raters, [rated] * len(raters), given.split(), strict=True)
    write("会议", "日期 到会人数 同意人数 纪要编号", [("2026-12-07", 14, 14, "村小纪要〔2026〕6号")])
    write("教职工", "工号 姓名 身份 周课时 担任班主任", STAFF)
    write("教学成绩", "教职工 年级 学科 本班均分 全镇均分", RESULTS)
    write("缺勤", "教职工 类别 次数", ABSENCES)
    write("互评", "评分人 被评人 分值", ballots)
    decided = [
        ("C13", "二等", "2950.00", "中心校", "中心校考核〔2026〕11号"),
        ("C14", "一等", "3700.00", "中心校", "中心校考核〔2026〕11号"),
    ]
    write("中心校核定", "教职工 等次 金额 机关 文件", decided)


if __name__ == "__main__":
    main()

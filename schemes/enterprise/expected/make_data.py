"""Writes ../data: 125 people in ten departments over the twelve months of 2026. The edges are set by hand.

For every department and month a list of performances is drawn and put in order; who gets which follows from the
person's ability, so that good people are usually, but not always, in front.
"""

import csv
import random
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(125)  # noqa: S311  invented figures, not secrets

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈任姚"
GIVEN = """
志远 丽华 建军 雪梅 文博 晓燕 海涛 玉兰 浩然 思琪 国庆 美玲 子涵 春梅 立军 婉清 俊峰 秋月 振东 雨桐
宏斌 素珍 天佑 可欣 庆丰 佩兰 少华 琳琳 启明 嘉怡 永康 翠英 家豪 若男 德才 巧云 泽宇 诗雨 学文 凤霞
""".split()
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
DEPARTMENTS = {  # name → people; the first of each department is its head
    "固体制剂车间": 24,
    "注射剂车间": 19,
    "原料药车间": 17,
    "包装车间": 13,
    "质量保证部": 12,
    "质量检验中心": 14,
    "设备工程部": 8,
    "物流仓储部": 6,
    "财务部": 7,
    "人力资源部": 5,
}
# The place in the department that somebody has in each of the twelve months (固体制剂车间: 1 to 5 is A, 6 to 17 B,
# 18 to 23 C, 24 D).
PLACES = {
    "E005": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 7],  # ten A, two B
    "E006": [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 24, 9],  # ten A, one D, one B
    "E007": [3, 3, 3, 3, 3, 3, 3, 3, 3, 10, 10, 10],  # nine A, three B
    "E008": [12, 12, 12, 12, 12, 12, 20, 20, 20, 20, 20, 20],  # six B, six C
    "E009": [13, 13, 13, 13, 13, 21, 21, 21, 21, 21, 21, 21],  # five B, seven C
    "E010": [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4],  # twelve A
    "E011": [14, 14, 14, 14, 14, 14, 22, 22, 22, 22, 19, 24],  # six B and a D at the end
}
APPROVED = [
    ("注射剂车间", "2026-06", "A", 1, "总办批〔2026〕15号"),
    ("注射剂车间", "2026-06", "B", 1, "总办批〔2026〕15号"),
    ("注射剂车间", "2026-06", "C", -1, "总办批〔2026〕15号"),
    ("注射剂车间", "2026-06", "D", -1, "总办批〔2026〕15号"),
    ("质量保证部", "2026-09", "A", 1, "总办批〔2026〕22号"),
    ("质量保证部", "2026-09", "C", -1, "总办批〔2026〕22号"),
]
NO_MARK = {("设备工程部", "2026-05"): 2, ("固体制剂车间", "2026-08"): 6}  # so many people without their superior's mark
ROTATING = "物流仓储部"  # grade A wanders from one to the next

Performance = dict[str, object]


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def performance() -> Performance:
    """One person's month, before it is known whose."""
    plan = chance.randrange(80, 900)
    level = chance.gauss(0, 1)
    return {
        "计划量": plan,
        "完成量": max(0, int(plan * (1 + 0.05 * level + chance.uniform(-0.08, 0.05)))),
        "合格率": min(100, max(90, 99.2 + 0.35 * level + chance.gauss(0, 0.25))),
        "及时率": min(100, max(85, 97.6 + 0.9 * level + chance.gauss(0, 0.8))),
        "偏差": chance.choices([[], ["一般"], ["一般", "一般"], ["较大"], ["重大"]], [70, 18, 5, 5, 2])[0],
        "上级评": int(min(100, max(50, 85 + 6 * level + chance.gauss(0, 3)))),
    }


def marks(done: Performance) -> tuple[Fraction, Fraction]:
    """What the performance is worth by 第五条, and the marks for 任务完成: the order in which people are put."""
    task = Fraction(int(min(Fraction(done["完成量"], done["计划量"]), Fraction(1)) * 3000 + Fraction(1, 2)), 100)
    passed, timely = Fraction(f"{done['合格率']:.2f}"), Fraction(f"{done['及时率']:.2f}")
    quality = next((points for bound, points in ((99.5, 20), (99, 16), (98, 10)) if passed >= bound), 0)
    late = max(15 - max(98 - timely, Fraction(0)) // 1 * 3, Fraction(0))
    lost = min(sum({"一般": 2, "较大": 5, "重大": 10}[kind] for kind in done["偏差"]), 10)
    return task + quality + late + 10 - lost + Fraction(done["上级评"], 4), task


def performances(department: str, month: str) -> list[Performance]:
    found = sorted((performance() for _ in range(DEPARTMENTS[department])), key=marks, reverse=True)
    if (department, month) == ("质量检验中心", "2026-04"):
        # 14 people have three A: the third and the fourth end equal, one by 任务完成, the other by 工作表现
        for index, (done, mark) in enumerate([(200, 65), (190, 71)], start=2):
            found[index] = {"计划量": 200, "完成量": done, "合格率": 99.6, "及时率": 98.5, "偏差": [], "上级评": mark}
    if (department, month) == ("原料药车间", "2026-07"):
        found[4] = dict(found[3])  # equal in everything at a place where A ends: the smaller number is in front
        found[2] = dict(found[3])
    return sorted(found, key=marks, reverse=True)


def order(members: list[str], ability: dict[str, float], month: int, department: str) -> list[str]:
    """Who is first, second, …"""
    fixed = {PLACES[number][month] - 1: number for number in members if number in PLACES}
    if department == ROTATING:
        turn = members[1:]
        fixed = {0: turn[month % len(turn)]}
    others = [number for number in members if number not in fixed.values()]
    others.sort(key=lambda number: ability[number] + chance.gauss(0, 0.5), reverse=True)
    return [fixed[place] if place in fixed else others.pop(0) for place in range(len(members))]


def main() -> None:
    DATA.mkdir(exist_ok=True)
    people: list[str] = []
    members: dict[str, list[str]] = {}
    for department, count in DEPARTMENTS.items():
        members[department] = [f"E{len(people) + i:03}" for i in range(1, count + 1)]
        people += members[department]
    names = list(dict.fromkeys(chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(400)))
    heads = {numbers[0] for numbers in members.values()}
    ability = {number: chance.gauss(0, 1) for number in people}
    staff = [
        (
            number,
            names[i],
            "是" if number in heads else "否",
            chance.choice(["800.00", "1000.00", "1250.50", "1500.00"]),
        )
        for i, number in enumerate(people)
    ]
    monthly, deviations = [], []
    for index, month in enumerate(MONTHS):
        for department, numbers in members.items():
            on_roll = [number for number in numbers if not (number in ("E120", "E088") and index < 5)]  # joined in June
            done = performances(department, month)
            ranking = order(on_roll, ability, index, department)
            silent = [number for number in reversed(ranking) if number not in PLACES][: NO_MARK.get((department, month), 0)]
            for number, own in zip(ranking, done, strict=False):
                self_mark = min(100, own["上级评"] + chance.choice([-3, 0, 2, 4, 6, 8, 10, 12]))
                if (number, month) in (("E030", "2026-03"), ("E031", "2026-03")):
                    own["上级评"] = 78
                    self_mark = own["上级评"] + (20 if number == "E030" else 19)  # exactly 20 apart, and 19
                monthly.append(
                    (
                        number,
                        month,
                        department,
                        own["计划量"],
                        own["完成量"],
                        f"{own['合格率']:.2f}%",
                        f"{own['及时率']:.2f}%",
                        chance.choices([3, 4, 6, 9, 14, 22], [2, 8, 20, 30, 25, 15])[0],
                        "" if chance.random() < 0.02 else self_mark,
                        "未评" if number in silent else own["上级评"],
                    )
                )
                for kind in own["偏差"]:
                    day = f"{month}-{chance.randrange(1, 28):02}"
                    deviations.append((number, day, chance.choice(["早班", "中班", "夜班", "常日班"]), kind))
    write("部门", "名称", [(name,) for name in DEPARTMENTS])
    write("员工", "工号 姓名 部门负责人 奖金标准", staff)
    begun = {name: "2026-01" if i % 2 else "2025-10" for i, name in enumerate(DEPARTMENTS)}
    renewed = [(name, month, "2026-07" if month >= "2026-07" and name != "财务部" else begun[name]) for month in MONTHS for name in DEPARTMENTS]
    write("部门每月", "部门 月份 指标启用", renewed)
    write(
        "员工每月",
        "员工 月份 部门 计划量 完成量 合格率 及时率 记录条数 表现自评 表现上级评",
        sorted(monthly, key=lambda row: (row[0], row[1])),
    )
    write("偏差", "员工 日期 班次 程度", sorted(deviations, key=lambda row: (row[1], row[0])))
    write("批准名额", "部门 月份 等次 增减 批准文号", APPROVED)


if __name__ == "__main__":
    main()

"""Writes ../data: a school with 114 posts, 118 staff of whom 4 wait for a post, and three people outside it."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(114)  # noqa: S311  invented figures, not secrets

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = """
建华 志刚 秀兰 海燕 晓东 玉梅 文斌 立新 春霞 国平 雪莲 明哲 佳怡 振宇 淑芬 永强 慧敏 俊杰 爱民 丽萍
思远 红霞 卫东 静怡 学军 桂英 子轩 美玲 长青 晓雯 德胜 雅琴 鹏飞 凤英 一凡 宏伟 婷婷 光明 若曦 庆华
""".split()
MONTHS = ["2015-09", "2015-10", "2015-11", "2015-12", "2016-01", "2016-03", "2016-04", "2016-05", "2016-06", "2016-07"]
MANAGERS = [f"T{number:03}" for number in range(97, 105)]
WORKS = ["优质课", "教学论文", "教改课题", "指导竞赛"]
POSTS = {"教学": 96, "管理": 8, "工勤": 10}

NOT_PAID = {  # every ground of 第五条（二） once; the four who wait are beyond the 114 posts
    "T017": ("不服从安排", "合格"),
    "T058": ("不胜任新岗位", "合格"),
    "T112": ("在岗", "不合格"),
    "T115": ("待岗", "合格"),
    "T116": ("待岗", "合格"),
    "T117": ("待岗", "合格"),
    "T118": ("待岗", "基本合格"),
    "T119": ("未上岗视导员", "合格"),
    "T120": ("内退", "合格"),
}


def names(count: int) -> list[str]:
    found = dict.fromkeys(chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(count * 2))
    return list(found)[:count]


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def staff() -> list[tuple[object, ...]]:
    classes = ["教学"] * 96 + ["管理"] * 8 + ["工勤"] * 10 + ["教学"] * 3 + ["工勤"] + ["管理", "教学", "教学"]
    rows = []
    for index, (kind, name) in enumerate(zip(classes, names(len(classes)), strict=True), start=1):
        number = f"T{index:03}"
        state, yearly = NOT_PAID.get(number, ("在岗", "优秀" if chance.random() < 0.15 else "合格"))
        works = state in ("在岗", "不胜任新岗位")
        rank = chance.choices(["市级", "区级", "无"], [1, 3, 16])[0] if kind == "教学" else "无"
        form, grade, subject = 0, 0, 0
        if works and kind == "教学":
            form = 10 if index % 3 == 0 else 5 if index == 20 else 0
            grade = 10 if index in (6, 24, 31, 52, 60, 77) else 0  # 6, 24, 60 lead a class as well
            subject = 10 if index % 11 == 0 else 0
        days = chance.randrange(180, 199) if works else 0
        formal = "否" if number == "T121" else "是"
        weeks = 40 if works and kind == "教学" else 20 if index in (99, 100) else 0
        rows.append((number, name, kind, formal, state, yearly, rank, weeks, days, form, grade, subject))
    return rows


def lessons(people: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for index, person in enumerate(people, start=1):
        number, weeks = person[0], person[7]
        if not weeks:
            continue
        if number == "T001":
            rows.append((number, "语文", 400))  # 400 × 1.2 is exactly 40 weeks × 12
        elif weeks == 20:
            rows.append((number, "其他", 40 if index == 99 else 80))  # two of the management teach a little
        else:
            course = ["语文", "数学", "英语", "其他"][index % 4]
            rows.append((number, course, chance.randrange(360, 520)))
            if chance.random() < 0.3:
                rows.append((number, "其他", chance.randrange(20, 120)))
    return rows


def days_between(count: int) -> list[date]:
    first = date(2015, 9, 1)
    return sorted(first + timedelta(days=chance.randrange(310)) for _ in range(count))


def main() -> None:
    DATA.mkdir(exist_ok=True)
    people = staff()
    on_post = [person for person in people if person[4] in ("在岗", "不胜任新岗位")]
    congress = (114, 9, 45, 30, 23)  # exactly two thirds are present, one more than half in favour
    write("学校", "核定岗位数 年级数 代表总数 到会代表 赞成票", [congress])
    write("岗位类别", "名称 岗位数", list(POSTS.items()))
    write(
        "教职工",
        "工号 姓名 岗位类别 正式人员 状态 年度考核 骨干级别 任课周数 出勤天数 班主任月数 年级组长月数 教研组长月数",
        people,
    )
    write("课时", "教职工 课程 节数", lessons(people))
    monthly = [(person[0], month, chance.choices(["优秀", "合格", "不合格"], [30, 68, 2])[0]) for person in on_post for month in MONTHS]
    write("月考核", "教职工 月份 结果", monthly)
    terms = []
    for term in ("上学期", "下学期"):
        marks = {person[0]: f"{min(100, chance.gauss(84, 6)):.1f}" for person in on_post}
        if term == "上学期":  # 管理 has two places of 一等: equal marks at the second give three
            marks.update(zip(MANAGERS, "95.0 92.5 92.5 90.0 88.0 86.0 84.0 80.0".split(), strict=True))
        terms += [(number, term, mark) for number, mark in marks.items()]
    write("学期考核", "教职工 学期 考核分", terms)

    winners = chance.sample([person[0] for person in on_post if person[2] == "教学"], 22)
    works = [(f"CG{i:02}", number, chance.choice(WORKS)) for i, number in enumerate(winners, 1)]
    works.append(("CG23", winners[0], "校本教材"))  # a second work of the same person counts as well
    write("成果", "编号 教职工 名称", works)
    levels, ranks = ["市级", "区级"], ["一等奖", "二等奖"]
    prizes = [(number, chance.choice(levels), chance.choice(ranks)) for number, _, _ in works[1:]]
    prizes += [("CG01", "区级", "一等奖"), ("CG01", "市级", "二等奖"), ("CG01", "省级", "二等奖")]
    prizes.append(("CG05", "国家级", "二等奖"))
    write("获奖", "成果 级别 名次", prizes)

    extra = [(chance.choice(on_post[:40])[0], day, chance.choice(["工作日", "休息日"]), f"{chance.randrange(2, 13) / 2:.1f}") for day in days_between(140)]
    extra += [("T005", date(2016, 6, 1) + timedelta(days=i), "休息日", "8.0") for i in range(6)]  # above 1500 yuan
    extra += [("T007", date(2016, 5, 1), "休息日", "24.0"), ("T007", date(2016, 5, 2), "休息日", "24.0")]
    write("加班", "教职工 日期 时段 时长", extra)
    duty = [(chance.choice(on_post)[0], day, chance.choice(["白天", "夜间", "夜间"])) for day in days_between(300)]
    write("值班", "教职工 日期 班次", duty)
    outside = [
        ("T033", date(2015, 12, 30), "年货实物折价", "800.00"),
        ("T033", date(2016, 1, 20), "补课费", "2400.00"),
        ("T058", date(2016, 1, 20), "补课费", "1200.00"),  # not paid at all: nothing to deduct from
        ("T099", date(2015, 12, 30), "年货实物折价", "800.00"),
    ]
    write("账外发放", "教职工 日期 名目 金额", outside)


if __name__ == "__main__":
    main()

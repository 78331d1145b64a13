"""Writes ../data: a municipal bureau with six departments, eight local offices, their sections and 158 people."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(78)  # noqa: S311  invented figures, not secrets

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈任姚"
GIVEN = """
正平 晓岚 立群 秀英 海波 雅静 国强 玉洁 明远 素云 建新 佳音 文涛 桂兰 志鹏 春燕 卫国 思敏 长林 慧玲
学勤 冬梅 宏亮 丽君 新民 舒婷 永胜 芳华 承志 小曼 家骏 月娥 良才 晓芸 东升 景怡 广才 书琴 伟业 雪晴
""".split()
DEPARTMENTS = {
    "征收管理处": 97.60,
    "纳税服务处": 96.20,
    "税政处": 98.10,
    "信息中心": 95.40,
    "收入规划处": 97.00,
    "机关党委": 98.50,
}
OFFICES = ["城东局", "城西局", "城南局", "城北局", "高新局", "青溪局", "临河局", "白石局"]
SECTIONS = ["综合科", "征管科", "纳服科", "税源科"]
ITEMS = [  # number, what, owner, points, mark of the upper body
    ("S01", "申报率和入库率", "征收管理处", 15, "14.20"),
    ("S02", "欠税管理", "征收管理处", 10, "8.40"),
    ("S03", "办税服务满意度", "纳税服务处", 12, "11.50"),
    ("S04", "投诉办理", "纳税服务处", 8, ""),
    ("S05", "优惠政策落实", "税政处", 12, "11.60"),
    ("S06", "后续管理核查", "税政处", 8, "7.95"),
    ("S07", "数据质量", "信息中心", 10, "8.90"),
    ("S08", "系统安全", "信息中心", 3, "2.60"),
    ("S09", "组织收入", "收入规划处", 14, "13.50"),
    ("S10", "基层党建", "机关党委", 8, ""),
]
STEPS = [("方案下发", "2026-01-20"), ("中期自查", "2026-02-28"), ("季末报告", "2026-03-25"), ("成果归档", "2026-04-15")]
LATE = {  # item, step, office → day of completion; the edges of 第四条（一）
    ("S01", 0, "城东局"): "2026-01-25",  # 5 days: 0.5
    ("S01", 0, "城西局"): "2026-01-26",  # 6 days: 1
    ("S02", 1, "青溪局"): "2026-03-01",  # 1 day
    ("S02", 2, "白石局"): "",  # not done at all: 2
    ("S05", 2, "城南局"): "",
    ("S08", 2, "临河局"): "",  # with the problems below more than the three points of the item
    ("S10", 1, "城北局"): "2026-03-12",
}
PROBLEMS = [
    ("S01", "城西局", "系统查", "较重"),
    ("S02", "白石局", "专人盯", "严重"),
    ("S03", "城东局", "专人盯", "一般"),
    ("S03", "高新局", "软件考", "较重"),
    ("S04", "临河局", "专人盯", "较重"),
    ("S05", "城南局", "系统查", "一般"),
    ("S07", "城北局", "软件考", "一般"),
    ("S07", "临河局", "软件考", "严重"),
    ("S07", "白石局", "系统查", "较重"),
    ("S08", "临河局", "系统查", "较重"),
    ("S08", "临河局", "系统查", "一般"),
    ("S08", "白石局", "系统查", "严重"),
    ("S08", "青溪局", "系统查", "严重"),
    ("S08", "城北局", "系统查", "严重"),
    ("S08", "高新局", "系统查", "严重"),
    ("S09", "城西局", "专人盯", "一般"),
]
MANAGEMENT = [
    ("S03", "没有及时通报满意度调查结果", "一般"),
    ("S08", "没有组织安全演练", "较重"),  # with the joint share more than the three points of the item
]


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def main() -> None:
    DATA.mkdir(exist_ok=True)
    last = {"城东局": 96.10, "城西局": 97.35, "城南局": 97.90, "城北局": 94.80, "高新局": 98.20}
    last |= {"青溪局": 95.75, "临河局": 93.60, "白石局": 95.20}
    units = [(name, "处室", f"{mark:.2f}") for name, mark in DEPARTMENTS.items()]
    units += [(name, "基层局", f"{last[name]:.2f}") for name in OFFICES]
    sections = [(f"{name}综合科", name) for name in DEPARTMENTS]
    sections += [(f"{office}{section}", office) for office in OFFICES for section in SECTIONS]

    names = list(dict.fromkeys(chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(400)))
    people: list[tuple[object, ...]] = []
    for section, unit in sections:
        for i in range(5 if unit in DEPARTMENTS else 4):
            number = f"R{len(people) + 1:03}"
            post = "科长" if i == 0 else "副科长" if i == 1 else "科员"
            # the department of the party and two people on secondment are not marked
            marked = "否" if unit == "机关党委" or number in ("R040", "R101") else "是"
            people.append((number, names[len(people)], section, post, marked, f"{chance.uniform(84, 98):.1f}"))
    marks = {
        "R031": "99.5",
        "R035": "99.5",
        "R036": "99.0",
        "R037": "99.0",
        "R032": "98.9",
        "R033": "98.9",
    }  # 城东局: a tie at the edge
    people = [(*person[:5], marks.get(str(person[0]), person[5])) for person in people]

    works = []
    for item, *_ in ITEMS:
        for office in OFFICES:
            section = f"{office}{SECTIONS[int(item[1:]) % 4]}"
            staff = [person[0] for person in people if person[2] == section]
            works.append((item, office, section, staff[int(item[1:]) % 3]))
    steps = [(f"{item}-{i}", item, what, day) for item, *_ in ITEMS for i, (what, day) in enumerate(STEPS)]
    done = []
    for item, *_ in ITEMS:
        for i, (_, day) in enumerate(STEPS):
            for office in OFFICES:
                due = date.fromisoformat(day)
                if due > date(2026, 3, 31):
                    done.append((f"{item}-{i}", item, office, ""))
                    continue
                usual = due - timedelta(days=chance.randrange(0, 6))
                done.append((f"{item}-{i}", item, office, LATE.get((item, i, office), usual)))
    write("单位", "名称 类别 上季得分", units)
    write("科室", "名称 单位", sections)
    write("人员", "工号 姓名 科室 岗位 计分 考评分", people)
    write("事项", "编号 名称 主管处室 分值 上级评分", ITEMS)
    write("事项节点", "编号 事项 内容 期限", steps)
    write("执行", "事项 基层局 责任科室 责任人", works)
    write("节点", "事项节点 事项 基层局 完成日", done)
    write("问题", "事项 基层局 方式 程度", PROBLEMS)
    write("管理问题", "事项 情况 程度", MANAGEMENT)


if __name__ == "__main__":
    main()

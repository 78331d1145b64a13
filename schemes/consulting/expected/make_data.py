"""Writes ../data: a consulting firm with six departments, 56 people, four quarters and nine projects."""

import csv
import random
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(614)  # noqa: S311  invented figures, not secrets

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈任姚"
GIVEN = """
嘉树 思源 怀瑾 清和 望舒 一诺 景行 若谷 知行 亦凡 心怡 子昂 明轩 语嫣 承志 雨薇 浩宇 静姝 天成 梦溪
云帆 佳宁 致远 采薇 弘毅 书瑶 润泽 晨曦 博文 婉莹 星辰 锦程 乐天 安然 志诚 雪晴 俊逸 可心 伟诚 欣妍
""".split()
DEPARTMENTS = {  # name → people, target and result in 万元, marks for the best and the worst deed
    "咨询一部": (10, "1200.00", "1310.50", "9", "8"),
    "咨询二部": (10, "1100.00", "985.40", "7", "6"),
    "技术部": (12, "800.00", "792.00", "8.5", "9"),
    "市场部": (9, "600.00", "401.20", "5", "3"),
    "客户服务部": (8, "400.00", "400.00", "9", "9"),
    "综合管理部": (7, "100.00", "96.00", "8", "7"),
}
PROJECTS = [  # number, name, contract, difficulty, accepted, paid by the client, complaint, finished, mark
    ("P01", "装备集团薪酬体系", "1500000.00", "高", "2025-12-31", "95.00%", "否", "2025-12-31", "92"),  # released
    ("P02", "医药公司流程再造", "860000.00", "中", "2025-11-20", "94.99%", "否", "2025-11-30", "88"),  # paid too little
    ("P03", "城投集团绩效体系", "1200011.00", "高", "2026-01-31", "100.00%", "否", "2026-02-28", "104"),  # 11 months
    ("P04", "食品企业组织诊断", "333333.33", "低", "2026-06-18", "80.00%", "否", "2026-06-30", "99"),
    ("P05", "港口集团任职资格", "980000.00", "中", "2025-10-15", "100.00%", "是", "2025-10-31", "71"),  # complaint
    ("P06", "银行人才盘点", "420000.00", "中", "", "40.00%", "否", "", ""),
    ("P07", "电网公司培训体系", "4650000.00", "高", "", "55.00%", "否", "", ""),  # 30 % is above 60000 yuan
    ("P08", "物流公司信息系统", "777777.77", "中", "2026-11-30", "70.00%", "否", "2026-12-15", "60"),
    ("P09", "地产公司岗位评估", "150000.00", "低", "2024-05-31", "100.00%", "否", "2024-06-30", "85"),
]
PROGRESS = {
    "P03": "92.50% 100.00% 100.00% 100.00%",
    "P04": "33.33% 66.67% 100.00% 100.00%",
    "P06": "0.00% 15.00% 37.50% 60.00%",
    "P07": "25.00% 40.00% 40.00% 55.55%",
    "P08": "30.00% 55.00% 80.00% 100.00%",
}
TEAMS = {  # shares; three equal shares never divide evenly
    "P01": [("N001", 40), ("N002", 30), ("N023", 30)],
    "P02": [("N011", 50), ("N012", 50)],
    "P03": [("N001", 1), ("N003", 1), ("N004", 1)],
    "P04": [("N013", 1), ("N014", 1), ("N015", 1)],
    "P05": [("N011", 60), ("N016", 40)],
    "P06": [("N005", 35), ("N006", 35), ("N024", 30)],
    "P07": [("N002", 20), ("N007", 20), ("N008", 20), ("N025", 25), ("N042", 15)],
    "P08": [("N021", 45), ("N022", 30), ("N026", 25)],
    "P09": [("N009", 100)],
}
MARKS = {  # own, supervisor's and department head's mark; the edges of 第五条
    "N002": ("96", "93.5", "95"),
    "N003": ("", "90", "90"),  # no mark of one's own: (90 × 45 + 90 × 30) / 75
    "N004": ("", "", "88.5"),  # only the department head
    "N005": ("85", "", "80"),
    "N010": ("", "", ""),  # nobody
    "N001": ("92", "90", "88.75"),
    "N033": ("98", "97", "99"),
    "N034": ("92", "91", "90"),
}
FORMS = {"N002": 60, "N003": 25, "N001": 15, "N033": 100, "N034": 0}  # shares in the re-award


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def people() -> tuple[list[tuple[object, ...]], list[str]]:
    names = list(dict.fromkeys(chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(200)))
    rows: list[tuple[object, ...]] = []
    for department, (count, *_) in DEPARTMENTS.items():
        for i in range(count):
            number = f"N{len(rows) + 1:03}"
            leads = i == 0
            level = chance.gauss(84, 7)
            marks = MARKS.get(number) or tuple(f"{min(100, max(55, level + chance.uniform(*spread))):.1f}" for spread in ((0, 8), (-4, 4), (-3, 5)))
            # 客户服务部 gives no shares: its withheld part stays with the company
            share = FORMS.get(number, 0 if department == "客户服务部" else chance.choice([0, 5, 10, 20]))
            signed = "否" if number in ("N017", "N038") else "是"
            talked = "否" if number in ("N017", "N038", "N040", "N019") else "是"
            ability = ("79" if department == "市场部" else "86") if leads else ""
            quarterly, yearly = chance.choice([(3000, 24000), (4500, 36000), (6000, 50000)])
            rows.append(
                (
                    number,
                    names[len(rows)],
                    department,
                    "是" if leads else "否",
                    f"{quarterly}.00",
                    f"{yearly}.55",
                    share,
                    signed,
                    talked,
                    ability,
                    *marks,
                )
            )
    return rows, [str(row[0]) for row in rows]


def main() -> None:
    DATA.mkdir(exist_ok=True)
    staff, numbers = people()
    units = [(name, target, done, best, worst) for name, (_, target, done, best, worst) in DEPARTMENTS.items()]
    write("部门", "名称 目标额 完成额 最好的事 最差的事", units)
    ratings = []
    quality = {"咨询一部": 0.96, "咨询二部": 0.86, "技术部": 0.93, "市场部": 0.7, "客户服务部": 0.98, "综合管理部": 0.9}
    for rater in DEPARTMENTS:
        for rated in DEPARTMENTS:
            if rater != rated:
                asked, given = chance.randrange(12, 60), chance.randrange(4, 25)
                answered = min(asked, int(asked * min(1, quality[rated] + chance.uniform(-0.08, 0.06))))
                passed = min(given, int(given * min(1, quality[rated] + chance.uniform(-0.08, 0.08))))
                ratings.append((rater, rated, asked, answered, given, passed))
    write("互评", "评价部门 被评部门 应回复 按时回复 交付次数 一次通过", ratings)
    cases = [
        ("A01", "市场部", "技术部", "主动配合", "是"),
        ("A02", "咨询二部", "市场部", "推诿", "是"),
        ("A03", "技术部", "市场部", "推诿", "否"),  # not confirmed by the management centre: does not count
        ("A04", "综合管理部", "客户服务部", "主动配合", "是"),
        ("A05", "咨询一部", "客户服务部", "主动配合", "是"),
        ("A06", "咨询一部", "综合管理部", "推诿", "是"),
    ]
    write("案例", "编号 记录部门 对象部门 性质 已认定", cases)
    write(
        "员工",
        "工号 姓名 部门 管理人员 季度奖标准 年度奖标准 奖励份额 已签字 已面谈 管理能力 年度评分（本人） 年度评分（主管） 年度评分（部长）",
        staff,
    )
    done = {"N001": ["120.00", "119.99", "100.00", "99.99"], "N002": ["80.00", "79.99", "60.00", "59.99"]}
    quarters = [
        (number, quarter, f"{done[number][quarter - 1] if number in done else f'{chance.gauss(98, 18):.2f}'}%") for number in numbers for quarter in range(1, 5)
    ]
    write("员工每季", "员工 季度 完成率", quarters)
    write("项目", "编号 名称 合同额 难度 验收日 回款率 重大投诉 结项日 结项评分", PROJECTS)
    stages = [(number, i, rate) for number, rates in PROGRESS.items() for i, rate in enumerate(rates.split(), 1)]
    write("项目每季", "项目 季度 累计进度", stages)
    write("成员", "项目 员工 份额", [(number, *member) for number, team in TEAMS.items() for member in team])


if __name__ == "__main__":
    main()

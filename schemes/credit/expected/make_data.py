"""Writes ../data: twelve rural credit co-operatives with 43 client managers in the first quarter of 2027."""

import csv
import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(1103)  # noqa: S311  invented figures, not secrets

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈任姚"
GIVEN = """
广源 春生 秀珍 长河 晓梅 福田 玉兰 丰年 桂芝 永胜 小燕 兴旺 彩霞 金生 红梅 来福 月英 大勇 雪莲 万里
木生 巧珍 平安 素芬 石磊 凤仙 水生 喜梅 成林 翠兰 有田 菊香 满仓 爱莲 根生 银花 开泰 美娟 泽民 冬菊
""".split()
BRANCHES = ["清溪社", "石桥社", "柳河社", "长岭社", "双塘社", "古城社", "青山社", "白马社", "新集社", "枣林社", "大泽社", "城关社"]
POSTS = ["一级客户经理", "二级客户经理", "三级客户经理"]
FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)
EDGES = {  # opening balance, daily mean, loans, bad loans (万元)
    "K001": ("1200.00", "1300.00", "2000.00", "20.00"),  # exactly 100 above; exactly 1 per cent bad
    "K002": ("1500.00", "2000.00", "1000.00", "20.00"),  # exactly 500 above; exactly 2 per cent
    "K003": ("900.00", "900.00", "1000.00", "30.00"),  # exactly the opening balance; exactly 3 per cent
    "K004": ("1100.00", "1050.50", "1000.00", "30.01"),  # fallen; a hair above 3 per cent: shown as 3.00, counts as above
    "K005": ("800.00", "6800.00", "3000.00", "0.00"),  # more than three times the pay of the post
    "K006": ("650.00", "812.34", "0.00", "0.00"),  # no loans at all
    "K007": ("700.00", "800.01", "1500.00", "15.01"),
}
CHANGES = {  # days on which the post changed
    "K008": [("三级客户经理", FIRST, date(2027, 2, 14)), ("二级客户经理", date(2027, 2, 15), LAST)],
    "K009": [("二级客户经理", FIRST, date(2027, 1, 31)), ("一级客户经理", date(2027, 2, 1), LAST)],
    "K010": [("三级客户经理", date(2027, 3, 1), LAST)],  # came in March
    "K011": [
        ("一级客户经理", FIRST, date(2027, 1, 10)),
        ("二级客户经理", date(2027, 1, 11), date(2027, 2, 20)),
        ("三级客户经理", date(2027, 2, 21), date(2027, 3, 15)),
    ],
}


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def money(low: int, high: int) -> str:
    return f"{chance.randrange(low * 100, high * 100) / 100:.2f}"


def main() -> None:
    DATA.mkdir(exist_ok=True)
    names = list(dict.fromkeys(chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(200)))
    managers: list[tuple[object, ...]] = []
    posts: list[tuple[object, ...]] = []
    for i in range(43):
        number = f"K{i + 1:03}"
        stock = chance.randrange(30_000, 220_000) / 100
        lent = chance.randrange(40_000, 350_000) / 100
        usual = (
            f"{stock:.2f}",
            f"{stock * chance.uniform(0.93, 1.4):.2f}",
            f"{lent:.2f}",
            f"{lent * chance.choice([0.002, 0.006, 0.012, 0.018, 0.025, 0.034]):.2f}",
        )
        managers.append((number, names[i], BRANCHES[i % 12], *EDGES.get(number, usual)))
        spans = CHANGES.get(number, [(POSTS[chance.choices([0, 1, 2], [1, 2, 2])[0]], FIRST, LAST)])
        posts += [(number, *span) for span in spans]
    branches = []
    for branch in BRANCHES:  # the opening balance is attributed to people, the rest is common
        common = Fraction(money(300, 4000))
        held = sum((Fraction(str(row[3])) for row in managers if row[2] == branch), common)
        branches.append((branch, f"{held.numerator / held.denominator:.2f}", f"{common.numerator / common.denominator:.2f}"))
    numbers = [str(row[0]) for row in managers]
    loans = [
        (
            f"HT2027{i:04}",
            chance.choice([number for number in numbers if number != "K006"]),
            FIRST + timedelta(days=chance.randrange(90)),
            chance.choices(["农户", "小微企业", "其他"], [6, 3, 1])[0],
            f"{chance.choice([30_000, 50_000, 80_000, 100_000, 300_000, 800_000, 1_234_567.89]):.2f}",
        )
        for i in range(1, 221)
    ]
    recovered = [
        (chance.choice(numbers), chance.choice(["表内不良", "已核销"]), chance.choice(["现金", "现金", "以物抵债"]), money(500, 90_000)) for _ in range(60)
    ]
    due = [(number, year, money(1_000, 9_000), "否") for number in numbers[:12] for year in (2024, 2025)]
    due += [("K013", 2025, "4321.09", "是"), ("K013", 2024, "1000.00", "否")]  # a loss: the first is not paid
    write("联社", "名称", [("县农村信用合作联社",)])
    plan = [
        ("数据导出", "2026-11-03", "2026-11-03"),
        ("存量分配", "2026-11-15", "2026-11-14"),
        ("第二次测试", "2026-11-30", "2026-11-30"),
        ("培训", "2026-12-10", "2026-12-11"),
    ]
    write("节点", "名称 限期 完成日", plan)
    tests = [(1, "2026-11-15", "确定参数", "城关社", "是", "是"), (2, "2026-11-30", "模拟", "清溪社", "是", "是")]
    write("测试", "次序 日期 目的 信用社 信贷主管参加 主办会计参加", tests)
    write("信用社", "名称 存款存量 公共存量", branches)
    write("客户经理", "工号 姓名 信用社 存量存款 日均存款 贷款余额 不良余额", managers)
    write("任职", "客户经理 岗位 起 止", posts)
    write("贷款", "合同号 客户经理 发放日 类别 金额", loans)
    write("清收", "客户经理 类别 方式 金额", recovered)
    write("到期", "客户经理 所属年度 金额 发生风险损失", due)


if __name__ == "__main__":
    main()

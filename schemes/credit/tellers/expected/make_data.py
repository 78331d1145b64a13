"""Writes ../data: 60 tellers of twelve rural credit co-operatives in January 2027."""

import csv
import random
from datetime import date
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
chance = random.Random(131)  # noqa: S311  invented figures, not secrets

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈任姚"
GIVEN = """
静文 晓晨 丽娜 志杰 婷玉 佳琪 文静 子豪 雅文 思雨 梦洁 晨阳 露露 俊凯 欣然 小雪 晓彤 一鸣 慧敏 心悦
若琳 宇航 诗涵 莉莉 泽楷 雨欣 玉莹 博宇 可盈 紫薇 卓然 艺馨 明月 家乐 悦彤 海燕 振宁 秋彤 颖超 新月
""".split()
BRANCHES = ["清溪社", "石桥社", "柳河社", "长岭社", "双塘社", "古城社", "青山社", "白马社", "新集社", "枣林社", "大泽社", "城关社"]
KINDS = {"现金存取": (700, 1900), "转账": (200, 900), "开户": (5, 60), "挂失": (0, 25), "对公结算": (0, 320), "代收代付": (100, 900)}
FIRST, LAST = date(2027, 1, 1), date(2027, 1, 31)
VOLUMES = {  # kind → number; the bounds of 第三条（二）
    "G001": {"现金存取": 3000},  # exactly 3000
    "G002": {"现金存取": 2000, "转账": 2500},  # exactly 5000
    "G003": {"现金存取": 3000, "转账": 2000, "代收代付": 1},  # 5400.4
    "G004": {"现金存取": 40, "代收代付": 55},  # more to take off than there is
}
SERVICE = {  # clients' marks, mystery visitor's marks; the bounds of 第四条（二）
    "G001": ("95.00", "95.0"),
    "G002": ("94.99", "95.0"),  # 94.994, rounded to 94.99: below 95
    "G003": ("85.00", ""),  # no visit: the clients' marks alone
    "G005": ("74.99", ""),
    "G006": ("75.00", "75.0"),
}
CHANGES = {
    "G007": [("见习柜员", FIRST, date(2027, 1, 15)), ("综合柜员", date(2027, 1, 16), LAST)],
    "G008": [("综合柜员", FIRST, date(2027, 1, 10)), ("主办柜员", date(2027, 1, 11), LAST)],
    "G009": [("综合柜员", date(2027, 1, 18), LAST)],
}


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def main() -> None:
    DATA.mkdir(exist_ok=True)
    names = list(dict.fromkeys(chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(250)))
    tellers, posts, work = [], [], []
    for i in range(60):
        number = f"G{i + 1:03}"
        post = "主办柜员" if i >= 48 else "见习柜员" if i in (20, 33) else "综合柜员"
        spans = CHANGES.get(number, [(post, FIRST, LAST)])
        posts += [(number, *span) for span in spans]
        visitor = "" if chance.random() < 0.3 else f"{chance.uniform(78, 99):.1f}"
        service = SERVICE.get(number, (f"{chance.uniform(80, 99):.2f}", visitor))
        tellers.append((number, names[i], BRANCHES[i % 12], "是" if spans[-1][0] == "见习柜员" else "否", *service))
        volume = VOLUMES.get(number) or {kind: chance.randrange(low, high) for kind, (low, high) in KINDS.items()}
        work += [(number, kind, count) for kind, count in volume.items()]
    errors = [(f"G{chance.randrange(10, 60):03}", "一般", chance.choice([1, 1, 2, 3])) for _ in range(14)]
    errors += [("G004", "一般", 2), ("G011", "重大", 1), ("G023", "重大", 1)]
    errors += [(number, "重大", 1) for number in ("G012", "G024", "G036", "G048", "G060")]  # all of 城关社: nobody shares
    write("信用社", "名称 团队奖总额", [(branch, f"{chance.randrange(150_000, 400_000) / 100:.2f}") for branch in BRANCHES])
    write("柜员", "工号 姓名 信用社 见习 客户评价 神秘人检查", tellers)
    write("任职", "柜员 岗位 起 止", posts)
    write("业务", "柜员 种类 笔数", work)
    write("差错", "柜员 程度 次数", errors)


if __name__ == "__main__":
    main()

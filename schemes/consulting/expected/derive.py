"""The expected results of the consulting scheme, worked out from ../data by plain arithmetic, article by article.

Edges:
* N001, N002: quarterly results of exactly 120, 100, 80 and 60 per cent and a hundredth of a per cent below
* N003, N004, N005: marks missing, their shares are borne by the others · N010: no marks at all, no yearly bonus
* N002 and N033: more than 30 per cent of the standard would come from the withheld part, the rest stays with the company
* 客户服务部: nobody has a share, nothing is paid again · 咨询一部: the withheld part does not divide evenly
* P01: exactly 12 months after acceptance and exactly 95 per cent paid: released · P02: 94.99 per cent · P03: 11 months
* P05: a complaint: never released · P07: the advance stops at 60000 yuan · P03, P04: three equal shares of a sum that does not divide
* P03: a closing mark above 100 counts as 100 · P04: thirds of progress add up to the whole advance
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
OUTSIDE, NOTHING = "不适用", "无数据"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
FEN = Fraction(1, 100)

Row = dict[str, object]


def read(name: str) -> list[dict[str, str]]:
    with (HERE.parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    """四舍五入; nothing that is rounded here is negative."""
    return Fraction((value * 10**digits * 2 + 1) // 2, 10**digits)


def text(value: object) -> str:
    """As the results are printed: numbers as exact decimals, yes and no in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction | int):
        return f"{Decimal(value.numerator) / value.denominator:f}"
    return str(value)


def percent(cell: str) -> Fraction:
    return Fraction(cell.rstrip("%")) / 100


def tier(value: Fraction, *tiers: tuple[int, str], other: str) -> Fraction:
    return Fraction(next((points for bound, points in tiers if value >= bound), other))


def split(pool: Fraction, weights: dict[str, Fraction]) -> dict[str, Fraction]:
    """大者先得: everybody's share cut down to the fen, the left-over fen to the largest remainders, then by key."""
    whole = sum(weights.values(), Fraction(0))
    if not whole:
        return dict.fromkeys(weights, Fraction(0))
    shares = {key: pool / FEN * weight / whole for key, weight in weights.items()}
    given = {key: share // 1 for key, share in shares.items()}
    left = int(pool / FEN) - sum(given.values())
    for key in sorted(shares, key=lambda key: (given[key] - shares[key], key))[:left]:
        given[key] += 1
    return {key: count * FEN for key, count in given.items()}


def months(since: date, until: date) -> int:
    """Whole months; the last day of a shorter month counts as reached."""
    passed = (until.year - since.year) * 12 + until.month - since.month
    short = until.day < since.day and (until + timedelta(days=1)).day != 1
    return passed - short


def departments() -> dict[str, Row]:
    """第四条"""
    given: dict[str, list[Fraction]] = defaultdict(list)
    for row in read("互评"):
        answered = Fraction(int(row["按时回复"]), int(row["应回复"])) * 50
        passed = Fraction(int(row["一次通过"]), int(row["交付次数"])) * 50
        given[row["被评部门"]].append(half_up(answered + passed))
    cases: dict[str, int] = defaultdict(int)
    for row in read("案例"):
        if row["已认定"] == "是":
            cases[row["对象部门"]] += 2 if row["性质"] == "主动配合" else -2
    results: dict[str, Row] = {}
    for row in read("部门"):
        name = row["名称"]
        mean = half_up(sum(given[name], Fraction(0)) / len(given[name]))
        together = min(max(mean + cases[name], Fraction(0)), Fraction(100))
        business = half_up(min(Fraction(row["完成额"]) / Fraction(row["目标额"]), Fraction(1)) * 50)
        cooperation = half_up(together * Fraction(30, 100))
        total = business + Fraction(row["最好的事"]) + Fraction(row["最差的事"]) + cooperation
        factor = tier(total, (90, "1.2"), (80, "1"), (70, "0.9"), other="0.8")
        results[name] = {"协作得分": together, "部门业绩": business, "部门得分": total, "部门系数": factor}
    return results


def yearly_mark(row: dict[str, str]) -> Fraction | None:
    """第五条: the shares of missing marks are borne by the marks that are there."""
    shares = {"本人": 25, "主管": 45, "部长": 30}
    there = {who: share for who, share in shares.items() if row[f"年度评分（{who}）"]}
    if not there:
        return None
    weighted = sum((Fraction(row[f"年度评分（{who}）"]) * share for who, share in there.items()), Fraction(0))
    return half_up(weighted / sum(there.values()))


def yearly(staff: dict[str, dict[str, str]], units: dict[str, Row]) -> dict[str, Row]:
    """第六条"""
    results: dict[str, Row] = {}
    for number, row in staff.items():
        mark, standard = yearly_mark(row), Fraction(row["年度奖标准"])
        base = None if mark is None else half_up(standard * mark / 100)
        results[number] = {
            "年度评分": NOTHING if mark is None else mark,
            "考核基数": NOTHING if base is None else base,
            "年度奖金": NOTHING if base is None else half_up(base * units[row["部门"]]["部门系数"]),
            "截流": NOTHING if base is None else standard - base,
            "可再奖励": mark is not None and mark >= 90,
            "再奖励": OUTSIDE,
        }
    for name, unit in units.items():
        members = [number for number, row in staff.items() if row["部门"] == name]
        pool = sum((results[n]["截流"] for n in members if results[n]["截流"] != NOTHING), Fraction(0))
        good = {n: Fraction(staff[n]["奖励份额"]) for n in members if results[n]["可再奖励"]}
        paid = Fraction(0)
        for number, share in split(pool, good).items():
            limit = Fraction(staff[number]["年度奖标准"]) * Fraction(30, 100) // FEN * FEN
            results[number]["再奖励"] = min(share, limit)
            paid += min(share, limit)
        unit |= {"部门截流": pool, "留归公司": pool - paid}
    return results


def projects() -> dict[str, Row]:
    """第七条 to 第十条（一）"""
    difficulty = {"高": Fraction(12, 10), "中": Fraction(1), "低": Fraction(8, 10)}
    results: dict[str, Row] = {}
    for row in read("项目"):
        bonus = half_up(Fraction(row["合同额"]) * Fraction(5, 100) * difficulty[row["难度"]])
        advance = half_up(min(bonus * Fraction(30, 100), Fraction(60_000)))
        reserve = half_up(bonus * Fraction(10, 100))
        accepted = row["验收日"] and months(date.fromisoformat(row["验收日"]), LAST) >= 12
        state = "继续提留"
        if row["重大投诉"] == "是":
            state = "不再发放"
        elif accepted and percent(row["回款率"]) >= Fraction(95, 100):
            state = "发放"
        finished = bool(row["结项日"]) and FIRST <= date.fromisoformat(row["结项日"]) <= LAST
        closing = Fraction(0)
        if finished:
            mark = min(Fraction(row["结项评分"] or 0), Fraction(100))
            closing = half_up((bonus - advance - reserve) * mark / 100)
        results[row["编号"]] = {
            "项目奖金": bonus,
            "预提额": advance,
            "风险资金": reserve,
            "风险资金处理": state,
            "风险资金发放": reserve if state == "发放" else Fraction(0),
            "结项奖金": closing,
        }
    return results


def advances(works: dict[str, Row]) -> dict[tuple[str, str], Row]:
    """第八条（二）: each quarter pays the growth of the rounded total."""
    results: dict[tuple[str, str], Row] = {}
    before: dict[str, Fraction] = defaultdict(Fraction)
    for row in sorted(read("项目每季"), key=lambda row: (row["项目"], row["季度"])):
        so_far = half_up(works[row["项目"]]["预提额"] * percent(row["累计进度"]))
        results[row["项目"], row["季度"]] = {"累计预发": so_far, "本季预发": so_far - before[row["项目"]]}
        before[row["项目"]] = so_far
    for number, work in works.items():
        work["本年可分"] = before[number] + work["结项奖金"] + work["风险资金发放"]
    return results


def main() -> None:
    staff = {row["工号"]: row for row in read("员工")}
    units = departments()
    people = yearly(staff, units)
    works = projects()
    paid = advances(works)

    # 第三条, 第十条（二）
    quarterly: dict[str, Fraction] = defaultdict(Fraction)
    for row in read("员工每季"):
        done = percent(row["完成率"]) * 100
        factor = tier(done, (120, "1.3"), (100, "1"), (80, "0.8"), (60, "0.5"), other="0")
        quarterly[row["员工"]] += half_up(Fraction(staff[row["员工"]]["季度奖标准"]) * factor)
    project: dict[str, Fraction] = defaultdict(Fraction)
    for number, work in works.items():
        shares = {row["员工"]: Fraction(row["份额"]) for row in read("成员") if row["项目"] == number}
        amounts = split(work["本年可分"], shares)
        assert sum(amounts.values()) == work["本年可分"]
        for who, amount in amounts.items():
            project[who] += amount

    # 第十一条 to 第十三条
    talks: dict[str, Fraction] = {}
    for name, unit in units.items():
        members = [row for row in staff.values() if row["部门"] == name]
        talked = sum(row["已面谈"] == "是" for row in members)
        rate = half_up(Fraction(talked, len(members)) * 100)
        unit["面谈率"] = f"{text(rate)}%"
        talks[name] = rate
    for number, row in staff.items():
        person, unit = people[number], units[row["部门"]]
        once = person["年度奖金"] if person["年度奖金"] != NOTHING else Fraction(0)
        again = person["再奖励"] if person["再奖励"] != OUTSIDE else Fraction(0)
        mark = person["年度评分"] if person["年度评分"] != NOTHING else Fraction(0)
        leads, ability = row["管理人员"] == "是", Fraction(row["管理能力"] or 0)
        fit = mark >= 85 and ability >= 80 and talks[row["部门"]] >= 95 and unit["协作得分"] >= 80
        person |= {
            "季度奖合计": quarterly[number],
            "项目奖": project[number],
            "全年奖金": quarterly[number] + once + again + project[number],
            "待面谈": row["已签字"] == "是" and row["已面谈"] == "否",
            "晋升资格": leads and fit,
            "应当培训": leads and ability < 80,
        }
    tables: dict[str, dict[str, Row]] = {
        "部门": units,
        "员工": people,
        "项目": works,
        "项目每季": {"/".join(key): row for key, row in paid.items()},
    }
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for table, rows in tables.items():
            for key, columns in rows.items():
                out.writerows([table, key, column, text(value)] for column, value in columns.items())


if __name__ == "__main__":
    main()

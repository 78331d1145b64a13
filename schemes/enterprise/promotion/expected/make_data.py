"""Writes ../data: the grades of pay of the people of the enterprise scheme, and two special decisions.

The monthly grades are not made here: ../data/引用/enterprise is the locked run of the monthly scheme, made by
`quanheng run schemes/enterprise/scheme.md --data schemes/enterprise/data --lock 2026-12
 --out schemes/enterprise/promotion/data/引用/enterprise`.
"""

import csv
import random
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
STAFF = DATA.parent.parent / "data" / "员工.csv"
chance = random.Random(12)  # noqa: S311  invented figures, not secrets
AT_THE_TOP = {"E005": (11, 12), "E036": (12, 12)}  # one grade is left of the two earned; none is left
DECIDED = [
    ("E010", 3, "总经理办公会", "总办〔2026〕41号"),
    ("E102", 4, "总经理办公会", "总办〔2026〕41号"),
]


def write(name: str, head: str, rows: list[tuple[object, ...]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head.split())
        table.writerows(rows)


def main() -> None:
    DATA.mkdir(exist_ok=True)
    with STAFF.open(encoding="utf-8", newline="") as file:
        people = [(row["工号"], row["姓名"]) for row in csv.DictReader(file)]
    rows = [(*person, *AT_THE_TOP.get(person[0], (chance.randrange(2, 10), 12))) for person in people]
    write("员工", "工号 姓名 现工资级 岗位最高级", rows)
    write("特别决定", "员工 级数 机关 文号", DECIDED)


if __name__ == "__main__":
    main()

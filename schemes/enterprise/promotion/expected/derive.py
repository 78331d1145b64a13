"""The expected results of the promotion regulation, worked out from the monthly grades that were derived by hand.

Edges:
* E005: ten A, no D: two grades, of which the post leaves one · E006: ten A and a D: one grade · E007: nine A: one
* E008: exactly six A or B: one grade · E009: five: none · E011: six B and two D: one grade
* E010, E102: twelve A, more than two grades by a decision taken outside
* E088, E120: joined in June · people without a grade in some months: those months do not count
"""

import csv
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
MONTHLY = HERE.parent.parent / "expected" / "results.csv"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    grades: dict[str, list[str]] = defaultdict(list)  # twelve months in all, so that every one of them counts
    for row in read(MONTHLY):
        if row["table"] == "员工每月" and row["column"] == "等次" and row["value"] != "不适用":
            grades[row["key"].split("/")[0]].append(row["value"])
    decided = {row["员工"]: int(row["级数"]) for row in read(HERE.parent / "data" / "特别决定.csv")}
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["table", "key", "column", "value"])
        for person in read(HERE.parent / "data" / "员工.csv"):
            number, mine = person["工号"], grades[person["工号"]]
            best, good, worst = mine.count("A"), mine.count("A") + mine.count("B"), mine.count("D")
            earned = 2 if best >= 10 and not worst else 1 if good >= 6 else 0
            steps = decided.get(number, earned)
            columns = {
                "参评次数": len(mine),
                "得A": best,
                "得AB": good,
                "得D": worst,
                "应升级数": earned,
                "晋升级数": steps,
                "晋升后": min(int(person["现工资级"]) + steps, int(person["岗位最高级"])),
                "优先任用": "是" if steps >= 2 else "否",
            }
            out.writerows(["员工", number, column, value] for column, value in columns.items())


if __name__ == "__main__":
    main()

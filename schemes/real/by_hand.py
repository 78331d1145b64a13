"""What the ten derive.py scripts share: read a table, round, divide a pool, compare with expected.csv.

Standard library only, and nothing of the product: these scripts are the second opinion on every figure.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

Found = Mapping[tuple[str, str, str], Fraction | int | bool | str | None]  # (table, key of the row, column) → value


class Case:
    """The folder of one scheme, found from the place of its script."""

    def __init__(self, script: str) -> None:
        self.folder = Path(script).parents[1]

    def table(self, name: str) -> list[dict[str, str]]:
        """Read data/<name>.csv, every cell as text."""
        return read(self.folder / "data" / f"{name}.csv")

    def check(self, found: Found) -> None:
        """Leave with 1 and the differences unless `found` is exactly what expected.csv says."""
        expected = read(self.folder / "expected" / "expected.csv")
        wanted = {(row["table"], row["key"], row["column"]): row["value"] for row in expected}
        wrong = [f"{' '.join(cell)}: not derived" for cell in wanted if cell not in found]
        wrong += [f"{' '.join(cell)}: not in expected.csv" for cell in found if cell not in wanted]
        for cell, value in found.items():
            if cell in wanted and not agree(value, wanted[cell]):
                wrong.append(f"{' '.join(cell)}: derived {value}, expected {wanted[cell]}")
        print(f"{self.folder.name}: {len(found)} values, {len(wrong)} wrong", *wrong, sep="\n  ")
        sys.exit(bool(wrong))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def agree(value: Fraction | int | bool | str | None, written: str) -> bool:
    """Is this what the cell says? A missing result is written 无数据, yes and no are 是 and 否."""
    if value is None or isinstance(value, bool | str):
        return written == {None: "无数据", True: "是", False: "否"}.get(value, value)
    return written != "无数据" and Fraction(written) == value


def number(written: str) -> Fraction:
    """Read 97.4% as 0.974 and 2.5 as 2.5, exactly."""
    return Fraction(written.removesuffix("%")) / (100 if written.endswith("%") else 1)


def half_up(value: Fraction, digits: int = 2) -> Fraction:
    """四舍五入: half away from zero."""
    scaled = abs(value) * 10**digits + Fraction(1, 2)
    rounded = Fraction(scaled.numerator // scaled.denominator, 10**digits)
    return rounded if value >= 0 else -rounded


def shares(pool: Fraction, weights: Sequence[Fraction]) -> list[Fraction]:
    """Divide a pool by weight to the fen: cut every share down, then one fen each to the largest remainders."""
    exact = [pool * 100 * weight / sum(weights) for weight in weights]
    fen = [share.numerator // share.denominator for share in exact]
    left_over = int(pool * 100) - sum(fen)
    for place in sorted(range(len(fen)), key=lambda i: (fen[i] - exact[i], i))[:left_over]:
        fen[place] += 1
    assert sum(fen) == pool * 100
    return [Fraction(part, 100) for part in fen]

"""What is said when a guard refuses a run: which guards, in which order, and with which rows. Shared by both executors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from quanheng.engine.faults import Fault, Place
from quanheng.engine.plan.model import Guard

ROWS_TOLD: Final = 20  # of the rows that refuse a run, how many a message lists


def refusal(guard: Guard, told: Sequence[str], total: int) -> Fault:
    """The fault of one broken guard; `told`: the keys of the first rows that break it, of `total`.

    >>> refusal(Guard("人员", "·1", "no-post", "{row} 没有岗位。", "{row} has no post."), ["张三", "李四"], 2).zh
    '张三、李四 没有岗位。'
    """
    assert total >= len(told) > 0
    told = told[:ROWS_TOLD]
    zh, en = "、".join(told), ", ".join(told)
    if more := total - len(told):
        zh, en = f"{zh} 等 {total} 行", f"{en} and {more} more"
    return Fault(
        code=guard.code,
        at=guard.at or Place(),
        zh=guard.zh.replace("{row}", zh),
        en=guard.en.replace("{row}", en),
        article=guard.article,
    )


def refusals(
    guards: Sequence[Guard],
    splits: Callable[[Guard], frozenset[tuple[str, str]]],
    broken: Callable[[Guard], Fault | None],
) -> list[Fault]:
    """The faults of all broken guards, in the order of the plan.

    `splits`: the splits a guard stands on. A guard may be what keeps a negative pool out of a split: so guards that stand
    on fewer splits are asked first, and once one is broken, those that stand on a split not yet made are left for the next
    attempt — their rows would be rows of nonsense.
    """
    faults: dict[int, Fault] = {}
    made: set[tuple[str, str]] = set()
    for nr, guard in sorted(enumerate(guards), key=lambda each: len(splits(each[1]))):
        if faults and not splits(guard) <= made:
            continue
        made |= splits(guard)
        if (fault := broken(guard)) is not None:
            faults[nr] = fault
    return [faults[nr] for nr in sorted(faults)]

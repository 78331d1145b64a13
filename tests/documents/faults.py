"""What a refusal says, short enough to be compared with what is expected."""

from collections.abc import Callable, Iterable

import pytest

from quanheng.engine.faults import Cell, Fault, InputRefused


def refused(work: Callable[[], object]) -> tuple[Fault, ...]:
    """The faults with which the work is refused."""
    with pytest.raises(InputRefused) as caught:
        work()
    return caught.value.faults


def placed(faults: Iterable[Fault]) -> list[tuple[str, str, str, int, str, str]]:
    """Code, file, sheet, row, column and content of each."""
    return [(fault.code, fault.at.file, fault.at.sheet, fault.at.row, fault.at.column, fault.at.content) for fault in faults if isinstance(fault.at, Cell)]


def spoken(faults: Iterable[Fault]) -> None:
    """Every fault says in both languages what is wrong, and what to do."""
    for fault in faults:
        assert fault.zh and fault.en and fault.zh != fault.en, fault.code
        assert bool(fault.hint_zh) == bool(fault.hint_en), fault.code

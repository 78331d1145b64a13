"""Every mistake of one rule is found where it stands, and said in the words an office understands."""

from __future__ import annotations

import pytest

from quanheng.engine.checking import check
from quanheng.engine.faults import Place, Severity
from tests.engine.bad.cases import Case, load

CASES = load("compiled")
NOISE = {"input-unused", "parameter-unused", "figure-not-in-text"}  # base.md declares more than any one rule uses


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_mistake_is_found_at_its_place(case: Case) -> None:
    faults = [fault for fault in check(case.text, "base.md").faults if fault.severity is Severity.FAULT or fault.code not in NOISE]
    if case.severity == "fault":
        faults = [fault for fault in faults if fault.severity is Severity.FAULT]
    assert faults, "nothing was found"
    found = faults[0]
    assert isinstance(found.at, Place)
    assert (found.code, f"{found.at.line}:{found.at.column}", found.zh, found.hint_zh) == (case.code, case.at, case.says, case.hint)
    assert found.at.file == "base.md"
    assert found.severity.value == case.severity
    assert found.en != found.zh
    assert "。" not in found.en
    assert {fault.code for fault in faults[1:]} <= set(case.also), "one cause, one fault"


def test_the_base_itself_is_right() -> None:
    text = load("compiled")[0].text
    base = text.replace(text.splitlines()[8], "- 不计算：底本。")
    assert not [fault for fault in check(base, "base.md").faults if fault.severity is Severity.FAULT]


def test_a_fault_never_leaves_a_plan() -> None:
    for case in CASES:
        if case.severity == "fault":
            assert check(case.text).plan is None, case.what

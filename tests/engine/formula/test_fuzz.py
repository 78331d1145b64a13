"""No text makes the parser or the checker stumble or dawdle; `python -m benchmarks.fuzz` asks the same of more texts."""

from collections.abc import Sequence

import pytest

from benchmarks.fuzz import asked, fuzz_documents, fuzz_formulas, parsed
from quanheng.engine.faults import Fault, InputRefused, Place

FORMULAS = 20_000
DOCUMENTS = 1_600
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_every_formula_text_gets_an_answer_in_good_time(part: int):
    assert list(fuzz_formulas(part, FORMULAS // PARTS, [])) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_document_gets_an_answer_in_good_time(part: int):
    assert list(fuzz_documents(part, DOCUMENTS // PARTS, [])) == []


def said(at: Place, zh: str = "不对", en: str = "wrong") -> Fault:
    return Fault("code", at, zh, en)


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (said(Place(1, 1, 1, 3)), ""),
        (said(Place(1, 3, 1, 3)), ""),  # behind the last sign
        (said(Place(1, 4, 1, 4)), "outside of the text"),
        (said(Place(3, 1, 3, 1)), "outside of the text"),
        (said(Place(0, 1, 1, 1)), "outside of the text"),
        (said(Place(1, 2, 1, 1)), "outside of the text"),
        (said(Place(1, 1, 1, 1), zh=" "), "says nothing"),
        (said(Place(1, 1, 1, 1), en=""), "says nothing"),
    ],
)
def test_the_fuzzer_sees_a_fault_that_points_nowhere_or_says_nothing(fault: Fault, wrong: str):
    def refuse(text: str) -> Sequence[Fault]:
        raise InputRefused([fault])

    assert (wrong in asked("得分", refuse, [])) and bool(wrong) == bool(asked("得分", refuse, []))


def test_the_fuzzer_sees_what_stumbles():
    def stumble(text: str) -> Sequence[Fault]:
        raise ZeroDivisionError(text)

    assert "ZeroDivisionError" in asked("1 / 0", stumble, [])
    assert asked("1 / 2", parsed, []) == ""

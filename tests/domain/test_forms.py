"""How rows of registers are filled in."""

import pytest

from quanheng.domain.bridge.forms import columns_of, completed, form_of, validated
from quanheng.domain.models import Register
from quanheng.domain.refusal import Wrong
from tests.year import firm

__all__ = ["firm"]
pytestmark = pytest.mark.django_db


def test_what_is_counted_or_scored_elsewhere_is_not_entered_and_what_is_needed_is(firm):
    register = Register.objects.get(org=firm.org, name="员工每月")
    form = form_of(register)
    row = {"员工": "E001", "月份": "2026-11", "部门": "包装车间", "计划量": "800", "完成量": "790", "合格率": "99.2%", "及时率": "98%"}
    assert "记录条数" not in validated(form, row), "counted from the records themselves"
    with pytest.raises(Wrong) as wrong:
        validated(form, row | {"完成量": "很多", "计划量": ""})
    assert set(wrong.value.by_column()) == {"完成量", "计划量"}


def test_a_row_is_completed_with_whom_and_when_it_is_about(firm):
    register = Register.objects.get(org=firm.org, name="偏差")
    columns = columns_of(register)
    assert {column.name: column.role for column in columns if column.role} == {"员工": "person", "日期": "day"}
    found = completed(columns, {"班次": "夜班", "程度": "一般"}, number="E001", unit="", day=firm.cycles[-1].since)
    assert found == {"员工": "E001", "日期": "2026-10-01", "班次": "夜班", "程度": "一般"}

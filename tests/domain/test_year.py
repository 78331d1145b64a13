"""Two months of a small firm, from the regulation to the shown result."""

import pytest

from quanheng.domain.models import Outcome
from quanheng.domain.policies.gates import visible
from tests.year import enterprise

pytestmark = pytest.mark.django_db


def test_two_months_are_computed_and_shown_to_those_they_are_about():
    year = enterprise(staff=4)
    assert [each.state for each in year.runs] == ["done", "done"]
    assert [each.state for each in year.releases] == ["standing", "standing"]
    assert {each.state for each in year.cycles} == {"released"}
    later = year.cycles[-1].until.replace(day=20)
    assert visible(year.by("王", later), Outcome).count() == 2
    assert visible(year.by("李", later), Outcome).count() == 8
    assert visible(year.by("钱", later), Outcome).count() == 16

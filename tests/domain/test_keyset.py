"""A list turned by key shows every row once, forwards and backwards."""

import pytest

from quanheng.domain.models import Outcome
from quanheng.domain.queries.keyset import turned
from tests.year import Year, firm  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("order", [[("score", True)], [("score", False)], [("unit_id", False), ("score", True)]])
def test_every_row_comes_once_and_in_order(firm: Year, order):  # noqa: F811
    found = Outcome.objects.filter(run=firm.runs[-1])
    whole = [row.pk for row in turned(found, order, 100).rows]
    assert len(whole) == 8
    pages, after = [], 0
    while True:
        page = turned(found, order, 3, after=after)
        assert page.total == 8 and page.skipped == sum(map(len, pages))
        pages.append([row.pk for row in page.rows])
        if not page.later:
            break
        after = page.later
    assert [pk for page in pages for pk in page] == whole
    back = turned(found, order, 3, before=pages[2][0])
    assert [row.pk for row in back.rows] == pages[1] and back.skipped == 3 and back.earlier and back.later
    first = turned(found, order, 3, before=pages[1][0])
    assert [row.pk for row in first.rows] == pages[0] and not first.earlier

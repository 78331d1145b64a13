"""The same people in every test, and the firm in its first month."""

import pytest

from quanheng.domain.models import Cycle
from tests.cast import cast, chen, feng, li, qian, sun, wang, wu, zhang, zhao, zheng
from tests.year import Year, begun

__all__ = ["cast", "chen", "feng", "li", "qian", "sun", "wang", "wu", "zhang", "zhao", "zheng"]


@pytest.fixture
def year(db) -> Year:
    """The firm with the sheets of its first month laid out and empty; a file whose tests need another makes it itself."""
    return begun()


@pytest.fixture
def cycle(year: Year) -> Cycle:
    """Its cycle."""
    return year.cycles[-1]

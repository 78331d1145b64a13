"""The same people in every test, and one finished firm for a whole module."""

from tests.cast import cast, chen, feng, li, qian, sun, wang, wu, zhang, zhao, zheng
from tests.year import firm

__all__ = ["cast", "chen", "feng", "firm", "li", "qian", "sun", "wang", "wu", "zhang", "zhao", "zheng"]

"""The same people in every test, one finished firm for a whole module, and a browser for those who look."""

from tests.cast import cast, chen, feng, li, qian, sun, wang, wu, zhang, zhao, zheng
from tests.web.browser import browser, site, visit
from tests.year import firm, november

__all__ = ["browser", "cast", "chen", "feng", "firm", "li", "november", "qian", "site", "sun", "visit", "wang", "wu", "zhang", "zhao", "zheng"]

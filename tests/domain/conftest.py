"""The same people in every test."""

from tests.cast import cast, chen, feng, li, qian, sun, wang, wu, zhang, zhao, zheng

__all__ = ["cast", "chen", "feng", "li", "qian", "sun", "wang", "wu", "zhang", "zhao", "zheng"]

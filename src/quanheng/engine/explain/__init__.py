"""One number as a tree back to the records: a second way through the plan, cell by cell, that speaks.

`explain` asks the exact reference for every value it mentions, so the number it ends with is the run's own.
"""

from quanheng.engine.explain.model import Explanation, Record
from quanheng.engine.explain.trace import explain

__all__ = ["Explanation", "Record", "explain"]

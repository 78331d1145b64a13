"""Random whole schemes: the text of a regulation as an office could have written it, and raw tables that fit it.

`random_scheme(rng)` draws the text: tables that are linked in every way the language knows, and under articles rules that
use every function with every policy. Formulas are drawn by kind and unit, so that most of them compile; what does not is
taken out again with everything that stands on it (`Draft.without`). `random_tables` then fills in the tables of any
compiled scheme: it reads links, ranges and kinds off the plan, and its values sit on the ends of ranges, on the bounds
written in the formulas, and on each other.
"""

from tests.engine.at_random.author import random_scheme
from tests.engine.at_random.draft import Block, Draft
from tests.engine.at_random.filling import random_tables
from tests.engine.at_random.used import covered

__all__ = ["Block", "Draft", "covered", "random_scheme", "random_tables"]

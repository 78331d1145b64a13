"""Random whole schemes: the text of a regulation as an office could have written it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from tests.engine.at_random.conditions import Conditions
from tests.engine.at_random.draft import Draft, Place, Said
from tests.engine.at_random.groups import Groups
from tests.engine.at_random.hand import Hand
from tests.engine.at_random.numbers import Numbers
from tests.engine.at_random.rows import Rows
from tests.engine.at_random.rules import Rules


class Author(Hand, Numbers, Rows, Conditions, Groups, Rules):
    """Draws one document."""

    def one_way(self, place: Place, unit: str, depth: int) -> Said | None:
        """A number of the unit, written in any way."""
        return self.rng.choice(WAYS)(self, place, unit, depth)

    def ways_to_ask(self, depth: int) -> tuple[Ask, ...]:
        """The conditions that fit into the depth that is left."""
        return CONDITIONS if depth > 0 else SIMPLE_CONDITIONS


Way = Callable[[Author, Place, str, int], Said | None]
Ask = Callable[[Author, Place, int], Said | None]
# Drawn evenly; what stands here several times needs it, because it does not fit everywhere.
WAYS: Final[tuple[Way, ...]] = (
    Author.sums, Author.sums, Author.negated, Author.times, Author.times, Author.quotient, Author.quotient, Author.bounded, Author.bounded, Author.bounded,
    Author.rounded, Author.rounded, Author.chosen, Author.chosen, Author.steps, Author.bands, Author.substituted, Author.tested, Author.rows, Author.rows,
    Author.dates, Author.dates, Author.dates, Author.dates,
    Author.looked_up, Author.looked_up, Author.called, Author.blend, Author.rows, Author.rows, Author.rows, Author.rows, Author.rows, Author.rows,
    Author.history, Author.history, Author.history, Author.rank, Author.split, Author.prizes,
)  # fmt: skip
SIMPLE_CONDITIONS: Final[tuple[Ask, ...]] = (
    Author.compared, Author.compared, Author.known_and, Author.worded, Author.marked, Author.dated_condition,
)  # fmt: skip
CONDITIONS: Final = (*SIMPLE_CONDITIONS, Author.reckoned, Author.joined, Author.joined, Author.exists, Author.exists, Author.exists)


def random_scheme(rng: Random, rules: int = 40) -> Draft:
    """A document with about as many rules. Some of them will be refused: see `Draft.without`."""
    return Author(rng, rules).write()

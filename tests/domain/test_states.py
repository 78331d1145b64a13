"""Every state of a table can be reached and named, and every deed that moves one exists."""

from quanheng.domain import models as m
from quanheng.domain.actions import cycle, history, opening, rating, record, run, scheme  # noqa: F401  their deeds register themselves
from quanheng.domain.states import MOVES, target


def test_each_move_begins_and_ends_in_a_state_of_its_table():
    for name, moves in MOVES.items():
        states = set(m.__dict__[name]._meta.get_field("state").choices and dict(m.__dict__[name]._meta.get_field("state").choices))
        assert {state for origin, _, to in moves for state in (origin, to)} <= states


def test_a_deed_moves_a_thing_only_from_where_the_table_says():
    assert target("Sheet", "submitted", "sheet.return") == "open"
    assert target("Sheet", "closed", "sheet.return") is None

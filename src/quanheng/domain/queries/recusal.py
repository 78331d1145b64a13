"""Whom somebody may not judge in a cycle: relatives by a recusal on record, and the own unit when a group scores units."""

from __future__ import annotations

from quanheng.domain.models import Cycle, Subject
from quanheng.domain.policies.recusal import Bar, bars_of
from quanheng.domain.policies.viewer import Viewer


def recused_subjects(viewer: Viewer, cycle: Cycle) -> dict[int, Bar]:
    """The subjects of a cycle that the viewer has to leave to the others, each with the reason."""
    if viewer.person is None:
        return {}
    bars = bars_of(viewer.person, viewer.today)
    found = {}
    for subject, person, unit in Subject.objects.filter(cycle=cycle).values_list("pk", "person_id", "unit_id"):
        bar = bars.people.get(person or 0) or bars.units.get(unit or 0)
        if bar is not None:
            found[subject] = bar
    return found

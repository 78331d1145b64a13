"""Whom somebody may not judge: relatives by a recusal on record, and the own unit when a review group scores units."""

from __future__ import annotations

from django.db.models import Q

from quanheng.domain.models import Cycle, Post, Recusal, Subject
from quanheng.domain.policies.viewer import Viewer, open_at


def recused_subjects(viewer: Viewer, cycle: Cycle) -> set[int]:
    """The subjects of a cycle that the viewer has to leave to the others."""
    if viewer.person is None:
        return set()
    at = open_at(viewer.today)
    recusals = Recusal.objects.filter(at, person=viewer.person)
    own = Post.objects.filter(at, person=viewer.person).values("unit_id")
    found = Subject.objects.filter(cycle=cycle).filter(
        Q(person__in=recusals.filter(other__isnull=False).values("other"))
        | Q(unit__in=recusals.filter(unit__isnull=False).values("unit"))
        | Q(person__isnull=True, unit__in=own)
    )
    return set(found.values_list("pk", flat=True))

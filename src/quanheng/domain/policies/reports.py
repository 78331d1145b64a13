"""Who writes a unit's report: its head, or whoever was given that task."""

from __future__ import annotations

from quanheng.domain.models import About, Capacity, Subject, Task, TaskKind
from quanheng.domain.policies.viewer import Viewer


def asked(by: Viewer) -> set[int]:
    """The subjects about whom somebody was given the task to report."""
    tasks = Task.objects.filter(person=by.person, kind=TaskKind.REPORT, about_kind=About.SUBJECT)
    return set(tasks.values_list("about_id", flat=True)) if by.person is not None else set()


def writes(by: Viewer, subject: Subject) -> bool:
    """Whether the report about the subject is theirs to write."""
    if by.person is None or subject.unit_id is None:
        return False
    return subject.unit_id in by.tops(Capacity.HEAD) or subject.pk in asked(by)

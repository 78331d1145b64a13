"""Who writes a unit's report: its head, or whoever was given that task."""

from __future__ import annotations

from django.db.models import QuerySet

from quanheng.domain.models import About, Capacity, Subject, Task, TaskKind
from quanheng.domain.policies.viewer import Viewer


def asked(by: Viewer) -> QuerySet[Task, int]:
    """The subjects about whom somebody was given the task to report, as a subquery."""
    tasks = Task.objects.filter(person=by.person, kind=TaskKind.REPORT, about_kind=About.SUBJECT)
    return (tasks if by.person is not None else tasks.none()).values_list("about_id", flat=True)


def writes(by: Viewer, subject: Subject) -> bool:
    """Whether the report about the subject is theirs to write."""
    if by.person is None or subject.unit_id is None:
        return False
    return subject.unit_id in by.tops(Capacity.HEAD) or asked(by).filter(about_id=subject.pk).exists()

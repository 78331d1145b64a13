"""What stands around every page: who I am, where, in which cycle, and what is new for me."""

from __future__ import annotations

from dataclasses import dataclass

from quanheng.domain.models import Capacity, Cycle, Nudge, Post, PostKind, Task
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.queries.house import names
from quanheng.domain.states import TaskState


@dataclass(frozen=True, slots=True)
class Around:
    """The frame's own data: six statements, whoever looks."""

    org: str
    unit: str
    post: str
    name: str
    waiting: int
    news: int
    cycle: str


def around(viewer: Viewer) -> Around:
    """For the shell."""
    assert viewer.person is not None
    post = Post.objects.filter(open_at(viewer.today), person=viewer.person, kind=PostKind.MAIN).first()
    unit = names([post.unit_id], viewer.today).get(post.unit_id, "") if post is not None else ""
    waiting = visible(viewer, Task).filter(person=viewer.person, state=TaskState.OPEN, opens__lte=viewer.today).count()
    news = Nudge.objects.filter(person=viewer.person, seen_at=None).count()
    cycle = visible(viewer, Cycle).filter(state__in=["running", "rated"]).order_by("-since").values_list("title", flat=True).first()
    return Around(viewer.org.name, unit if unit != viewer.org.name else "", called(viewer, post), viewer.person.name, waiting, news, cycle or "")


def called(viewer: Viewer, post: Post | None) -> str:
    """What somebody is: the post's title, else the capacity by the organisation's own name for it."""
    if post is not None and post.title:
        return post.title
    for capacity in (Capacity.LEADER, Capacity.HR, Capacity.HEAD, Capacity.OFFICER, Capacity.AUDITOR):
        if viewer.holds(capacity):
            return viewer.org.called(capacity)
    return viewer.org.called(Capacity.STAFF)

"""The person behind the login: the one chosen in this session, where the account stands for several."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from quanheng.domain.models import Login, Person
from quanheng.domain.policies.viewer import Viewer, viewer_of
from quanheng.domain.queries.access import people_of

PERSON = "person"  # names in the session
SINCE = "since"


def look(request: HttpRequest) -> Viewer | None:
    """Who is looking; made once for a request."""
    if not hasattr(request, "viewer"):
        request.viewer = _viewer(request)  # type: ignore[attr-defined]
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def people(request: HttpRequest) -> list[Person]:
    """The persons the account stands for."""
    if not hasattr(request, "people"):
        request.people = people_of(request.user) if isinstance(request.user, Login) else []  # type: ignore[attr-defined]
    return request.people  # type: ignore[attr-defined, no-any-return]


def choose(request: HttpRequest, person: Person) -> None:
    """Look as this person from now on."""
    request.session[PERSON] = person.pk


def _viewer(request: HttpRequest) -> Viewer | None:
    if not request.user.is_authenticated:
        return None
    found = people(request)
    wanted = request.session.get(PERSON)
    person = next((each for each in found if each.pk == wanted), found[0] if found else None)
    return viewer_of(person, timezone.now()) if person is not None else None

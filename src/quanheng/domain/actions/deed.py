"""The frame of a deed: one transaction, one entry, the same request twice is the same deed."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast
from uuid import uuid5

from django.db import models, transaction

from quanheng.domain import journal
from quanheng.domain.models import About, Capacity, Entry, Number, Org, Person
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import Again, Conflict, Refusal
from quanheng.domain.states import target

P = ParamSpec("P")
R = TypeVar("R")

DEEDS: Final[dict[str, Callable[..., object]]] = {}  # every deed by its name; the tests walk it

_current: ContextVar[list[str] | None] = ContextVar("deed", default=None)
_asked: ContextVar[object] = ContextVar("asked", default=None)  # what the deed that is being done was asked, where it is done once


def deed(name: str, *, once: bool = False) -> Callable[[Callable[Concatenate[Viewer, P], R]], Callable[Concatenate[Viewer, P], R]]:
    """Make a function a deed: all of it in one transaction, and no deed without its entry in the journal.

    `once`: the same form sent again raises `Again` and changes nothing; without it the deed itself looks with `already`."""

    def frame(function: Callable[Concatenate[Viewer, P], R]) -> Callable[Concatenate[Viewer, P], R]:
        assert next(iter(inspect.signature(function).parameters)) == "by", "a deed is done by somebody"

        @wraps(function)
        def done(by: Viewer, *args: P.args, **kwargs: P.kwargs) -> R:
            with transaction.atomic():
                request = [name, *map(_told, args), {key: _told(value) for key, value in kwargs.items()}] if once and by.key is not None else None
                if request is not None and already(by, request) is not None:
                    raise Again
                written: list[str] = []
                outer, asked = _current.set(written), _asked.set(request)
                try:
                    result = function(by, *args, **kwargs)
                finally:
                    _current.reset(outer)
                    _asked.reset(asked)
                assert name in written, f"{name} left no entry"
                return result

        DEEDS[name] = done
        return cast(Callable[Concatenate[Viewer, P], R], done)

    return frame


def _told(value: object) -> object:
    """What a deed was asked, as the digest of its request takes it."""
    if isinstance(value, models.Model):
        return [type(value).__name__, value.pk]
    if isinstance(value, dict):
        return {str(key): _told(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    return None if value is None else str(value)


def enter(  # noqa: PLR0913  an entry has these parts, and a call names each of them
    by: Viewer,
    name: str,
    kind: About,
    thing: models.Model,
    *,
    digest: str,
    capacities: Iterable[Capacity] = (),
    ref: str = "",
    subject: Person | None = None,
    reason: str = "",
    request: object = None,
    org: Org | None = None,
) -> Entry:
    """Write the entry; the last thing a deed does, because the head of the chain is shared by all."""
    written = _current.get()
    assert written is not None, "only a deed writes an entry"
    written.append(name)
    request = request if request is not None else _asked.get()
    return journal.append(
        org or by.org,
        journal.Deed(
            at=by.now, capacity=by.acting_as(capacities), deed=name, about_kind=kind, about_id=thing.pk, about_ref=ref or str(getattr(thing, "ref", "")),
            digest=digest, person=by.person, token=by.token, subject=subject, reason=reason, key=by.key,
            request_digest=journal.digest_of(request) if request is not None else "",
        ),
    )  # fmt: skip


def already(by: Viewer, request: object) -> Entry | None:
    """The entry that this very request wrote before, so that a second click changes nothing. Another request with the
    same key is refused."""
    if by.key is None:
        return None
    found = Entry.objects.filter(chain__org=by.org, key=by.key).first()
    if found is not None and found.request_digest != journal.digest_of(request):
        raise Refusal("这个提交编号已经用在另一次提交上。", "This key was used for another request.")
    return found


def each_of(by: Viewer, part: int) -> Viewer:
    """The viewer with a key for one of several deeds of a form: sent twice, each of them is done once."""
    return replace(by, key=uuid5(by.key, str(part))) if by.key is not None else by


def stands(name: str) -> None:
    """Say that the entry of this deed was written before, by the very same request."""
    written = _current.get()
    assert written is not None, "only inside a deed"
    written.append(name)


def move(thing: models.Model, name: str, **also: object) -> None:
    """Move the state of a row as `states.py` has it; refuse when somebody else moved it before."""
    kind, state = type(thing).__name__, str(thing.state)  # type: ignore[attr-defined]
    to = target(kind, state, name)
    label = str(thing.get_state_display())  # type: ignore[attr-defined]
    if to is None:
        raise Refusal(f"现在是“{label}”，不能这样办。", f"This cannot be done while it is “{label}”.")
    hit = type(thing)._default_manager.filter(pk=thing.pk, state=state).update(state=to, **also)
    if hit == 0:
        raise Conflict("刚刚有人改过它的状态，请刷新再看。", "Somebody has just changed its state; look again.")
    thing.state = to  # type: ignore[attr-defined]
    for field, value in also.items():
        setattr(thing, field, value)


def ref_for(org: Org, kind: str, year: int, month: int | None = None) -> str:
    """Draw the next reference, such as JL-2026-10-2231: unique in the organisation, without gaps, spoken on the phone."""
    number = block_of(org, kind, year, 1)
    return f"{kind}-{year}-{month:02d}-{number:04d}" if month else f"{kind}-{year}-{number:04d}"


def block_of(org: Org, kind: str, year: int, count: int) -> int:
    """Draw a block of running numbers; returns the first. Called right before the rows are written: the counter is shared."""
    row, _ = Number.objects.select_for_update().get_or_create(org=org, kind=kind, year=year)
    Number.objects.filter(pk=row.pk).update(next=row.next + count)
    return row.next


def salt() -> str:
    """Chance beside personal content, so that its digest in the journal tells nothing by itself."""
    return secrets.token_hex(16)

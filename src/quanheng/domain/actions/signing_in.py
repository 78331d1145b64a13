"""What happens at the door: each sign-in, each refusal and each change of a key leaves an entry in the installation's chain.

These stand outside the frame of a deed: at the door nobody has a capacity yet, and there may be no organisation at all.
An entry never holds the name that was typed: people type their password there by mistake.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from quanheng.domain import journal
from quanheng.domain.models import About, Capacity, Login, Person


@transaction.atomic
def note(event: str, login: Login | None, now: datetime.datetime, *, person: Person | None = None, reason: str = "") -> None:
    """Write down what happened with an account; without one, that somebody tried a name that does not exist."""
    journal.append(
        None,
        journal.Deed(
            at=now, capacity=Capacity.STAFF if person else Capacity.SYSTEM, deed=event, about_kind=About.LOGIN, about_id=login.pk if login else 0,
            about_ref="", digest=journal.digest_of({"login": login.pk if login else None}), person=person, reason=reason,
        ),
    )  # fmt: skip


@transaction.atomic
def password_changed(login: Login, now: datetime.datetime) -> None:
    """The password is the person's own from now on."""
    Login.objects.filter(pk=login.pk).update(must_change=False)
    login.must_change = False
    note("password.changed", login, now)


@transaction.atomic
def sessions_ended(login: Login, now: datetime.datetime, reason: str = "") -> None:
    """Whoever is signed in with this account is not any more."""
    Login.objects.filter(pk=login.pk).update(sessions_from=now)
    login.sessions_from = now
    note("sessions.ended", login, now, reason=reason)

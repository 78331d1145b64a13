"""The product serving two large score sheets on this machine, and raters who save into them over HTTP.

Prepares a data folder of its own with the enterprise scheme (ten more items for the superior to score), starts the same
server as `quanheng serve` does, and gives every rater rows of his own in one of the two sheets, so that all of them wait for
the same locks and none of them meets another's cell.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ITEMS = 10
PEOPLE = 2  # rows of every rater
CELLS = 4  # saved at once
PATIENCE_SECONDS = 90
Place = tuple[int, str]


@dataclass
class Rater:
    """One person at a browser: a session, a sheet, rows of his own, and what he knows of their cells."""

    cookie: str
    token: str
    sheet: int
    subjects: list[int]
    items: list[str]
    random: random.Random
    revisions: dict[Place, int] = field(default_factory=dict)
    acknowledged: dict[tuple[int, str, int], str] = field(default_factory=dict)  # subject, item, revision → value

    def save(self, connection: http.client.HTTPConnection) -> int:
        """Save a few cells; the status. What the server acknowledges is remembered."""
        places = self.random.sample([(subject, item) for subject in self.subjects for item in self.items], CELLS)
        cells = [
            {"subject": subject, "item": item, "rev": self.revisions.get((subject, item), 0), "value": str(self.random.randint(0, 10)), "missing": ""}
            for subject, item in places
        ]
        body = json.dumps({"key": str(uuid.uuid4()), "cells": cells})
        headers = {"Content-Type": "application/json", "Cookie": f"qh_session={self.cookie}; qh_csrf={self.token}", "X-CSRFToken": self.token}
        connection.request("POST", f"/scores/{self.sheet}/save/", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.client.OK:
            return answer.status
        saved = json.loads(content)["saved"]
        for each in saved:
            self.revisions[each["subject"], each["item"]] = each["rev"]
            self.acknowledged[each["subject"], each["item"], each["rev"]] = each["value"]
        return answer.status if len(saved) == CELLS else 0


def two_large_sheets() -> None:
    """The firm in its first month, its two heads with sheets of ten more items."""
    from tests.year import begun, with_items

    begun(70, text=with_items(ITEMS))


@contextmanager
def prepared(fill: Callable[[], object] = two_large_sheets) -> Iterator[Path]:
    """A data folder that is filled so; Django is set up on it. Everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="quanheng-sheets-"))
    os.environ.update(QUANHENG_MODE="demo", QUANHENG_DATA=str(folder), DJANGO_SETTINGS_MODULE="quanheng.settings")
    os.environ.pop("QUANHENG_DATABASE", None)
    try:
        import django
        from django.core.management import call_command
        from django.db import transaction

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            fill()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def raters(count: int, seed: int) -> list[Rater]:
    """So many raters at the two sheets, half of them at each."""
    from django.test import Client

    from quanheng.domain.models import Person, Sheet

    made = []
    for number in ("E002", "E004"):
        person = Person.objects.select_related("login").get(number=number)
        sheet = Sheet.objects.get(rater=person, part="superior")
        subjects = list(sheet.cycle.subjects.filter(duties__rater=person, duties__part="superior").order_by("pk").values_list("pk", flat=True))
        for nr in range(count // 2):
            client = Client()
            assert person.login is not None
            client.force_login(person.login, backend="allauth.account.auth_backends.AuthenticationBackend")
            own = subjects[nr * PEOPLE : (nr + 1) * PEOPLE]
            assert len(own) == PEOPLE, "more raters than rows"
            items = [f"工作表现{item:02d}" for item in range(1, ITEMS + 1)]
            chance = random.Random(f"{seed} {number} {nr}")  # noqa: S311  not for secrets: the same seed, the same cells
            made.append(Rater(client.cookies["qh_session"].value, secrets.token_hex(16), sheet.pk, own, items, chance))
    return made


@contextmanager
def served(workers: int, application: str = "") -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The server on a free port, as `quanheng serve` starts it (or with another application); killed in the end if it still runs."""
    from quanheng.cli.serving import SERVER

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    server = [application if application and each.endswith(":application") else each for each in SERVER]
    arguments = [sys.executable, *([] if application else ["-P"]), *server, "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    running = subprocess.Popen(arguments, env=os.environ, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(port, running)
        yield port, running
    finally:
        kill(running)


def kill(server: subprocess.Popen[bytes]) -> None:
    """The whole server at once, as a power cut would end it."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended by itself"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def lost(given: list[Rater]) -> list[tuple[int, str, int]]:
    """Acknowledged cells that the database does not hold with the value that was sent."""
    from quanheng.domain.models import Mark

    rows = Mark.objects.filter(sheet__in={rater.sheet for rater in given}).values_list("subject_id", "item", "rev", "value")
    held = {(subject, item, rev): value for subject, item, rev, value in rows}
    return [place for rater in given for place, value in rater.acknowledged.items() if held.get(place) != value]


def chain_is_whole() -> bool:
    """Whether the journal of the organisation says the same as its rows."""
    from quanheng.domain.journal import verify
    from quanheng.domain.models import Chain

    return all(verify(chain).found is None for chain in Chain.objects.all())


def look_again(given: list[Rater]) -> None:
    """What a rater sees after opening the sheet again: the revisions that stand now."""
    from quanheng.domain.models import Mark

    rows: Any = Mark.objects.filter(sheet__in={rater.sheet for rater in given}).order_by("rev").values_list("subject_id", "item", "rev")
    newest = {(subject, item): rev for subject, item, rev in rows}
    for rater in given:
        rater.revisions = {(subject, item): newest.get((subject, item), 0) for subject in rater.subjects for item in rater.items}

"""`quanheng manage remind`: once a day, by the timer of the machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quanheng.domain.actions.task import remind
from quanheng.domain.models import Org
from quanheng.domain.policies.viewer import system_of


class Command(BaseCommand):
    """Begin the stages of the day and give everybody the digest that is due."""

    help = "提醒：每天一次，每人每天至多一条；休息日不提醒。 Daily reminders, one digest a person at most."

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction for each organisation."""
        for org in Org.objects.order_by("pk"):
            done = remind(system_of(org, timezone.now()))
            self.stdout.write(f"{org.name}: {done.people}")

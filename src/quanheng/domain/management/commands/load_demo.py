"""`quanheng manage load_demo`: the organisations of the demo that are not there yet."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from quanheng.domain.demo import state


class Command(BaseCommand):
    """Started by `quanheng demo` beside the server."""

    help = "Load the organisations of the demo that are not there yet."

    def handle(self, *args: object, **options: object) -> None:
        """Say each by its name."""
        state.load_rest(lambda name: self.stderr.write(f"  {name}"))

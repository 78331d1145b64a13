"""Django app 1: all tables, one chain of migrations."""

from django.apps import AppConfig


class Domain(AppConfig):
    """Also installs the database triggers behind each migration: Django drops them when it rebuilds a table on SQLite."""

    name = "quanheng.domain"
    label = "domain"
    verbose_name = "权衡"

    def ready(self) -> None:
        """Hang the triggers on `post_migrate`."""
        from django.db.models.signals import post_migrate

        from quanheng.domain import triggers

        post_migrate.connect(triggers.install, sender=self)

"""Django app 2: no tables."""

from django.apps import AppConfig


class Web(AppConfig):
    """Pages."""

    name = "quanheng.web"
    label = "web"
    verbose_name = "权衡"

    def ready(self) -> None:
        """Listen to what happens at the door."""
        from importlib import import_module

        import_module("quanheng.web.signin")

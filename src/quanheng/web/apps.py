"""Django app 2: no tables."""

from django.apps import AppConfig


class Web(AppConfig):
    """Pages."""

    name = "quanheng.web"
    label = "web"
    verbose_name = "权衡"

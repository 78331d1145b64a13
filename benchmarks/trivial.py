"""The least that Django can serve, by the same server with the same middleware: one query, one small template.

`/bare/` asks nobody who he is; `/signed-in/` reads the session, the account and what it may do, as every page of the product must.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanheng.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

application = get_wsgi_application()  # sets Django up, which what follows needs

from quanheng.web.page import page  # noqa: E402

PAGE = "<!doctype html><title>Trivial</title><ul>{% for org in orgs %}<li>{{ org.name }}{% endfor %}</ul>"


def bare(request: HttpRequest) -> HttpResponse:
    """One query, whoever asks."""
    from quanheng.domain.models import Org

    return HttpResponse(engines["django"].from_string(PAGE).render({"orgs": Org.objects.all()[:10]}))


@page
def signed_in(request: HttpRequest) -> HttpResponse:
    """The same for somebody who has signed in."""
    return bare(request)


urlpatterns = [path("bare/", bare), path("signed-in/", signed_in), path("", include("quanheng.web.urls"))]
settings.ROOT_URLCONF = "benchmarks.trivial"

"""The site map, readable from top to bottom."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """Ready: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("", include("quanheng.web.pages.kit")))

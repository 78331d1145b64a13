"""What happens around every request: safe headers, and who is looking."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from quanheng.domain.models import Login
from quanheng.web.viewing import SINCE, look

Answer = Callable[[HttpRequest], HttpResponse]

# Nothing from elsewhere, no inline script, no inline style: what is typed into a record can never become either.
POLICY = "; ".join(
    [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
    ]
)  # fmt: skip


class Health:
    """`/healthz` answers 200 when the process and its database do: to a probe on this machine, whatever host it asks for."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask the database for something."""
        if request.path != "/healthz":
            return self.answer(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return HttpResponse("no database", content_type="text/plain", status=503)
        return HttpResponse("ok", content_type="text/plain")


class ContentSecurity:
    """The content security policy, and no caching of pages that hold personal data."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.answer(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """Simplified Chinese, unless the reader chose English here: what a browser was set up for says nothing about an office."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the language from our own cookie alone."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            response = self.answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


class Viewing:
    """Puts the viewer on the request: the person behind the login, and what this person may see today.

    An account whose sessions were ended is signed out here, and one that still has the password the office gave it can do
    nothing but change it.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Make the viewer once."""
        login = request.user
        if isinstance(login, Login):
            if _ended(request, login):
                logout(request)
            elif login.must_change and not request.path.startswith(OPEN_TO_ALL):
                return redirect("account_change_password")
        look(request)
        return self.answer(request)


OPEN_TO_ALL = ("/account/", "/language/", "/static/")


def _ended(request: HttpRequest, login: Login) -> bool:
    return login.sessions_from is not None and request.session.get(SINCE, "") < login.sessions_from.isoformat()

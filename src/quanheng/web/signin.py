"""The door. Accounts are made by the office, not by whoever comes along; what happens at the door is written down."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_set, user_logged_in, user_logged_out
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from quanheng.domain.actions import signing_in
from quanheng.domain.models import Login
from quanheng.domain.queries import access
from quanheng.domain.words import bi
from quanheng.web import viewing

MOST_SESSIONS: Final = 3  # a phone, an office computer and one more
QUIET: Final = 300  # seconds in which a block is written down once

MESSAGES: Final = {
    "username_password_mismatch": ("账号或密码不对。", "The account or the password is wrong."),
    "too_many_login_attempts": ("试的次数太多，请过五分钟再试。", "Too many attempts. Try again in five minutes."),
    "incorrect_code": ("验证码不对。", "The code is wrong."),
    "incorrect_password": ("密码不对。", "The password is wrong."),
    "enter_current_password": ("请输入现在的密码。", "Enter the current password."),
}


def own_words(code: str) -> ValidationError | None:
    """Our own words where we have them."""
    return ValidationError(bi(*MESSAGES[code]), code=code) if code in MESSAGES else None


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say what is wrong."""
        return own_words(code) or super().validation_error(code, *args)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up; failures and blocks leave an entry."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say what is wrong."""
        return own_words(code) or super().validation_error(code, *args)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse when there were too many attempts, and write down the block once."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            login = access.login_named(str(credentials.get("username", "")))
            if cache.add(f"blocked:{login.pk if login else self.get_client_ip(request)}", True, QUIET):
                signing_in.note("signin.blocked", login, timezone.now())
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write it down."""
        signing_in.note("signin.failed", access.login_named(str(credentials.get("username", ""))), timezone.now())


# --------------------------------------------------------------------------------------------------------------- what happened


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Login, **_: Any) -> None:
    now = timezone.now()
    request.session[viewing.SINCE] = now.isoformat()
    for forgotten in ("viewer", "people"):
        if hasattr(request, forgotten):
            delattr(request, forgotten)  # it was made for whoever stood at the door
    viewer = viewing.look(request)
    signing_in.note("signin.done", user, now, person=viewer.person if viewer else None)
    sessions = sorted(UserSession.objects.filter(user=user), key=lambda session: (session.created_at, session.pk))
    for old in sessions[:-MOST_SESSIONS]:
        old.end()


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Login, **_: Any) -> None:
    signing_in.note("signin.left", user, timezone.now())


@receiver([password_changed, password_set])
def _password_changed(request: HttpRequest, user: Login, **_: Any) -> None:
    signing_in.password_changed(user, timezone.now())


@receiver(authenticator_added)
def _added(request: HttpRequest, user: Login, **_: Any) -> None:
    signing_in.note("factor.added", user, timezone.now())


@receiver(authenticator_removed)
def _removed(request: HttpRequest, user: Login, **_: Any) -> None:
    signing_in.note("factor.removed", user, timezone.now())


@receiver(authentication_failed)
def _wrong_code(request: HttpRequest, user: Login, **_: Any) -> None:
    signing_in.note("signin.failed", user, timezone.now(), reason="code")

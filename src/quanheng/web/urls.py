"""The site map, readable from top to bottom."""

from allauth.account import views as accounts
from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from quanheng.web.pages import door

# Of what the sign-in library offers, only what an office needs: no sign-up, no mail.
account = [
    path("", door.account, name="account"),
    path("login/", door.Door.as_view(), name="account_login"),
    path("logout/", accounts.logout, name="account_logout"),
    path("inactive/", accounts.account_inactive, name="account_inactive"),
    path("again/", accounts.reauthenticate, name="account_reauthenticate"),
    path("password/", accounts.password_change, name="account_change_password"),
    path("code/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("step-in/", door.step_in, name="step_in"),
    path("switch/", door.switch, name="switch"),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account"), name="home"),
    path("account/", include(account)),
    path("language/", include("django.conf.urls.i18n")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("", include("quanheng.web.pages.kit")))

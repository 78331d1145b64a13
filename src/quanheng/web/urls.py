"""The site map, readable from top to bottom."""

from allauth.account import views as accounts
from django.conf import settings
from django.urls import include, path

from quanheng.web.api import api
from quanheng.web.pages import audit, authority, cycles, days, door, gaps, guidance, home, house, plans, records, reports, roster, sheet_file, sheets, tokens

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

scores = [
    path("", sheets.scores, name="scores"),
    path("<int:pk>/", sheets.sheet, name="sheet"),
    path("<int:pk>/save/", sheets.save, name="sheet_save"),
    path("<int:pk>/beside/", sheets.records_beside, name="sheet_beside"),
    path("<int:pk>/cell/", sheets.cell, name="sheet_cell"),
    path("<int:pk>/submit/", sheets.submit, name="sheet_submit"),
    path("<int:pk>/review/", sheets.review, name="sheet_review"),
    path("<int:pk>/sign/", sheets.sign, name="sheet_sign"),
    path("<int:pk>/export/", sheet_file.export, name="sheet_export"),
    path("<int:pk>/import/", sheet_file.bring, name="sheet_import"),
    path("<int:pk>/import/take/", sheet_file.take, name="sheet_take"),
    path("<int:pk>/average/", sheets.average, name="sheet_average"),
    path("gap/<int:subject>/", gaps.gap, name="gap"),
    path("gaps/", gaps.gaps, name="gaps"),
]

# Who belongs to the organisation, where, as what, and who may act as what.
people = [
    path("", house.units, name="house"),
    path("units/<int:pk>/", house.unit, name="unit"),
    path("people/", house.people, name="people"),
    path("people/find/", house.find, name="people_find"),
    path("people/<int:pk>/", house.person, name="person"),
    path("people/<int:pk>/password/", house.password_once, name="password_once"),
    path("grants/", authority.grants, name="grants"),
    path("grants/<int:pk>/", authority.grant, name="grant"),
    path("recusals/", authority.recusals, name="recusals"),
    path("recusals/<int:pk>/", authority.recusal, name="recusal"),
    path("groups/", authority.committees, name="committees"),
    path("groups/<int:pk>/", authority.committee, name="committee"),
    path("seats/<int:pk>/", authority.seat, name="seat"),
    path("roles/", authority.roles, name="roles"),
    path("import/", roster.start, name="roster"),
    path("import/<str:token>/<str:day>/", roster.look, name="roster_look"),
    path("export/", roster.export, name="house_export"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("scores/", include(scores)),
    path("records/", include(records)),
    path("guidance/", include(guidance)),
    path("reports/", include(reports)),
    path("cycles/", include(cycles)),
    path("plans/", include(plans)),
    path("audit/", audit.journal, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("audit/head/", audit.head, name="audit_head"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/make/", tokens.make, name="token_make"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("api/", api.urls),
    path("account/", include(account)),
    path("house/", include(people)),
    path("calendar/", days.year, name="calendar"),
    path("calendar/<int:number>/", days.year, name="calendar_year"),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("quanheng.web.pages.results")),
    path("", include("quanheng.web.pages.runs")),
    path("", include("quanheng.web.pages.schemes")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("", include("quanheng.web.pages.kit")))

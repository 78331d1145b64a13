"""One gate for each table: which rows exist for a viewer. Deny by default; there is no other way from a page to a row.

`visible(viewer, Model)` is a queryset that may be filtered further. A table without a gate cannot be asked for at all; a
test fails for one that is neither gated here nor declared to be reached through its parent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from quanheng.domain import models as m
from quanheng.domain.models import Capacity
from quanheng.domain.policies.reports import asked
from quanheng.domain.policies.viewer import OVERSEEING, Viewer, open_at
from quanheng.domain.states import ReleaseState, ReportState, SheetState, VersionState

Row = TypeVar("Row", bound=Model)
Gate = Callable[[Viewer], Q]

NOTHING: Final = Q(pk__in=[])
CURRENT: Final = (ReleaseState.LOCKED, ReleaseState.STANDING)


def visible(viewer: Viewer, model: type[Row]) -> QuerySet[Row]:
    """The rows of a table that exist for the viewer."""
    if model not in viewer.doors:  # a page asks for the same table many times, and building its conditions costs more than asking
        viewer.doors[model] = model._default_manager.filter(GATES[model](viewer)).distinct()
    return viewer.doors[model].all()


def locked(viewer: Viewer, model: type[Row]) -> QuerySet[Row]:
    """The same rows, held until the transaction ends. PostgreSQL locks rows of a table, not of a list without doubles."""
    return model._default_manager.select_for_update().filter(pk__in=visible(viewer, model).values("pk"))


# ------------------------------------------------------------------------------------------------------------------ the gates


def _member(viewer: Viewer) -> bool:
    """Belongs to the organisation as somebody with business in it; administrators keep the machine and see none."""
    return viewer.person is not None and not viewer.administers


def open_house(field: str = "org") -> Gate:
    """What every member of the organisation may see."""
    return lambda viewer: Q(**{field: viewer.org}) if _member(viewer) else NOTHING


def people(viewer: Viewer) -> Q:
    """Names and numbers of one's own organisation; administrators need them to give accounts and grants."""
    return Q(org=viewer.org) if viewer.person is not None else NOTHING


def units(viewer: Viewer) -> Q:
    """Units of one's own organisation."""
    return Q(org=viewer.org) if viewer.person is not None else NOTHING


def posts(viewer: Viewer) -> Q:
    """One's own; those in the units one oversees."""
    if not _member(viewer):
        return NOTHING
    return Q(person=viewer.person) | Q(unit_id__in=viewer.units(*OVERSEEING))


def grants(viewer: Viewer) -> Q:
    """One's own; all of the organisation for the security and audit administrators and for HR over the whole."""
    if viewer.person is None:
        return NOTHING
    if viewer.holds(Capacity.SECURITY_ADMIN, Capacity.AUDIT_ADMIN, Capacity.SYSTEM_ADMIN):
        return Q(org=viewer.org)
    return Q(person=viewer.person) | Q(unit_id__in=viewer.units(Capacity.HR, Capacity.AUDITOR))


def recusals(viewer: Viewer) -> Q:
    """One's own; those of the units HR and auditors oversee."""
    if not _member(viewer):
        return NOTHING
    return Q(org=viewer.org) & (Q(person=viewer.person) | Q(person__posts__unit_id__in=viewer.units(Capacity.HR, Capacity.AUDITOR)))


def versions(viewer: Viewer) -> Q:
    """Versions in force or past: every member. Drafts: the officer, HR, leaders and auditors."""
    if not _member(viewer):
        return NOTHING
    mine = Q(scheme__org=viewer.org)
    return mine if viewer.holds(Capacity.OFFICER, Capacity.HR, Capacity.LEADER, Capacity.AUDITOR) else mine & ~Q(state=VersionState.DRAFT)


def _judged_by_my_groups(viewer: Viewer) -> QuerySet[m.Duty]:
    """Subjects that a committee of the viewer rates."""
    return m.Duty.objects.filter(committee_id__in=viewer.committees)


def subjects(viewer: Viewer) -> Q:
    """Oneself; those led or overseen in some spell; those in the units one oversees; those one rates."""
    if not _member(viewer):
        return NOTHING
    scope = viewer.units(*OVERSEEING)
    found = (
        Q(person=viewer.person)
        | Q(spells__superior=viewer.person)
        | Q(spells__upper=viewer.person)
        | Q(spells__unit_id__in=scope)
        | Q(unit_id__in=scope)
        | Q(duties__rater=viewer.person)
        | Q(duties__committee_id__in=viewer.committees)
    )
    return Q(cycle__org=viewer.org) & found


def _of_subject(field: str) -> Callable[[Viewer], Q]:
    """What hangs on a subject: the subject's gate."""

    def gate(viewer: Viewer) -> Q:
        return Q(**{f"{field}__in": visible(viewer, m.Subject).values("pk")}) if _member(viewer) else NOTHING

    return gate


def _about_person(viewer: Viewer, person: str = "person", unit: str = "unit") -> Q:
    """Facts about somebody: oneself, those one leads now or oversees, those one has to rate, the own unit's for its head."""
    scope = viewer.units(*OVERSEEING)
    at = open_at(viewer.today)
    now_there = m.Post.objects.filter(at, person=OuterRef(person), unit_id__in=scope)
    led = m.Spell.objects.filter(Q(superior=viewer.person) | Q(upper=viewer.person), subject__person=OuterRef(person))
    rated = m.Duty.objects.filter(Q(rater=viewer.person) | Q(committee_id__in=viewer.committees), subject__person=OuterRef(person))
    units_rated = m.Duty.objects.filter(committee_id__in=viewer.committees, subject__unit__isnull=False).values("subject__unit")
    return (
        Q(**{person: viewer.person})
        | Q(Exists(now_there))
        | Q(Exists(led))
        | Q(Exists(rated))
        | Q(**{f"{person}__isnull": True, f"{unit}_id__in": scope})
        | Q(**{f"{person}__isnull": True, f"{unit}_id__in": units_rated})
    )


def records(viewer: Viewer) -> Q:
    """Facts about oneself or those one answers for; of a register one keeps; that one entered."""
    if not _member(viewer):
        return NOTHING
    kept = [grant.register_id for grant in viewer.grants if grant.capacity == Capacity.KEEPER and grant.register_id is not None]
    keepers = Q(register_id__in=kept) | Q(register__keeper_id__in=viewer.units(Capacity.KEEPER))
    nobody = Q(person__isnull=True, unit__isnull=True) & Q(register__org=viewer.org) if viewer.holds(*OVERSEEING) else NOTHING
    return Q(org=viewer.org) & (_about_person(viewer) | keepers | nobody | Q(entered_by=viewer.person))


def guidance(viewer: Viewer) -> Q:
    """Given to oneself, given by oneself, or to those in the units one oversees."""
    if not _member(viewer):
        return NOTHING
    led = m.Spell.objects.filter(Q(superior=viewer.person) | Q(upper=viewer.person), subject__person=OuterRef("person"))
    there = m.Post.objects.filter(open_at(viewer.today), person=OuterRef("person"), unit_id__in=viewer.units(*OVERSEEING))
    return Q(org=viewer.org) & (Q(person=viewer.person) | Q(by=viewer.person) | Q(Exists(led)) | Q(Exists(there)))


def batches(viewer: Viewer) -> Q:
    """Bulk detail: keepers of the register, HR, leaders, auditors."""
    if not _member(viewer):
        return NOTHING
    kept = [grant.register_id for grant in viewer.grants if grant.capacity == Capacity.KEEPER and grant.register_id is not None]
    whole = Q(org=viewer.org) if viewer.holds(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR) else NOTHING
    return whole | Q(org=viewer.org, register_id__in=kept) | Q(org=viewer.org, register__keeper_id__in=viewer.units(Capacity.KEEPER))


def goals(viewer: Viewer) -> Q:
    """Goals of the organisation and its units: every member. Goals of a person: as facts about them."""
    if not _member(viewer):
        return NOTHING
    return Q(org=viewer.org) & (Q(person__isnull=True) | _about_person(viewer))


def reports(viewer: Viewer) -> Q:
    """A unit's report: who writes it. Once it is handed in also who oversees the unit, and the groups that rate it."""
    if not _member(viewer):
        return NOTHING
    writing = Q(subject__unit_id__in=viewer.tops(Capacity.HEAD)) | Q(subject_id__in=asked(viewer))
    rating = Q(subject__duties__committee_id__in=viewer.committees)
    seeing = rating | Q(subject__unit_id__in=viewer.units(*OVERSEEING))
    return Q(subject__cycle__org=viewer.org) & (writing | (Q(state=ReportState.HANDED_IN) & seeing))


def sheets(viewer: Viewer) -> Q:
    """The rater's or group's own; the upper's once submitted; HR, leaders and auditors of the scope once closed; what was
    said about oneself after closing, where the cycle shows it."""
    if not _member(viewer):
        return NOTHING
    own = Q(rater=viewer.person) | Q(committee_id__in=viewer.committees)
    submitted = ~Q(state=SheetState.OPEN)
    mine = m.Duty.objects.filter(subject__cycle=OuterRef("cycle"), part=OuterRef("part"))
    same = Q(rater=OuterRef("rater"), rater__isnull=False) | Q(committee=OuterRef("committee"), committee__isnull=False)
    overseen = mine.filter(same, subject__spells__upper=viewer.person)
    scoped = mine.filter(same).filter(
        Q(subject__spells__unit_id__in=viewer.units(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR))
        | Q(subject__unit_id__in=viewer.units(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR))
    )
    about_me = mine.filter(same, subject__person=viewer.person)
    closed = Q(state=SheetState.CLOSED)
    return Q(cycle__org=viewer.org) & (
        own
        | (submitted & Q(Exists(overseen)))
        | (closed & Q(Exists(scoped)))
        | (closed & Q(cycle__show_superior=True) & Q(Exists(about_me)))
    )


def runs(viewer: Viewer) -> Q:
    """Computations: HR, leaders, auditors, and the secretaries and leaders of the groups that score."""
    if not _member(viewer):
        return NOTHING
    seen = viewer.holds(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR, Capacity.SECRETARY, Capacity.GROUP_LEADER)
    return Q(cycle__org=viewer.org) if seen else NOTHING


def releases(viewer: Viewer) -> Q:
    """That a release stands: every member. Drafts: who sees runs."""
    if not _member(viewer):
        return NOTHING
    mine = Q(cycle__org=viewer.org)
    return mine if viewer.holds(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR) else mine & ~Q(state=ReleaseState.DRAFT)


def outcomes(viewer: Viewer) -> Q:
    """Of oneself from the release on; of those one leads or oversees; in one's scope. Runs without a release: who sees runs.
    A machine: what is released below its unit, when its token reaches results."""
    if viewer.token is not None and m.TokenScope.RESULTS in viewer.token.scopes:
        return Q(run__cycle__org=viewer.org, run__release__state__in=CURRENT, unit_id__in=viewer.below([viewer.token.unit_id]))
    if not _member(viewer):
        return NOTHING
    scope = viewer.units(*OVERSEEING)
    released = Q(run__release__state__in=[*CURRENT, ReleaseState.REPLACED])
    mine = Q(subject__person=viewer.person) | Q(subject__spells__superior=viewer.person) | Q(subject__spells__upper=viewer.person)
    inside = Q(unit_id__in=scope)
    working = Q(unit_id__in=viewer.units(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR))
    groups = Q(subject__duties__committee_id__in=viewer.committees)
    return Q(run__cycle__org=viewer.org) & ((released & (mine | inside | groups)) | working)


def tasks(viewer: Viewer) -> Q:
    """One's own; those of the people in the units HR and heads answer for, for the board."""
    if not _member(viewer):
        return NOTHING
    there = m.Post.objects.filter(open_at(viewer.today), person=OuterRef("person"), unit_id__in=viewer.units(*OVERSEEING))
    return Q(org=viewer.org) & (Q(person=viewer.person) | Q(Exists(there)))


def own(field: str = "person") -> Gate:
    """Only one's own."""
    return lambda viewer: Q(**{field: viewer.person}) if viewer.person is not None else NOTHING


def machine(*capacities: Capacity, field: str = "org") -> Gate:
    """For administrators of the machine."""
    return lambda viewer: Q(**{field: viewer.org}) if viewer.person is not None and viewer.holds(*capacities) else NOTHING


def entries(viewer: Viewer) -> Q:
    """The journal: auditors and the audit administrator."""
    return Q(chain__org=viewer.org) if viewer.holds(Capacity.AUDITOR, Capacity.AUDIT_ADMIN) else NOTHING


def org(viewer: Viewer) -> Q:
    """The own organisation."""
    return Q(pk=viewer.org.pk)


def logins(viewer: Viewer) -> Q:
    """Accounts of the organisation's persons: the system administrator makes them; one's own."""
    if viewer.person is None:
        return NOTHING
    if viewer.holds(Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN):
        return Q(people__org=viewer.org)
    return Q(people=viewer.person)


GATES: Final[dict[type[Any], Gate]] = {
    m.Org: org,
    m.Unit: units,
    m.Person: people,
    m.Post: posts,
    m.Committee: open_house(),
    m.WorkDay: open_house(),
    m.Login: logins,
    m.Grant: grants,
    m.Recusal: recusals,
    m.Token: machine(Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN),
    m.Scheme: open_house(),
    m.SchemeVersion: versions,
    m.Register: open_house(),
    m.Record: records,
    m.Batch: batches,
    m.Cycle: open_house(),
    m.Stage: open_house("cycle__org"),
    m.Subject: subjects,
    m.Goal: goals,
    m.Plan: _of_subject("subject"),
    m.Guidance: guidance,
    m.Report: reports,
    m.Sheet: sheets,
    m.Run: runs,
    m.Release: releases,
    m.Outcome: outcomes,
    m.Task: tasks,
    m.Nudge: own(),
    m.Entry: entries,
    m.Chain: machine(Capacity.AUDITOR, Capacity.AUDIT_ADMIN),
}

# Reached only through the row they belong to, whose gate holds for them.
THROUGH_PARENT: Final = (
    m.UnitPlace, m.UnitSpan, m.Seat, m.Number, m.Article, m.RegisterVersion, m.Check, m.Blob, m.Attachment, m.CycleSource, m.StageMove,
    m.Spell, m.Duty, m.PlanLine, m.Mark, m.Cite, m.Statement, m.Proof, m.RunInput, m.Signature, m.Anchor,
)  # fmt: skip

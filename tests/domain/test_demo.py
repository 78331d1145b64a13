"""The demo: an organisation founded by deeds, with a finished past and a cycle that is running today."""

import datetime
from pathlib import Path

import pytest
from django.db.models import Q
from django.utils import timezone

from quanheng.domain import journal
from quanheng.domain.demo.load import load_system
from quanheng.domain.demo.shifting import months_on, moved
from quanheng.domain.demo.systems import SYSTEMS, period_of, running_since
from quanheng.domain.models import Chain, Cycle, Org, Outcome, Person, Plan, PlanLine, Release, Report, Sheet
from quanheng.domain.policies.viewer import viewer_of
from quanheng.domain.queries.cycles import week
from quanheng.domain.queries.marks import open_cells

SCHEMES = Path(__file__).parents[2] / "schemes"


@pytest.mark.django_db
def test_the_college_has_a_released_year_and_groups_at_work_in_this_one():
    system = next(each for each in SYSTEMS if each.key == "college")
    load_system(SCHEMES, system, timezone.now())
    org = Org.objects.get(key="college")
    past, running = Cycle.objects.filter(org=org).order_by("since")
    release = Release.objects.get(cycle=past)
    assert (past.state, release.state, running.state) == ("released", "standing", "running")
    assert Outcome.objects.filter(run=release.run).count() == 24 and Outcome.objects.filter(run=release.run, grade="优秀").exists()
    sheets = Sheet.objects.filter(cycle=running).select_related("committee", "cycle__version")
    assert {sheet.state for sheet in sheets} == {"open", "closed"} and sum(len(open_cells(sheet)) for sheet in sheets) == 6
    reports = Report.objects.filter(subject__cycle=running)
    agreed_with_goals(past)
    assert reports.count() == running.subjects.count() and {report.state for report in reports} == {"handed_in"}
    assert journal.verify(Chain.objects.get(org=org)).found is None


@pytest.mark.django_db
@pytest.mark.parametrize("key", [system.key for system in SYSTEMS if system.key != "college"])
def test_every_other_system_has_a_past_with_results_and_a_running_cycle(key: str):
    load_system(SCHEMES, next(each for each in SYSTEMS if each.key == key), timezone.now())
    org = Org.objects.get(key=key)
    assert Outcome.objects.filter(run__release__state="standing", run__release__cycle__org=org).exists()
    assert Cycle.objects.filter(org=org).latest("since").state in {"prepared", "running", "rated"}
    assert journal.verify(Chain.objects.get(org=org)).found is None
    if key == "enterprise":
        agreed_with_goals(Cycle.objects.filter(org=org, state="released").latest("since"))
    if key == "consulting":
        guided_in_part(Cycle.objects.get(org=org, state="running"))


def agreed_with_goals(past: Cycle) -> None:
    """Plans of a finished cycle: agreed by both sides, their lines under goals that are over."""
    plans = Plan.objects.filter(subject__cycle=past)
    assert plans.count() > 3 and {plan.state for plan in plans} == {"agreed"}
    assert not PlanLine.objects.filter(Q(goal__isnull=True) | Q(goal__state="open"), plan__in=plans).exists()
    assert not PlanLine.objects.filter(plan__in=plans, kind="indicator", target="").exists()


def guided_in_part(cycle: Cycle) -> None:
    """The stage of guidance runs, some were guided in it, and the week says who was not and which raters were silent."""
    assert cycle.stages.get(kind="guidance").state == "open"
    assert {task.state for task in cycle.tasks.filter(kind="guide")} == {"open", "done"}
    found = week(viewer_of(Person.objects.get(org=cycle.org, login__username="consulting-hr"), timezone.now()), cycle)
    assert 0 < len(found.without_guidance) < found.people and 0 < found.raters


def test_every_running_cycle_covers_a_day_that_is_not_far_from_today():
    for today in (datetime.date(2026, 11, 25), datetime.date(2027, 1, 2), datetime.date(2027, 8, 31)):
        for system in SYSTEMS:
            since = running_since(system, today)
            assert since <= today and months_on(since, system.months) > today - datetime.timedelta(days=93)
            assert period_of(system, since)


def test_days_and_months_move_and_other_figures_stay():
    text = "2026-12-31 完成 1000-2000 件，〔2026〕12号，月份 2026-02，2015-09-01 起 12600元"
    assert moved(text, -12) == "2025-12-31 完成 1000-2000 件，〔2026〕12号，月份 2025-02，2014-09-01 起 12600元"

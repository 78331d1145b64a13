"""The interface for other systems: people, records and ratings in; results and explanations out.

One key for each system (`Authorization: Bearer qh_…`), with a scope and a unit. `Idempotency-Key: <UUID>`: the same request
sent again changes nothing. What is wrong comes back as problem JSON, in both languages.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field

from quanheng import __version__
from quanheng.domain.actions.history import import_marks
from quanheng.domain.actions.intake import Incoming, take_people
from quanheng.domain.actions.record import Fact, import_records
from quanheng.domain.models import RecordSource, TokenScope
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries import machine
from quanheng.domain.queries.explain import Figure, Place, explanation
from quanheng.domain.refusal import Again, NotYours, Refusal

MOST_ROWS = 20_000  # in one request


class Problem(Exception):
    """What went wrong, as the caller gets it."""

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.status, self.zh, self.en = status, zh, en


def problem(status: int, zh: str, en: str, **more: object) -> HttpResponse:
    """RFC 9457, with the text in both languages."""
    content = {"type": "about:blank", "status": status, "title": en, "zh": zh, "en": en, **more}
    return JsonResponse(content, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


class Bearer(HttpBearer):
    """The key of a system, and what it must reach."""

    def __init__(self, scope: TokenScope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        """The viewer that the key stands for."""
        viewer = machine.machine(token, timezone.now(), _key(request))
        if viewer is not None and self.scope is not None:
            assert viewer.token is not None
            if self.scope not in viewer.token.scopes:
                raise Problem(403, f"凭证不能用于“{self.scope.label}”。", f"The token does not reach “{self.scope.value}”.")
        return viewer


def _key(request: HttpRequest) -> UUID | None:
    given = request.headers.get("Idempotency-Key", "")
    try:
        return UUID(given) if given else None
    except ValueError as wrong:
        raise Problem(400, "Idempotency-Key 要写一个 UUID。", "Idempotency-Key must be a UUID.") from wrong


api = NinjaAPI(title="权衡 Quanheng", version=__version__, urls_namespace="api", docs_url=None, auth=Bearer())


def _answers(kind: type[Exception], told: Callable[[Any], HttpResponse]) -> None:
    api.add_exception_handler(kind, lambda _request, wrong: told(wrong))


_answers(Problem, lambda wrong: problem(wrong.status, wrong.zh, wrong.en))
_answers(AuthenticationError, lambda _: problem(401, "没有凭证，或者凭证已失效。", "No token, or one that no longer holds."))
_answers(Refusal, lambda refusal: problem(409, refusal.zh, refusal.en, article=refusal.article))
_answers(NotYours, lambda _: problem(404, "没有这个，或者不在凭证的范围里。", "There is no such thing in the scope of the token."))
_answers(ObjectDoesNotExist, lambda _: problem(404, "没有这个，或者不在凭证的范围里。", "There is no such thing in the scope of the token."))
_answers(ValidationError, lambda wrong: problem(422, "请求的格式不对。", "The request does not have the right form.", errors=wrong.errors))


class Strict(Schema):
    """Nothing that is not known is taken, and nothing is converted in silence."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Done(Schema):
    """What was taken; `again`: this very request had been carried out before, and nothing was done now."""

    rows: int = 0
    again: bool = False
    new: int = 0
    renamed: int = 0
    placed: int = 0


# ------------------------------------------------------------------------------------------------------------------------ who


class Self(Schema):
    """The system as it is known here."""

    name: str
    organisation: str
    unit: str
    scopes: list[str]
    until: datetime.date


@api.get("/me", response=Self, summary="凭证是谁的、能做什么 · Whose token it is")
def me(request: HttpRequest) -> dict[str, object]:
    """What the token may reach."""
    viewer = _viewer(request)
    token = viewer.token
    assert token is not None
    return {"name": token.name, "organisation": viewer.org.name, "unit": token.unit.code, "scopes": token.scopes, "until": token.until}


# ------------------------------------------------------------------------------------------------------------------------- in


class PersonIn(Strict):
    """Somebody with the main post that holds from a day on."""

    number: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=60)
    unit: str = Field(min_length=1, max_length=40, description="机构代码")
    since: datetime.date
    title: str = Field("", max_length=60)
    post_class: str = Field("", max_length=40)


class PeopleIn(Strict):
    """All or nothing."""

    people: list[PersonIn] = Field(min_length=1, max_length=MOST_ROWS)


@api.post("/people", response=Done, auth=Bearer(TokenScope.PEOPLE), summary="人员 · People")
def people(request: HttpRequest, given: PeopleIn) -> dict[str, object]:
    """New persons, changed names and posts; what is already so stays."""
    rows = [Incoming(**row.model_dump()) for row in given.people]
    try:
        new, renamed, placed = take_people(_viewer(request), rows)
    except Again:
        return {"again": True, "rows": len(rows)}
    return {"rows": len(rows), "new": new, "renamed": renamed, "placed": placed}


class RegisterOut(Schema):
    """A register."""

    name: str
    about: str


@api.get("/registers", response=list[RegisterOut], auth=Bearer(TokenScope.RECORDS), summary="台账 · Registers")
def registers(request: HttpRequest) -> list[Any]:
    """The registers that take records."""
    return machine.registers(_viewer(request))


class RecordIn(Strict):
    """One fact. Values are exact texts under the declared names: "12.50", never a number that a program rounded."""

    day: datetime.date
    values: dict[str, str]
    person: str = Field("", description="工号")
    unit: str = Field("", description="机构代码")
    note: str = Field("", max_length=2000)


class RecordsIn(Strict):
    """All or nothing; where they come from stands in the journal."""

    register_name: str = Field(alias="register")
    origin: str = Field(min_length=1, max_length=200)
    records: list[RecordIn] = Field(min_length=1, max_length=MOST_ROWS)
    model_config: ClassVar = ConfigDict(extra="forbid", populate_by_name=True)


@api.post("/records", response=Done, auth=Bearer(TokenScope.RECORDS), summary="记录 · Records")
def records(request: HttpRequest, given: RecordsIn) -> dict[str, object]:
    """Facts for a register, as from a system."""
    viewer = _viewer(request)
    register = machine.register(viewer, given.register_name)
    persons = machine.people_below(viewer, [row.person for row in given.records if row.person])
    units = machine.units_below(viewer, [row.unit for row in given.records if row.unit])
    facts = [
        Fact(register.pk, row.day, row.values, persons.get(row.person), units.get(row.unit), row.note, RecordSource.SYSTEM) for row in given.records
    ]
    try:
        return {"rows": import_records(viewer, register.pk, facts, source=RecordSource.SYSTEM, origin=given.origin)}
    except Again:
        return {"again": True, "rows": len(facts)}


class RatingsIn(Strict):
    """Marks by the key of the row and the name of the item; 未评, 不适用 and 0 are three different things."""

    cycle: str = Field(description="周期编号，ZQ-2026-0001")
    origin: str = Field(min_length=1, max_length=200)
    marks: dict[str, dict[str, str]] = Field(min_length=1)


@api.post("/ratings", response=Done, auth=Bearer(TokenScope.RATINGS), summary="评分 · Ratings")
def ratings(request: HttpRequest, given: RatingsIn) -> dict[str, object]:
    """Marks that were given in another system, into the sheets that are open."""
    viewer = _viewer(request)
    cycle = machine.cycle(viewer, given.cycle)
    try:
        return {"rows": import_marks(viewer, cycle.pk, given.marks, origin=given.origin)}
    except Again:
        return {"again": True, "rows": sum(map(len, given.marks.values()))}


# ------------------------------------------------------------------------------------------------------------------------ out


class ResultOut(Schema):
    """One subject. Figures are exact texts."""

    row: str
    person: str | None
    unit: str
    score: str | None
    grade: str
    rank: int | None
    fen: int | None
    missing: str
    release: str


@api.get("/results/{cycle}", response=list[ResultOut], auth=Bearer(TokenScope.RESULTS), summary="结果 · Results")
def results(request: HttpRequest, cycle: str, after: int = 0, limit: int = 1000) -> list[dict[str, object]]:
    """What is released, a page at a time."""
    found = machine.released(_viewer(request), cycle)[max(after, 0) : max(after, 0) + min(max(limit, 1), 5000)]
    return [
        {
            "row": each.subject.row_key, "person": each.subject.person.number if each.subject.person else None, "unit": each.unit.code,
            "score": _exact(each.score, each.score_digits), "grade": each.grade, "rank": each.rank, "fen": each.fen, "missing": each.missing,
            "release": each.run.release.ref,
        }
        for each in found
    ]  # fmt: skip


class FigureOut(Schema):
    """One figure and what it stands on."""

    name: str
    value: str
    sentence: str
    formula: str
    article: str
    parts: list[FigureOut]


@api.get("/results/{cycle}/explanation", response=FigureOut, auth=Bearer(TokenScope.RESULTS), summary="一个数的来历 · Explanation")
def explained(request: HttpRequest, cycle: str, row: str, column: str, language: str = "zh") -> dict[str, object]:
    """How one figure of a released result came about, down to the data."""
    viewer = _viewer(request)
    outcome = machine.released(viewer, cycle).filter(subject__row_key=row).first()
    if outcome is None:
        raise NotYours
    place = Place(machine.subject_table(outcome), row, column)
    return _figure(explanation(viewer, outcome.run.ref, place, language="en" if language == "en" else "zh").figure)


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name, "value": figure.value, "sentence": figure.sentence, "formula": figure.formula, "article": figure.article,
        "parts": [_figure(part) for part in figure.parts],
    }  # fmt: skip


def _exact(scaled: int | None, digits: int) -> str | None:
    if scaled is None:
        return None
    sign, text = ("-" if scaled < 0 else ""), f"{abs(scaled):0{digits + 1}d}"
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def _viewer(request: HttpRequest) -> Viewer:
    viewer = request.auth  # type: ignore[attr-defined]
    assert isinstance(viewer, Viewer)
    return viewer

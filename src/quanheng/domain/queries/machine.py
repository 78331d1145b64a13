"""What another system may look up: whose key it is, who and what is below its unit, and the results that are released."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from quanheng.domain.bridge.frozen import opened
from quanheng.domain.models import Capacity, Cycle, Outcome, Person, Post, Register, Token, TokenScope, Unit
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.refusal import NotYours, Refusal


def keeps_tokens(viewer: Viewer) -> bool:
    """Whether the viewer sees the keys of the organisation at all."""
    return viewer.holds(Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN)


def scopes() -> list[tuple[str, str]]:
    """What a key may reach, to choose from."""
    return [(scope.value, str(scope.label)) for scope in TokenScope]


def tokens(viewer: Viewer) -> list[Token]:
    """The keys of the organisation, for its administrators."""
    return list(visible(viewer, Token).select_related("made_by", "unit").order_by("-pk"))


def machine(secret: str, now: datetime.datetime, key: UUID | None) -> Viewer | None:
    """The system that shows this key, while it holds."""
    parts = secret.split("_")
    if len(parts) < 3 or parts[0] != "qh":
        return None
    token = Token.objects.select_related("org", "unit").filter(prefix=parts[1]).first()
    if token is None or not constant_time_compare(token.secret_hash, hashlib.sha256(secret.encode("utf-8")).hexdigest()):
        return None
    viewer = Viewer(token.org, None, now, token=token, key=key)
    return viewer if token.revoked_at is None and viewer.today < token.until else None


def registers(viewer: Viewer) -> list[Register]:
    """The registers that take records."""
    return list(Register.objects.filter(org=viewer.org, closed=False).order_by("name"))


def register(viewer: Viewer, name: str) -> Register:
    """One of them."""
    return Register.objects.get(org=viewer.org, name=name, closed=False)


def people_below(viewer: Viewer, numbers: Iterable[str]) -> dict[str, int]:
    """Number → person, of those with a post below the token's unit today; anybody else is refused by name."""
    assert viewer.token is not None
    wanted = set(numbers)
    here = Post.objects.filter(open_at(viewer.today), unit_id__in=viewer.below([viewer.token.unit_id]))
    found = dict(Person.objects.filter(org=viewer.org, number__in=wanted, pk__in=here.values("person_id")).values_list("number", "pk"))
    _all(wanted, found, "工号", "person")
    return found


def units_below(viewer: Viewer, codes: Iterable[str]) -> dict[str, int]:
    """Code → unit, of those below the token's unit."""
    assert viewer.token is not None
    wanted = set(codes)
    found = dict(Unit.objects.filter(org=viewer.org, code__in=wanted, pk__in=viewer.below([viewer.token.unit_id])).values_list("code", "pk"))
    _all(wanted, found, "机构", "unit")
    return found


def _all(wanted: set[str], found: dict[str, int], zh: str, en: str) -> None:
    absent = sorted(wanted - found.keys())
    if absent:
        names = "、".join(absent[:10])
        raise Refusal(f"凭证的范围里没有{zh}：{names}。", f"No such {en} in the scope of the token: {', '.join(absent[:10])}.")


def cycle(viewer: Viewer, ref: str) -> Cycle:
    """A cycle by its number."""
    return Cycle.objects.get(org=viewer.org, ref=ref)


def released(viewer: Viewer, ref: str) -> QuerySet[Outcome]:
    """The results that count now."""
    found = visible(viewer, Outcome).filter(run__cycle__ref=ref).select_related("run__release", "subject__person", "subject__unit", "unit")
    if not Cycle.objects.filter(org=viewer.org, ref=ref).exists():
        raise NotYours
    return found.order_by("pk")


def subject_table(outcome: Outcome) -> str:
    """The table of the scheme in which the subjects stand."""
    return opened(outcome.run).plan.subject

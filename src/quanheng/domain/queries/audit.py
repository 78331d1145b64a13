"""The journal as the auditor reads it: newest first, by deed, person or thing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from quanheng.domain import journal
from quanheng.domain.models import About, Anchor, Chain, Entry
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.keyset import Turned, turned
from quanheng.domain.queries.told import told
from quanheng.domain.refusal import NotYours

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty: everything."""

    deed: str = ""
    person: str = ""
    thing: str = ""


def chain(viewer: Viewer) -> Chain:
    """The chain of the own organisation, for those who may read it."""
    found = visible(viewer, Chain).select_related("org").first()
    if found is None:
        raise NotYours
    return found


def entries(viewer: Viewer, wanted: Wanted, *, after: int = 0, before: int = 0) -> Turned[Entry]:
    """One page of it."""
    chain(viewer)
    found = visible(viewer, Entry).select_related("person", "subject", "token")
    if wanted.deed:
        found = found.filter(deed=wanted.deed)
    if wanted.person:
        who = wanted.person.strip()
        found = found.filter(Q(person__name=who) | Q(person__number=who) | Q(subject__name=who) | Q(subject__number=who))
    if wanted.thing:
        found = found.filter(about_ref=wanted.thing.strip())
    return turned(found, [("seq", True)], PAGE, after=after, before=before)


def deeds(viewer: Viewer) -> list[tuple[str, str]]:
    """The deeds that were done here with their words, to choose from."""
    return [(deed, told(deed)) for deed in sorted(visible(viewer, Entry).values_list("deed", flat=True).distinct())]


def what(entry: Entry) -> str:
    """What was done, in words."""
    return told(entry.deed)


def kind(entry: Entry) -> str:
    """What an entry is about, in words."""
    return str(About(entry.about_kind).label)


def verdict(viewer: Viewer) -> journal.Verdict:
    """Walk the whole chain of the own organisation."""
    return journal.verify(chain(viewer))


def anchors(viewer: Viewer) -> list[Anchor]:
    """Heads that left the house."""
    return list(Anchor.objects.filter(chain=chain(viewer)).select_related("by").order_by("-pk")[:20])

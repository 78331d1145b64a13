"""The journal: every deed leaves one entry, bound by SHA-256 to the entry before it, in the same transaction.

An entry holds no personal values. `digest` stands for the content after the deed; where content is personal it is salted
(the salt lies beside the content), so that erasing a value leaves the chain whole. The head of a chain may be printed and
kept outside; with it, even a cut tail is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection

from quanheng.domain.models import Anchor, Chain, Entry, Org, canonical

if TYPE_CHECKING:
    from quanheng.domain.models import Person, Token

FORMAT: Final = 1  # of the canonical array below; written into it
GENESIS: Final = "0" * 64


def digest_of(content: object, salt: str = "") -> str:
    """SHA-256 of the canonical JSON of the content; dates and numbers must come as text."""
    return hashlib.sha256((salt + canonical(content)).encode("utf-8")).hexdigest()


def chain_of(org: Org | None) -> Chain:
    """The chain of an organisation, or of the installation; locked, because an entry is about to be appended."""
    locked = Chain.objects.select_for_update() if connection.features.has_select_for_update else Chain.objects.all()
    found = locked.filter(org=org).first()
    return found or Chain.objects.create(org=org, seq=0, hash=GENESIS)


@dataclass(frozen=True, slots=True)
class Deed:
    """What an entry says, before it has its place in the chain."""

    at: datetime
    capacity: str
    deed: str
    about_kind: str
    about_id: int
    about_ref: str
    digest: str
    person: Person | None = None
    token: Token | None = None
    subject: Person | None = None
    reason: str = ""
    key: UUID | None = None
    request_digest: str = ""


def append(org: Org | None, deed: Deed) -> Entry:
    """Bind the entry to the head and move the head. To be called last in a transaction: the head is shared by all."""
    chain = chain_of(org)
    entry = Entry(
        chain=chain, seq=chain.seq + 1, at=deed.at, person=deed.person, token=deed.token, capacity=deed.capacity, deed=deed.deed,
        about_kind=deed.about_kind, about_id=deed.about_id, about_ref=deed.about_ref, subject=deed.subject, reason=deed.reason[:200],
        digest=deed.digest, key=deed.key, request_digest=deed.request_digest,
    )  # fmt: skip
    entry.hash = hash_of(chain.hash or GENESIS, entry)
    entry.save(force_insert=True)
    moved = Chain.objects.filter(pk=chain.pk, seq=chain.seq).update(seq=entry.seq, hash=entry.hash)
    assert moved == 1, "the head was locked and yet moved"
    return entry


def hash_of(previous: str, entry: Entry) -> str:
    """SHA-256 over the hash before and the canonical array of the entry's fields."""
    fields = [
        FORMAT, entry.chain_id, entry.seq, _instant(entry.at), entry.person_id, entry.token_id, str(entry.capacity), entry.deed,
        str(entry.about_kind), entry.about_id, entry.about_ref, entry.subject_id, entry.reason, entry.digest,
        str(entry.key) if entry.key else None, entry.request_digest,
    ]  # fmt: skip
    return hashlib.sha256((previous + canonical(fields)).encode("utf-8")).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# ------------------------------------------------------------------------------------------------------------------ checking


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which a chain does not hold."""

    chain: str
    seq: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one chain found."""

    chain: str
    entries: int
    head: str
    found: Break | None


def name_of(chain: Chain) -> str:
    """The key of the organisation; `installation` for the chain above them."""
    return chain.org.key if chain.org is not None else "installation"


def verify(chain: Chain, outside: Iterable[tuple[int, str]] = ()) -> Verdict:
    """Walk the chain from its first entry. `outside`: heads (seq, hash) that were kept elsewhere."""
    kept = dict([*Anchor.objects.filter(chain=chain).values_list("seq", "hash"), *outside])
    name, previous, count = name_of(chain), GENESIS, 0
    for entry in _entries(chain):
        count += 1
        found = _break(name, count, previous, entry, kept)
        if found is not None:
            return Verdict(name, count, previous, found)
        previous = entry.hash
    return Verdict(name, count, previous, _cut(name, chain, count, previous, kept))


def lost(name: str, outside: Iterable[tuple[int, str]]) -> Verdict:
    """A chain of which only the heads kept outside are left."""
    furthest = max(seq for seq, _ in outside)
    gone = Break(name, 1, f"整本日志不见了，应当有 {furthest} 条。", f"The whole journal is gone; there should be {furthest} entries.")
    return Verdict(name, 0, GENESIS, gone)


def _entries(chain: Chain) -> Iterator[Entry]:
    return Entry.objects.filter(chain=chain).order_by("seq", "pk").iterator(chunk_size=5_000)


def _break(name: str, expected: int, previous: str, entry: Entry, kept: dict[int, str]) -> Break | None:
    if entry.seq != expected:
        return Break(name, expected, f"缺第 {expected} 条，其后是第 {entry.seq} 条。", f"Entry {expected} is missing; {entry.seq} follows.")
    if entry.hash != hash_of(previous, entry):
        return Break(name, expected, f"第 {expected} 条的内容与它的校验值不符。", f"Entry {expected} does not match its hash.")
    if entry.seq in kept and kept[entry.seq] != entry.hash:
        return Break(name, expected, f"第 {expected} 条与存在外面的校验值不符。", f"Entry {expected} differs from the head kept outside.")
    return None


def _cut(name: str, chain: Chain, count: int, last: str, kept: dict[int, str]) -> Break | None:
    furthest = max([chain.seq, *kept])
    if count < furthest:
        return Break(name, count + 1, f"日志到第 {count} 条为止，应当有 {furthest} 条。", f"The journal ends at {count}; there should be {furthest} entries.")
    if chain.seq != count or (chain.hash or GENESIS) != last:
        return Break(name, count, "链头与最后一条不符。", "The head does not match the last entry.")
    return None


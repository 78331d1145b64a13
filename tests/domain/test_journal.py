"""The journal is kept so that whoever changes it is found, as long as one head was kept outside of the house."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from quanheng.domain import journal
from quanheng.domain.actions.anchoring import anchor
from quanheng.domain.models import Chain, Entry, Org

pytestmark = pytest.mark.django_db

LENGTH = 40
TAMPERS = 1000
OTHER = {
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "capacity": "hr",
    "deed": "record.void",
    "about_kind": "plan",
    "about_id": 9_999_999,
    "about_ref": "JL-2026-01-9999",
    "reason": "后来写的理由",
    "digest": "f" * 64,
    "key": "00000000-0000-4000-8000-000000000000",
    "request_digest": "e" * 64,
    "hash": "d" * 64,
}


@pytest.fixture
def chain() -> Chain:
    """Forty deeds of an organisation, and a few of another; the database's own guards are taken away, as its owner can."""
    for key, count in (("jia", LENGTH), ("yi", 5)):
        org = Org.objects.create(key=key, name=key)
        for n in range(count):
            at = datetime(2026, 10, 1, 8, tzinfo=UTC) + timedelta(minutes=n)
            journal.append(org, journal.Deed(at, "system", "record.added", "record", n + 1, f"JL-2026-10-{n:04d}", f"{n:064x}", reason=f"第 {n} 条"))
    unguard()
    return Chain.objects.get(org__key="jia")


def unguard() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending while the table is altered
            cursor.execute('ALTER TABLE "domain_entry" DISABLE TRIGGER USER')
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'domain_entry'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


# Each returns the place at which the chain must be found broken; None where only the head kept outside can tell.


def one_value(chain: Chain, chance: random.Random) -> int | None:
    seq, field = chance.randint(1, LENGTH), chance.choice(sorted(OTHER))
    Entry.objects.filter(chain=chain, seq=seq).update(**{field: OTHER[field]})
    return seq


def one_deleted(chain: Chain, chance: random.Random) -> int | None:
    seq = chance.randint(1, LENGTH)
    raw("DELETE FROM domain_entry WHERE chain_id = %s AND seq = %s", chain.pk, seq)
    return seq


def one_deleted_and_the_rest_moved_up(chain: Chain, chance: random.Random) -> int | None:
    seq = chance.randint(1, LENGTH - 1)
    raw("DELETE FROM domain_entry WHERE chain_id = %s AND seq = %s", chain.pk, seq)
    for later in range(seq + 1, LENGTH + 1):
        raw("UPDATE domain_entry SET seq = %s WHERE chain_id = %s AND seq = %s", later - 1, chain.pk, later)
    Chain.objects.filter(pk=chain.pk).update(seq=LENGTH - 1)
    return seq


def two_swapped(chain: Chain, chance: random.Random) -> int | None:
    first, second = sorted(chance.sample(range(1, LENGTH + 1), 2))
    for before, after in ((first, 999), (second, first), (999, second)):
        raw("UPDATE domain_entry SET seq = %s WHERE chain_id = %s AND seq = %s", after, chain.pk, before)
    return first


def tail_cut(chain: Chain, chance: random.Random) -> int | None:
    left = chance.randint(0, LENGTH - 1)
    raw("DELETE FROM domain_entry WHERE chain_id = %s AND seq > %s", chain.pk, left)
    return left + 1


def tail_cut_and_head_moved_back(chain: Chain, chance: random.Random) -> int | None:
    left = chance.randint(0, LENGTH - 1)
    raw("DELETE FROM domain_entry WHERE chain_id = %s AND seq > %s", chain.pk, left)
    last = Entry.objects.filter(chain=chain, seq=left).values_list("hash", flat=True).first()
    Chain.objects.filter(pk=chain.pk).update(seq=left, hash=last or journal.GENESIS)
    return left + 1


def head_changed(chain: Chain, chance: random.Random) -> int | None:
    chance.choice([lambda: Chain.objects.filter(pk=chain.pk).update(hash="0" * 64), lambda: Chain.objects.filter(pk=chain.pk).update(seq=LENGTH + 3)])()
    return None


def one_inserted(chain: Chain, chance: random.Random) -> int | None:
    journal.append(chain.org, journal.Deed(datetime(2026, 11, 1, tzinfo=UTC), "hr", "record.void", "record", 1, "", "0" * 64))
    seq = chance.randint(1, LENGTH)
    for before, after in ((LENGTH + 1, 999), *((n, n + 1) for n in range(LENGTH, seq - 1, -1)), (999, seq)):
        raw("UPDATE domain_entry SET seq = %s WHERE chain_id = %s AND seq = %s", after, chain.pk, before)
    return seq


def one_taken_from_another_chain(chain: Chain, chance: random.Random) -> int | None:
    seq = chance.randint(1, 5)
    raw("DELETE FROM domain_entry WHERE chain_id = %s AND seq = %s", chain.pk, seq)
    raw("UPDATE domain_entry SET chain_id = %s WHERE chain_id <> %s AND seq = %s", chain.pk, chain.pk, seq)
    return seq


def rewritten_from_a_place_on(chain: Chain, chance: random.Random) -> int | None:
    """Whoever owns the database and knows the rule can make a new chain that holds in itself."""
    seq = chance.randint(1, LENGTH)
    previous = Entry.objects.get(chain=chain, seq=seq - 1).hash if seq > 1 else journal.GENESIS
    Entry.objects.filter(chain=chain, seq=seq).update(reason="换掉的理由")
    for entry in Entry.objects.filter(chain=chain, seq__gte=seq).order_by("seq"):
        previous = journal.hash_of(previous, entry)
        Entry.objects.filter(pk=entry.pk).update(hash=previous)
    Chain.objects.filter(pk=chain.pk).update(hash=previous)
    return LENGTH


def raw(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


KINDS: tuple[Callable[[Chain, random.Random], int | None], ...] = (
    one_value, one_deleted, one_deleted_and_the_rest_moved_up, two_swapped, tail_cut, tail_cut_and_head_moved_back, head_changed, one_inserted,
    one_taken_from_another_chain, rewritten_from_a_place_on,
)  # fmt: skip


def test_a_thousand_tampers_are_all_found_and_the_first_bad_entry_is_named(chain):
    kept = (chain.seq, chain.hash)
    assert journal.verify(chain, [kept]).found is None
    chance = random.Random(20261125)  # noqa: S311  repeatable
    missed = []
    for number in range(TAMPERS):
        kind = KINDS[number % len(KINDS)]
        with transaction.atomic():
            place = kind(chain, chance)
            found = journal.verify(Chain.objects.get(pk=chain.pk), [kept]).found
            transaction.set_rollback(True)
        if found is None or (place is not None and found.seq != place):
            missed.append((number, kind.__name__, place, found))
    assert missed == []
    assert journal.verify(Chain.objects.get(pk=chain.pk), [kept]).found is None


def test_every_field_of_an_entry_is_bound(chain):
    free = {"id", "chain", "seq", "person", "token", "subject"}  # keys, tried below by their numbers
    assert {field.name for field in Entry._meta.concrete_fields} - free == set(OTHER)
    entry = Entry.objects.get(chain=chain, seq=5)
    before = journal.hash_of("0" * 64, entry)
    for name in ("chain_id", "seq", "person_id", "token_id", "subject_id"):
        changed = Entry.objects.get(chain=chain, seq=5)
        setattr(changed, name, 77)
        assert journal.hash_of("0" * 64, changed) != before


def test_an_anchor_in_the_database_finds_a_chain_that_was_rewritten_before_it(chain):
    anchor(chain, "公示表", datetime(2026, 11, 1, tzinfo=UTC))
    previous = journal.GENESIS
    Entry.objects.filter(chain=chain, seq=3).update(reason="改")
    for entry in Entry.objects.filter(chain=chain).order_by("seq"):
        previous = journal.hash_of(previous, entry)
        Entry.objects.filter(pk=entry.pk).update(hash=previous)
    Chain.objects.filter(pk=chain.pk).update(hash=previous)
    found = journal.verify(Chain.objects.get(pk=chain.pk)).found
    assert found is not None and found.seq == LENGTH and "存在外面" in found.zh

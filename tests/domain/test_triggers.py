"""The database itself keeps what is kept, whatever code comes along."""

import pytest
from django.db import IntegrityError, connection, transaction

from quanheng.domain import triggers
from quanheng.domain.models import Chain, Entry, Org

pytestmark = pytest.mark.django_db


def test_every_kept_table_has_its_triggers():
    wanted = {statement.split('"')[1] for _, statement in triggers.statements(connection) if statement.startswith("CREATE TRIGGER")}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = {name for (name,) in cursor.fetchall()}
    assert wanted <= there and len(wanted) == 2 * len(triggers.kept_models()) + 4


def test_an_entry_of_the_journal_is_neither_changed_nor_deleted():
    chain = Chain.objects.create(org=Org.objects.create(key="a", name="甲单位"))
    entry = Entry.objects.create(
        chain=chain, seq=1, at="2026-01-01T00:00:00Z", capacity="system", deed="org.made", about_kind="org", about_id=1, digest="0" * 64, hash="1" * 64
    )
    for attempt in (lambda: Entry.objects.update(reason="改"), lambda: Entry.objects.update(hash="2" * 64), entry.delete):
        with pytest.raises(IntegrityError, match="domain_entry"), transaction.atomic():
            attempt()
    assert Entry.objects.get().hash == "1" * 64

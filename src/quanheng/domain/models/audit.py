"""The journal: one small entry for each deed, each bound to the one before it by its hash."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from quanheng.domain.models.access import Capacity
from quanheng.domain.models.base import About, Kept, among, chosen, key_to


class Chain(models.Model):
    """The head of an organisation's journal, or of the installation's (without organisation)."""

    org = models.OneToOneField("domain.Org", on_delete=models.PROTECT, null=True, blank=True, related_name="chain")
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)


class Entry(Kept):
    """One deed. It holds no personal values: the digest of the salted content stands for them."""

    chain = key_to("domain.Chain", name="entries")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    person = key_to("domain.Person", null=True)
    token = key_to("domain.Token", null=True)
    capacity = chosen(Capacity)
    deed = models.CharField(max_length=40)
    about_kind = chosen(About)
    about_id = models.BigIntegerField()
    about_ref = models.CharField(max_length=60, blank=True)
    subject = key_to("domain.Person", null=True)
    reason = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    key = models.UUIDField(null=True, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="entry_seq_once"),
            models.UniqueConstraint(fields=["chain", "key"], condition=Q(key__isnull=False), name="entry_key_once"),
            among("entry", "about_kind", About),
            among("entry", "capacity", Capacity),
        ]
        indexes = [models.Index(fields=["about_kind", "about_id"]), models.Index(fields=["chain", "deed"])]


class Anchor(Kept):
    """A head that was printed or sent out of the house: what stands before it can no longer be changed unnoticed."""

    chain = key_to("domain.Chain", name="anchors")
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    where = models.CharField("存放处", max_length=100)
    by = key_to("domain.Person", null=True)

"""A head that left the house: what stands before it can no longer be changed unnoticed."""

from __future__ import annotations

import datetime

from django.db import transaction

from quanheng.domain.journal import GENESIS
from quanheng.domain.models import Anchor, Chain, Person


@transaction.atomic
def anchor(chain: Chain, where: str, now: datetime.datetime, by: Person | None = None) -> Anchor:
    """Remember which head was printed or sent, and where it is kept. No entry of its own: it would move the head it is about."""
    return Anchor.objects.create(chain=chain, seq=chain.seq, hash=chain.hash or GENESIS, at=now, where=where[:100], by=by)

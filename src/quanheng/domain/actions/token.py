"""Keys of other systems: made by the system administrator, shown once, kept as a hash, ended at any time."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from quanheng.domain.actions.content import digest
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.models import About, Capacity, Token, TokenScope, Unit
from quanheng.domain.policies.gates import locked
from quanheng.domain.policies.house import require_own
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import require

ADMIN: Final = (Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN)
LONGEST_DAYS: Final = 366


def hash_of(secret: str) -> str:
    """What is kept of a key. It is long and made by chance: a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


@deed("token.made", once=True)
def make_token(by: Viewer, *, name: str, scopes: Sequence[str], unit: Unit, until: datetime.date) -> tuple[Token, str]:
    """A key for one system, for some of what there is, below one unit, until a day. The second value is shown now and never again."""
    require(by.holds(Capacity.SYSTEM_ADMIN), "接口凭证由系统管理员生成。", "The system administrator makes tokens.")
    require_own(by, unit)
    require(name.strip(), "写明给哪个系统用。", "Say which system it is for.")
    require(scopes and set(scopes) <= set(TokenScope.values), "至少选一个可用范围。", "Choose what it may reach.")
    days = (until - by.today).days
    require(0 < days <= LONGEST_DAYS, "有效期从明天起，最长一年。", "It ends after today and within a year.")
    assert by.person is not None
    prefix = secrets.token_hex(4)
    secret = f"qh_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        org=by.org, name=name.strip()[:60], prefix=prefix, secret_hash=hash_of(secret), scopes=sorted(set(scopes)), unit=unit, until=until,
        made_by=by.person, made_at=by.now,
    )  # fmt: skip
    enter(by, "token.made", About.TOKEN, token, digest=digest(token), capacities=ADMIN, ref=prefix, reason=token.name)
    return token, secret


@deed("token.revoked", once=True)
def revoke_token(by: Viewer, token_id: int, *, reason: str) -> Token:
    """It opens nothing any more."""
    token = locked(by, Token).get(pk=token_id)
    require(by.holds(*ADMIN), "接口凭证由系统管理员或者安全管理员撤销。", "Administrators revoke tokens.")
    require(reason.strip(), "要写明理由。", "Give the reason.")
    require(token.revoked_at is None, "这个凭证已经撤销。", "This token is revoked already.")
    token.revoked_at = by.now
    token.save(update_fields=["revoked_at"])
    enter(by, "token.revoked", About.TOKEN, token, digest=digest(token), capacities=ADMIN, ref=token.prefix, reason=reason)
    return token

"""A brand's accounts with carriers. Credentials rest sealed; they are opened for one conversation at a time."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models.brands import CarrierAccount
from app.sealed import Box
from carriers.http import Account
from carriers.known import CARRIERS
from carriers.polling import account_id
from carriers.tables import Token


def put_account(
    session: Session,
    box: Box,
    *,
    brand_id: str,
    carrier: str,
    base_url: str,
    client_id: str = "",
    secret: str = "",
    more: Mapping[str, str] | None = None,
    daily_quota: int | None = None,
    now: datetime,
) -> CarrierAccount:
    """Keep a brand's account with a carrier, in place of the one before. Raises ValueError for an unknown carrier.

    What a carrier wants is in its adapter's CREDENTIALS; `more` is what is neither client nor secret.
    """
    if carrier not in CARRIERS:
        raise ValueError(f"{carrier} is none of {', '.join(CARRIERS)}")
    mine = select(CarrierAccount).where(CarrierAccount.brand_id == brand_id, CarrierAccount.carrier == carrier)
    row = session.scalar(mine)
    if row is None:
        row = CarrierAccount(id=new_id(), brand_id=brand_id, carrier=carrier, created_at=now)
        session.add(row)
    row.base_url, row.daily_quota = base_url, daily_quota
    row.sealed = box.seal(
        json.dumps({"client_id": client_id, "secret": secret, "more": dict(more or {})}).encode()
    )
    session.flush()
    session.execute(delete(Token).where(Token.account_id == account_id(brand_id, carrier)))  # of other credentials
    return row


def accounts_of(session: Session, brand_id: str) -> list[CarrierAccount]:
    """The accounts of a brand, still sealed."""
    mine = select(CarrierAccount).where(CarrierAccount.brand_id == brand_id)
    return sorted(session.scalars(mine), key=lambda row: CARRIERS.get(row.carrier, row.carrier).casefold())


def remove_account(session: Session, brand_id: str, carrier: str) -> bool:
    """Forget a brand's account and its token; its parcels are not asked about any more. False: there was none."""
    mine = CarrierAccount.brand_id == brand_id, CarrierAccount.carrier == carrier
    session.execute(delete(Token).where(Token.account_id == account_id(brand_id, carrier)))
    return session.execute(delete(CarrierAccount).where(*mine).returning(CarrierAccount.id)).first() is not None


def open_accounts(session: Session, box: Box, brand_ids: Iterable[str]) -> dict[str, Account]:
    """The opened accounts of these brands, by the id that quotas and tokens are kept by."""
    rows = session.scalars(select(CarrierAccount).where(CarrierAccount.brand_id.in_(set(brand_ids))))
    return {account_id(row.brand_id, row.carrier): _opened(row, box) for row in rows}


def _opened(row: CarrierAccount, box: Box) -> Account:
    credentials = json.loads(box.open(row.sealed))
    return Account(
        id=account_id(row.brand_id, row.carrier),
        carrier=row.carrier,
        base_url=row.base_url,
        client_id=credentials["client_id"],
        secret=credentials["secret"],
        more=credentials.get("more", {}),
        daily_quota=row.daily_quota,
    )

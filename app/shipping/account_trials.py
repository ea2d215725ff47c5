"""Trying a brand's account with a carrier: one question about a number that need not exist, and what came of it.

The same for the button and the command. It takes one question of the day's quota; it changes no circuit but closes
the account's when the carrier answers.
"""

from dataclasses import dataclass
from threading import Lock

from app.clock import system_clock
from app.db import reading
from app.guard import guarded_session
from app.house import House
from app.sealed import open_box
from app.shipping.carrier_accounts import open_accounts
from carriers import circuits, polling
from carriers.adapter import Asked, adapter, ask
from carriers.answer import Answer, CarrierError, ErrorKind
from carriers.http import Account, Http
from carriers.tokens import StoredTokens

_ONE_AT_A_TIME = Lock()  # a carrier that hangs holds a thread of the web process for half a minute


@dataclass(frozen=True)
class Trial:
    """`fails` is "" when the account works, else credential, scope, quota, address, silence, carrier or busy.

    `words` say more, in the carrier's words or ours; `missing` names the credentials that are empty.
    """

    fails: str = ""
    words: str = ""
    missing: tuple[str, ...] = ()


def try_account(house: House, brand_id: str, carrier: str) -> Trial | None:
    """What the carrier says to the account now; None when the brand has none with it."""
    box = open_box(house.keys)
    with reading(house.db) as session:
        account = open_accounts(session, box, [brand_id]).get(polling.account_id(brand_id, carrier))
    if account is None:
        return None
    if missing := missing_credentials(account):
        return Trial("credential", "", missing)
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        return Trial("busy")
    try:
        return _tried(house, account)
    finally:
        _ONE_AT_A_TIME.release()


def missing_credentials(account: Account) -> tuple[str, ...]:
    """What the carrier calls the credentials that this account lacks."""
    given = {"client_id": account.client_id, "secret": account.secret, **account.more}
    return tuple(label for name, label in adapter(account.carrier).CREDENTIALS.items() if not given.get(name))


def _tried(house: House, account: Account) -> Trial:
    with house.db.begin() as session:
        if not circuits.spend(session, account.id, account.daily_quota, system_clock()):
            return Trial("quota", f"our own limit of {account.daily_quota} questions a day is reached")
    tokens = StoredTokens(house.db, open_box(house.keys))
    http = Http(guarded_session(house.settings.allow_private_targets), tokens, system_clock)
    try:
        answer = ask(http, account, [Asked(adapter(account.carrier).TRIAL)])
    except CarrierError as error:
        return Trial(error.cause or _BY_KIND.get(error.kind, "carrier"), str(error))
    if broken := _broken(answer):
        return Trial("carrier", broken)
    with house.db.begin() as session:
        circuits.worked(session, account.id)
    return Trial()


_BY_KIND = {ErrorKind.AUTH_FAILED: "credential", ErrorKind.TOO_MANY: "quota"}


def _broken(answer: Answer) -> str:
    """The failure of the carrier in an answer, if there is one: that it does not know our number is none."""
    told = (each.message for each in answer.errors if each.kind is ErrorKind.CARRIER_ERROR)
    return "" if answer.shipments else next(told, "")

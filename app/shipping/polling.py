"""Asking the carriers: claims what is due, speaks with no transaction open, applies what was said."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from itertools import groupby
from time import sleep

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import system_clock
from app.db import reading
from app.guard import guarded_session
from app.house import House
from app.ids import new_id
from app.models.shipments import Parcel, Shipment
from app.sealed import open_box
from app.shipping import lookups, timeline
from app.shipping.carrier_accounts import open_accounts
from app.support.cases import open_case
from carriers import circuits, polling
from carriers.adapter import Adapter, Asked, adapter, ask
from carriers.answer import Answer, CarrierError, ErrorKind
from carriers.http import WHOLE_S, Account, Http
from carriers.known import CARRIERS
from carriers.numbers import normalised
from carriers.polling import Claim
from carriers.tokens import StoredTokens
from carriers.vocabulary import Evidence

log = structlog.get_logger()

ADAPTERS: dict[str, Adapter] = {key: adapter(key) for key in CARRIERS}
_AUTH_PAUSE = timedelta(minutes=15)  # wrong credentials are mended by a person
_THREADS = 8
_MOST_BROKEN = 3  # unreadable answers in a row, then the carrier itself is in trouble
_UNREADABLE = "the carrier's answer about this parcel could not be read"
_NO_ACCOUNT = CarrierError("there is no account with this carrier", permanent=True)
_FOREIGN = "the carrier tells only of an older parcel that had this number"


class Poller:
    """Asks for one process. An account that hangs keeps its own thread busy, and no other account waits for it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="carrier")
        self._busy: dict[str, Future[int]] = {}

    def poll_due(self, house: House, *, owner: str, limit: int = 60, patience_s: float | None = 1.0) -> int:
        """Ask about the parcels that are due, of accounts that speak with nobody now; how many were answered.

        Waits for the answers for `patience_s`, None as long as it takes; what comes later is counted next time.
        """
        me = f"{owner}/{new_id()}"[:60]
        claims = _claimed(house, me, limit, self._busy)
        if claims:
            self._begin(house, claims, me)
        wait(self._busy.values(), timeout=patience_s)
        done = {account_id: future for account_id, future in self._busy.items() if future.done()}
        for account_id in done:
            del self._busy[account_id]
        return sum(future.result() for future in done.values())

    def _begin(self, house: House, claims: list[Claim], me: str) -> None:
        with reading(house.db) as session:
            accounts = open_accounts(session, open_box(house.keys), {claim.brand_id for claim in claims})
        http = _http(house)
        for account_id, group in groupby(sorted(claims, key=lambda c: c.account_id), lambda c: c.account_id):
            self._busy[account_id] = self._pool.submit(
                _ask, house, http, accounts.get(account_id), list(group), me
            )

    def close(self) -> None:
        """Wait for whoever still speaks."""
        self._pool.shutdown()


def poll_due(house: House, *, owner: str, limit: int = 60) -> int:
    """Ask once about the parcels that are due, and wait for every answer; how many parcels were answered."""
    poller = Poller()
    try:
        return poller.poll_due(house, owner=owner, limit=limit, patience_s=None)
    finally:
        poller.close()


def _claimed(house: House, me: str, limit: int, busy: Collection[str]) -> list[Claim]:
    now, wall = house.clock(), system_clock()
    with reading(house.db) as session:  # most calls find nothing, and those take no write lock
        if not polling.anything_due(session, ADAPTERS, now, wall, busy):
            return []
    with house.db.begin() as session:
        return polling.claim_due(session, owner=me, carriers=ADAPTERS, now=now, wall=wall, limit=limit, busy=busy)


def _http(house: House) -> Http:
    tokens = StoredTokens(house.db, open_box(house.keys))
    return Http(guarded_session(house.settings.allow_private_targets), tokens, system_clock)


def _ask(house: House, http: Http, account: Account | None, claims: list[Claim], me: str) -> int:
    """Ask about the parcels of one account, request by request; stops at the first failure of the carrier.

    An answer that our own code can't read costs its parcels a turn; a few in a row count as the carrier's failure.
    """
    done, broken, waiting = 0, 0, list(claims)
    try:
        for batch in _batches(claims):
            if account is None:
                _give_up(house, waiting, me, _NO_ACCOUNT)
                return done
            if not _may_ask(house, account, waiting, me):
                return done
            answer = _answer(house, http, account, batch)
            broken = 0 if answer else broken + 1
            if broken > _MOST_BROKEN:
                _give_up(house, waiting, me, CarrierError("its answers can't be read"))
                return done
            del waiting[: len(batch)]
            done += _take(house, batch, answer, me) if answer else _skip(house, batch, me, _UNREADABLE)
            sleep(ADAPTERS[account.carrier].PAUSE_S if waiting else 0)
    except CarrierError as error:
        _give_up(house, waiting, me, error)
    return done


def _answer(house: House, http: Http, account: Account, batch: Sequence[Claim]) -> Answer | None:
    """What the carrier says, None when a bug of ours keeps us from reading it. Raises CarrierError."""
    questions = _questions(house, batch)
    try:
        return ask(http, account, questions)
    except CarrierError:
        raise
    except Exception:  # a bug in one adapter must not stop the other parcels and carriers
        log.exception("carriers.unreadable", account=account.id)
        return None


def _skip(house: House, batch: Sequence[Claim], me: str, error: str) -> int:
    """These parcels wait for a later turn, with the reason beside them; none of them was answered."""
    with house.db.begin() as session:
        for claim in batch:
            polling.release(session, [claim], owner=me, failed=claim, error=error)
    return 0


def _questions(house: House, batch: Sequence[Claim]) -> list[Asked]:
    """The batch as questions, with what else the carrier asks for where the order has it."""
    if not ADAPTERS[batch[0].carrier].ASKS:
        return [Asked(claim.tracking_number) for claim in batch]
    with reading(house.db) as session:
        known = lookups.questions(session, batch[0].carrier, [claim.parcel_id for claim in batch])
    return [known.get(claim.parcel_id, Asked(claim.tracking_number)) for claim in batch]


def _batches(claims: Sequence[Claim]) -> Iterator[Sequence[Claim]]:
    size = ADAPTERS[claims[0].carrier].BATCH
    for begin in range(0, len(claims), size):
        yield claims[begin : begin + size]


def _may_ask(house: House, account: Account, waiting: list[Claim], me: str) -> bool:
    """Whether the lease leaves time for another conversation and the quota another question."""
    wall = system_clock()
    enough = waiting[0].until - wall > timedelta(seconds=3 * WHOLE_S)
    with house.db.begin() as session:
        if enough and circuits.spend(session, account.id, account.daily_quota, wall):
            return True
        polling.release(session, waiting, owner=me)
    return False


def _give_up(house: House, waiting: list[Claim], me: str, error: CarrierError) -> None:
    """The carrier failed: its circuit opens, and what was claimed waits for it."""
    log.warning("carriers.failed", account=waiting[0].account_id, kind=error.kind.value, error=str(error))
    pause = _AUTH_PAUSE if error.kind is ErrorKind.AUTH_FAILED or error.permanent else error.retry_after
    with house.db.begin() as session:
        circuits.failed(session, waiting[0].account_id, system_clock(), str(error), pause, _cause(error))
        polling.release(session, waiting, owner=me, failed=waiting[0], error=str(error))


def _cause(error: CarrierError) -> str:
    if error is _NO_ACCOUNT:
        return "no_account"
    if error.kind is ErrorKind.AUTH_FAILED:
        return "credentials"
    return "retry_after" if error.retry_after else "failures"


def _take(house: House, batch: Sequence[Claim], answer: Answer, me: str) -> int:
    with house.db.begin() as session:
        circuits.worked(session, batch[0].account_id)
    return sum(_apply(house, claim, answer, me) for claim in batch)


def _apply(house: House, claim: Claim, answer: Answer, me: str) -> int:
    """Take one parcel's part of an answer into the record, in one transaction; what breaks it costs it a turn."""
    try:
        try:
            return _apply_once(house, claim, answer, me)
        except IntegrityError:  # another worker has kept the same event since we looked; now we see it
            return _apply_once(house, claim, answer, me)
    except Exception:  # whatever one history holds must not keep the others of its answer from theirs
        log.exception("carriers.not_applied", parcel=claim.parcel_id)
        return _skip(house, [claim], me, _UNREADABLE)


def _apply_once(house: House, claim: Claim, answer: Answer, me: str) -> int:
    now = house.clock()
    with house.db.begin() as session:
        parcel = session.get_one(Parcel, claim.parcel_id)
        evidence = Evidence.POLLED_ON_HINT if claim.hinted else Evidence.POLLED
        applied = timeline.apply(session, parcel, answer, now, evidence=evidence)
        shipment = session.get_one(Shipment, parcel.shipment_id)
        outcome = polling.answered(
            session,
            claim,
            owner=me,
            status=applied.status,
            news=applied.news > 0,
            now=now,
            error=_FOREIGN if applied.foreign else _error_about(claim, answer),
            at_destination=applied.at_destination,
            zone=shipment.destination_zone,
        )
        if outcome == "unresolved":
            _close_unresolved(session, shipment, now)
    return 1


def _error_about(claim: Claim, answer: Answer) -> str | None:
    about = (e for e in answer.errors if normalised(e.tracking_number or "") in ("", claim.tracking_number))
    return next((f"{error.kind.value}: {error.message}" for error in about), None)


def _close_unresolved(session: Session, shipment: Shipment, now: datetime) -> None:
    """Nobody asks any more after 90 days; a person decides what becomes of it."""
    shipment.judge_at = None
    open_case(
        session,
        brand_id=shipment.brand_id,
        kind="exception",
        subject=f"shipment:{shipment.id}",
        shipment_id=shipment.id,
        priority=1,
        facts={"outcome": "unresolved", "asked_for_days": 90},
        due_at=now + timedelta(days=1),
        now=now,
    )

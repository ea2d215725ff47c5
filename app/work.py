"""`wayproof work`: the clock of the house. Each job runs in a thread of its own, with sessions of its own.

A job finds its own due rows and claims them by conditional update, so two workers are safe. A job that hangs
delays no other. What a job does is a verb elsewhere; here is only when.
"""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

import structlog
from sqlalchemy import select

from app import anchoring, outbox, retention, witnessing
from app.brands.tenants import keys_of
from app.care import follow_up, held, returned_mail
from app.channels import subscription
from app.db import reading
from app.hooks import queue
from app.house import House
from app.intake import asking, calls, files, tables
from app.models.brands import Brand
from app.provenance import capture, certificates, expiring, workbooks
from app.shipping import bands, delays, disruption_feeds, freshness, polling, predicting
from app.suspects import judge as suspects
from app.telemetry import judge, seals
from app.watching import news, selfcheck
from ledger.integrator import MOST, integrate_due, publish_due

STOP_WITHIN_S = 2.5
"""How long a running piece of work may take once we are told to stop; what is cut off then is done again later."""

LONGEST_PAUSE_S = 60.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """Something to do again and again: at once while there is work, else every `every_s` seconds.

    `run(house, owner)` returns how much it did; `owner` names this process in claims and leases. `after_s` is how
    long the first run waits: what is heavy to import must not hold up the start of everything else.
    """

    name: str
    every_s: float
    run: Callable[[House, str], int]
    after_s: float = 0.0


def grow_logs(house: House, owner: str) -> int:
    """Give what was accepted its place in its log, and sign the new head of each log."""
    return sum(_grow(house, brand, owner) for brand in _brands(house))


def watch_rates(house: House, _owner: str) -> int:
    """Hold the delivery rates against their usual bands; nothing is left to be done at once."""
    bands.judge_due(house.db, house.clock())
    return 0


def _grow(house: House, brand: Brand, owner: str) -> int:
    try:
        done = integrate_due(house.db, brand.log_id, owner=owner, clock=house.clock)
        signer, *also = keys_of(house.keys, brand).signers
        hold = bool(house.settings.witnesses)
        publish_due(house.db, brand.log_id, signer, house.clock(), also=also, hold=hold)
    except Exception:  # the log of one brand must not hold up the others
        log.exception("work.log_stuck", brand=brand.id)
        return 0
    return done


def _brands(house: House) -> list[Brand]:
    with reading(house.db) as session:
        return list(session.scalars(select(Brand).order_by(Brand.id)))


def tell_endpoints(house: House, owner: str) -> int:
    """Webhooks: apart from the mails, which must not wait for somebody's slow server."""
    queued = queue.fill_due(house.db, house.clock())
    return queued + outbox.send_due(house, owner, only=(queue.CHANNEL,))


def jobs(house: House) -> Iterator[Job]:
    """Everything that is done by the clock. Periods are of the machine's time, not of a demo's."""
    # Each run ends in a signed head, which costs as much for one entry as for thousands: at once only after many.
    yield Job("logs", 0.3, lambda house, owner: grow_logs(house, owner) // MOST)
    # One at a time, so that each is claimed from the moment it begins.
    yield Job("captures", 0.2, lambda house, _: capture.run_jobs_due(house.db, house.clock(), limit=1))
    yield Job("outbox", 1.0, lambda house, owner: outbox.send_due(house, owner, but=(queue.CHANNEL,)))
    yield Job("webhooks", 0.5, tell_endpoints)
    yield Job("subscriptions", 0.5, lambda house, _: subscription.tell_due(house))
    yield Job("shop calls", 0.5, lambda house, _: calls.take_due(house))
    yield Job("order files", 1.0, lambda house, _: files.work_due(house))
    yield Job("tables", 1.0, lambda house, _: tables.work_due(house))
    yield Job("workbooks", 1.0, lambda house, _: workbooks.make_due(house))
    yield Job("shop lists", 5.0, lambda house, _: asking.ask_due(house))
    yield Job("readings", 1.0, lambda house, _: judge.judge_due(house.db, house.clock()))
    yield Job("seals", 5.0, lambda house, _: seals.seal_due(house.db, house.clock()))
    poller = polling.Poller()
    yield Job("polls", 2.0, lambda house, owner: poller.poll_due(house, owner=owner))
    yield Job("plans", 600.0, freshness.plan_due)
    yield Job("delays", 2.0, lambda house, _: delays.judge_due(house.db, house.clock()))
    yield Job("rates", 900.0, watch_rates, after_s=10.0)
    yield Job("alert feeds", 30.0, lambda house, _: disruption_feeds.fetch_due(house), after_s=8.0)
    yield Job("learning", 3600.0, lambda house, _: predicting.learn_due(house.db, house.clock()), after_s=15.0)
    yield Job("predictions", 20.0, lambda house, _: predicting.predict_due(house.db, house.clock()), after_s=5.0)
    # slow on purpose: where the clock has jumped, news from "delays" go first, and make a repetition needless
    yield Job("letters", 60.0, lambda house, _: follow_up.write_due(house.db, house.clock()))
    if house.settings.bounces:
        yield Job("bounces", 30.0, lambda house, _: returned_mail.read_due(house))
    yield Job("held", 30.0, lambda house, _: held.withdraw_stale(house.db, house.clock()))
    yield Job("watches", 5.0, lambda house, _: news.tell_due(house.db, house.clock()))
    check_s = house.settings.self_check_minutes * 60.0
    period_s = min(check_s, 20.0) if house.settings.demo else check_s
    yield Job("selfcheck", period_s, selfcheck.check_due, after_s=3.0)
    yield Job("openings", 3.0, lambda house, _: suspects.judge_due(house.db, house.clock()), after_s=2.0)
    yield Job("certificates", 600.0, lambda house, _: certificates.tell_due(house.db, house.clock()), after_s=6.0)
    yield Job("expiring", 600.0, lambda house, _: expiring.remind_due(house.db, house.clock()), after_s=7.0)
    yield Job("retention", 600.0, retention.forget_due)
    if witnessing.wanted(house.settings):  # a file that is no policy ends the process here, with a sentence
        yield Job("witnesses", 0.5, witnessing.release_all_due)
    kind, anchors = anchoring.kind(house.settings), anchoring.Anchoring()
    if kind != "none":
        period = anchoring.DEMO_PERIOD_S if kind == "demo" else anchoring.PERIOD_S
        yield Job("anchors", period, anchors.anchor_due, after_s=4.0)
        yield Job("anchor checks", anchoring.CHECK_PERIOD_S, anchors.check_due, after_s=20.0)


def run(house: House, stop: Event) -> None:
    """Run every job until `stop` is set; then let each finish its piece of work, or leave it."""
    gc.collect()
    gc.freeze()  # what is loaded now stays, so that no later collection need walk through it
    owner = house.settings.worker or f"{socket.gethostname()}:{os.getpid()}"
    threads = [
        Thread(target=repeat, args=(job, house, owner, stop), name=job.name, daemon=True) for job in jobs(house)
    ]
    for thread in threads:
        thread.start()
    log.info("work.started", jobs=[thread.name for thread in threads])
    stop.wait()
    deadline = monotonic() + STOP_WITHIN_S
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    log.info("work.stopped", cut_off=[thread.name for thread in threads if thread.is_alive()])


def repeat(job: Job, house: House, owner: str, stop: Event) -> None:
    """One thread: do the job, pause, again; after failures in a row the pauses grow."""
    failures = 0
    stop.wait(job.after_s)
    while not stop.is_set():
        try:
            done = job.run(house, owner)
            failures = 0
        except Exception:
            log.exception("work.failed", job=job.name)
            done, failures = 0, failures + 1
        if not done:
            stop.wait(pause_s(job, failures))


def pause_s(job: Job, failures: int) -> float:
    """How long a job with nothing to do waits: longer after each failure in a row, up to a minute at least."""
    return min(job.every_s * 2.0**failures, max(job.every_s, LONGEST_PAUSE_S))

"""What the steps of the demo do, one function each. The list of steps is in app/demo/steps.

A step acts as its actor in life would: the fleet and the carriers by their steering files, the brand by its verbs.
"""

import os
import signal
from datetime import datetime, timedelta
from threading import Timer

from sqlalchemy import select

from app.brands.tenants import brand_of
from app.demo import carrier_script, parcels
from app.demo.carrier_server import ALREADY
from app.demo.catalogue import BOXES, CUSTOMERS, PARCELS, RECALL_ADVICE, RECALL_REASON
from app.demo.clocks import write_offset
from app.demo.sensors import BOX_LOGGER
from app.demo.stage import CannotPlay, Link, Played, Stage
from app.models.demo import DemoClock
from app.models.products import Recall
from app.models.shipments import Parcel
from app.process import read_json, write_private
from app.provenance import recall
from carriers import polling
from iot.steering import steer, steering

LONGEST_JUMP_H = 24 * 60
SOON_S = 1.0
"""How long a process lives after its death was ordered from a page, so that the page can still be answered."""


MAILBOX = Link("mailbox", "/demo/mailbox")
CASES = Link("cases", "/desk")


def advance_clock(stage: Stage, hours: str) -> Played:
    if not (hours.isascii() and hours.isdigit() and 1 <= int(hours) <= LONGEST_JUMP_H):
        raise CannotPlay(f"the clock moves forward by 1 to {LONGEST_JUMP_H} whole hours, not by {hours}")
    now = advance(stage, int(hours))
    _ask_carrier_at(now, stage)
    return stage.played("advance-clock", f"It is {now:%d %B %Y, %H:%M} UTC now, {hours} hours later.", MAILBOX)


def advance(stage: Stage, hours: int) -> datetime:
    """Move the demo's clock forward, never back, for all processes; the time that it is then."""
    then = stage.now + timedelta(hours=hours)  # before the clock is moved
    with stage.house.db.begin() as session:
        row = session.get(DemoClock, 1, with_for_update=True) or DemoClock(id=1, offset_s=0)
        row.offset_s += hours * 3600
        session.add(row)
        offset = row.offset_s
    write_offset(stage.places.clock, offset)
    return then


def warm_container(stage: Stage, _: str) -> Played:
    _steer_fleet(stage, warm=True)
    return stage.played(
        "warm-container",
        "The box stands in the sun. Once it was above 8 °C for 15 seconds, it is an alarm.",
        MAILBOX,
        CASES,
    )


def cool_container(stage: Stage, _: str) -> Played:
    _steer_fleet(stage, warm=False)
    return stage.played(
        "cool-container", "The box is cold again within a minute; the alarm ends by itself.", CASES
    )


def unplug_sensor(stage: Stage, _: str) -> Played:
    _steer_fleet(stage, plugged=False)
    return stage.played(
        "unplug-sensor", "Nothing arrives any more. From the third missing reading on it is a gap."
    )


def bring_late_readings(stage: Stage, _: str) -> Played:
    _steer_fleet(stage, plugged=True)
    return stage.played("bring-late-readings", "What the sensor kept arrives now, marked as late; the gap closes.")


def _steer_fleet(stage: Stage, *, warm: bool | None = None, plugged: bool | None = None) -> None:
    """Change one wish for the logger in the box and leave the other as it is."""
    wishes = steering(stage.places.fleet)
    is_warm = bool(wishes.warm) if warm is None else warm
    is_plugged = not wishes.unplugged if plugged is None else plugged
    logger = [BOX_LOGGER]
    steer(stage.places.fleet, warm=logger if is_warm else [], unplugged=[] if is_plugged else logger)


def hold_at_customs(stage: Stage, _: str) -> Played:
    _require_on_its_way(stage)
    carrier_script.hold_at_customs(stage.places.carriers, stage.parcel, stage.now)
    _ask_carrier_at(stage.now, stage)
    return stage.played("customs-hold", "The carrier says that customs hold the parcel.", MAILBOX, CASES)


def silence_for_72_hours(stage: Stage, _: str) -> Played:
    _require_on_its_way(stage)
    carrier_script.silence(stage.places.carriers, stage.parcel, stage.now)
    _ask_carrier_at(advance(stage, 73), stage)
    return stage.played("silence-72h", "73 hours later, and the carrier has said nothing since.", MAILBOX, CASES)


def release_parcel(stage: Stage, _: str) -> Played:
    carrier_script.resume(stage.places.carriers, stage.parcel, stage.now)
    _ask_carrier_at(stage.now, stage)
    return stage.played("release-parcel", "The carrier reports again, from where the parcel stopped.", CASES)


def _require_on_its_way(stage: Stage) -> None:
    """A parcel that can be held up: the one of the story, or another one when that has arrived."""
    script = carrier_script.script_of(stage.places.carriers, stage.parcel)
    if script is None:
        raise CannotPlay("the carrier has not been asked about this parcel yet; try again in some seconds")
    if carrier_script.happened(script, stage.now)[-1].kind == "delivered":
        _send_another(stage)


def _send_another(stage: Stage) -> None:
    orders, carrier = stage.story["orders"], PARCELS[0][0]
    number = parcels.numbered(len(orders))
    with stage.house.db.begin() as session:
        brand = brand_of(session, stage.story["brand_id"])
        name = f"LT-{1001 + len(orders)}"
        orders.insert(0, parcels.send(session, brand, name, CUSTOMERS[0], BOXES[0], (carrier, number), stage.now))
        write_private(stage.places.story, stage.story)
    carrier_script.announce(stage.places.carriers, number, carrier, stage.now - ALREADY)


def _ask_carrier_at(moment: datetime, stage: Stage) -> None:
    """The next question would come in hours of the demo's time; nobody wants to wait for it.

    After a jump of the clock `moment` is the time after it: a worker that still has the old one waits for the new.
    """
    shipment = stage.story["orders"][0]["shipment"]
    with stage.house.db.begin() as session:
        ids = session.scalars(select(Parcel.id).where(Parcel.shipment_id == shipment)).all()
        polling.hurry(session, ids, moment)


def recall_lot(stage: Stage, _: str) -> Played:
    with stage.house.db.begin() as session:
        brand = brand_of(session, stage.story["brand_id"])
        recall.open_recall(
            session, brand, key=stage.story["lot"], reason=RECALL_REASON, advice=RECALL_ADVICE, now=stage.now
        )
    return stage.played(
        "recall-lot",
        f"The lot is called back; {len(CUSTOMERS)} customers are told.",
        Link("lot", stage.story["lot"]),
        MAILBOX,
    )


def close_the_recall(stage: Stage, _: str) -> Played:
    with stage.house.db.begin() as session:
        open_now = select(Recall).where(Recall.key == stage.story["lot"], Recall.closed_at.is_(None))
        mine = session.scalars(open_now.where(Recall.brand_id == stage.story["brand_id"])).first()
        if mine is None:
            raise CannotPlay("the lot is not called back; recall-lot does that")
        recall.close_recall(session, brand_of(session, stage.story["brand_id"]), mine, stage.now)
    return stage.played(
        "close-recall", "The recall has ended; the pages no longer warn.", Link("lot", stage.story["lot"])
    )


def kill_process(stage: Stage, name: str) -> Played:
    pid = read_json(stage.places.facts).get("pids", {}).get(name)
    if not pid:
        raise CannotPlay(f"{name} does not run here just now")
    # The web process may be the one that plays this step: it answers first. Its workers go with it.
    delay = SOON_S if os.getpgid(0) == pid else 0.0
    Timer(delay, _kill, [pid]).start()
    return stage.played("kill-process", f"{name} (process {pid}) is dead; look in demo.json for its successor.")


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return

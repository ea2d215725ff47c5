"""What each step of the demo does, one function each. The list of steps is in app/demo/steps.

A step acts as its actor in life would: the fleet and the carriers by their steering files, the brand by its verbs,
the intruder by bare SQL.
"""

import base64
import os
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Timer
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.demo import carrier_script, parcels
from app.demo.carrier_server import ALREADY
from app.demo.catalogue import BOXES, CUSTOMERS, PARCELS
from app.demo.clocks import write_offset
from app.demo.places import Places
from app.demo.sensors import BOX_LOGGER
from app.house import House
from app.models.demo import DemoClock
from app.models.products import EpcisEvent, EventKey, Recall
from app.models.shipments import Parcel
from app.process import read_json, write_private
from app.provenance import recall
from carriers import polling
from iot.steering import steer, steering

LONGEST_JUMP_H = 24 * 60
SOON_S = 1.0
"""How long a process lives after its death was ordered from a page, so that the page can still be answered."""


class CannotPlay(Exception):
    """The step does not exist, or the demo is not in a state to play it; the text says what to do."""


@dataclass(frozen=True)
class Link:
    """Where to see what changed: `label` for a person, `path` under the base address of the demo."""

    label: str
    path: str


@dataclass(frozen=True)
class Played:
    """What was done, in one sentence, and where customer, warehouse and support see it."""

    step: str
    said: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Stage:
    """The demo that is played on: its house, its files, and what the seed made."""

    house: House
    places: Places
    story: dict[str, Any]

    @classmethod
    def open(cls, house: House) -> "Stage":
        """Raises CannotPlay where no demo was seeded."""
        places = Places(house.settings.home)
        story = read_json(places.story)
        if not story:
            raise CannotPlay(f"there is no demo in {house.settings.home}; `wayproof run` makes one")
        return cls(house, places, story)

    @property
    def now(self) -> datetime:
        return self.house.clock()

    @property
    def parcel(self) -> str:
        """The tracking number of the parcel that the steps are about."""
        return str(self.story["orders"][0]["tracking_number"])

    def played(self, step: str, said: str, *extra: Link) -> Played:
        """The step with the links that every step has: customer, warehouse, support."""
        order = self.story["orders"][0]
        links = (
            Link("customer", self.story["passport"]),
            Link("order", f"/o/{order['token']}"),
            Link("warehouse", f"/warehouse/devices/{BOX_LOGGER}"),
            Link("support", f"/desk/shipments/{order['shipment']}"),
        )
        return Played(step, said, (*links, *extra))


MAILBOX = Link("mailbox", "/demo/mailbox")
CASES = Link("cases", "/desk")


def advance_clock(stage: Stage, hours: str) -> Played:
    if not (hours.isascii() and hours.isdigit() and 1 <= int(hours) <= LONGEST_JUMP_H):
        raise CannotPlay(f"the clock moves forward by 1 to {LONGEST_JUMP_H} whole hours, not by {hours}")
    now = _advance(stage, int(hours))
    return stage.played("advance-clock", f"It is {now:%d %B %Y, %H:%M} UTC now, {hours} hours later.", MAILBOX)


def _advance(stage: Stage, hours: int) -> datetime:
    """Move the demo's clock forward, never back, for all processes; the time that it is then."""
    with stage.house.db.begin() as session:
        row = session.get(DemoClock, 1, with_for_update=True) or DemoClock(id=1, offset_s=0)
        row.offset_s += hours * 3600
        session.add(row)
        offset = row.offset_s
    write_offset(stage.places.clock, offset)
    return stage.now + timedelta(hours=hours)


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
    _ask_carrier_now(stage)
    return stage.played("customs-hold", "The carrier says that customs hold the parcel.", MAILBOX, CASES)


def silence_for_72_hours(stage: Stage, _: str) -> Played:
    _require_on_its_way(stage)
    carrier_script.silence(stage.places.carriers, stage.parcel, stage.now)
    _advance(stage, 73)
    _ask_carrier_now(stage)
    return stage.played("silence-72h", "73 hours later, and the carrier has said nothing since.", MAILBOX, CASES)


def release_parcel(stage: Stage, _: str) -> Played:
    carrier_script.resume(stage.places.carriers, stage.parcel, stage.now)
    _ask_carrier_now(stage)
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


def _ask_carrier_now(stage: Stage) -> None:
    """The next question would come in hours of the demo's time; nobody wants to wait for it."""
    shipment = stage.story["orders"][0]["shipment"]
    with stage.house.db.begin() as session:
        ids = session.scalars(select(Parcel.id).where(Parcel.shipment_id == shipment)).all()
        polling.hurry(session, ids, stage.now)


def edit_ledger_row(stage: Stage, _: str) -> Played:
    if stage.places.edited.exists():
        raise CannotPlay("a row is edited already; restore-ledger-row puts the original back")
    with stage.house.db.begin() as session:
        submission, envelope = _newest_entry(session, stage)
        kept = {"submission": submission, "envelope": base64.b64encode(envelope).decode()}
        write_private(stage.places.edited, kept)
        _overwrite(session, submission, _forged(envelope))
    said = f"Entry of submission {submission}: its time was moved by hand, in the database. The check finds it."
    return stage.played("edit-ledger-row", said)


def restore_ledger_row(stage: Stage, _: str) -> Played:
    kept = read_json(stage.places.edited)
    if not kept:
        raise CannotPlay("no row is edited; edit-ledger-row does that")
    with stage.house.db.begin() as session:
        _overwrite(session, kept["submission"], base64.b64decode(kept["envelope"]))
    stage.places.edited.unlink()
    return stage.played("restore-ledger-row", "The original bytes are back, and every proof fits again.")


# An intruder reads another room's table, which nobody in the house does, so these two speak bare SQL.


def _newest_entry(session: Session, stage: Stage) -> tuple[int, bytes]:
    """The newest entry of the log that is on the demo's passport."""
    mine = (
        select(EpcisEvent.submission_id)
        .join(EventKey, EventKey.event == EpcisEvent.id)
        .where(EventKey.brand_id == stage.story["brand_id"], EventKey.key == stage.story["passport"])
        .order_by(EpcisEvent.submission_id.desc())
    )
    for submission in session.scalars(mine):
        query = text("SELECT envelope FROM ledger_entry WHERE submission_id = :submission")
        envelope = session.execute(query, {"submission": submission}).scalar()
        if envelope is not None:
            return submission, bytes(envelope)
    raise CannotPlay("the log has not taken its first entries yet; try again in a second")


def _overwrite(session: Session, submission: int, envelope: bytes) -> None:
    change = text("UPDATE ledger_entry SET envelope = :envelope WHERE submission_id = :submission")
    session.execute(change, {"envelope": envelope, "submission": submission})


def _forged(envelope: bytes) -> bytes:
    """The same entry, dated to another year: still well-formed, so only the hashes can tell."""
    before = b'"event_time":"20'
    at = envelope.index(before) + len(before)
    year = b"24" if envelope[at : at + 2] != b"24" else b"23"
    return envelope[:at] + year + envelope[at + 2 :]


RECALL_REASON = {
    "en": "A laboratory found a foreign taste in this lot.",
    "zh": "实验室在该批次中发现异味。",
    "es": "Un laboratorio encontró un sabor extraño en este lote.",
    "de": "Ein Labor fand in dieser Charge einen Fremdgeschmack.",
    "pt": "Um laboratório encontrou um sabor estranho neste lote.",
    "id": "Laboratorium menemukan rasa asing pada lot ini.",
    "ar": "وجد مختبر طعمًا غريبًا في هذه الدفعة.",
}
RECALL_ADVICE = {
    "en": "Do not drink it. We replace it; you need not send it back.",
    "zh": "请勿饮用。我们会为您更换，无需寄回。",
    "es": "No lo beba. Lo reemplazamos; no hace falta devolverlo.",
    "de": "Bitte nicht trinken. Wir ersetzen ihn; eine Rücksendung ist nicht nötig.",
    "pt": "Não beba. Nós substituímos; não é preciso devolver.",
    "id": "Jangan diminum. Kami menggantinya; tidak perlu dikirim kembali.",
    "ar": "لا تشربه. سنستبدله لك، ولا داعي لإعادته.",
}


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

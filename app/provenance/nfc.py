"""A tap of an NFC tag judged: is it that of a tag with our keys, on this item, and is its counter new?

What a tap says is in sun, how keys are derived in tag_keys. Nothing here knows a web page.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.models.scans import NfcTag, TagProfile
from app.provenance import sun, tag_keys
from app.provenance.sun import Mirror, NotGenuine
from app.provenance.tag_profiles import Keys, add_tag, opened_keys, profile_of
from app.sealed import Box

# The parameters that a tag writes, as NXP's examples name them.
PARAMETERS = frozenset({"picc_data", "enc", "cmac", "uid", "ctr"})
_MAC = re.compile(r"[0-9A-Fa-f]{16}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,256}")


class Verdict(StrEnum):
    """What a tap is worth."""

    GENUINE = "genuine"
    REPLAYED = "replayed"
    """The message is the tag's own, but it was shown before: a kept or copied address."""
    WRONG = "wrong"
    """No tag with our keys made it, or one that belongs to another item did."""
    UNKNOWN = "unknown"
    """There is nothing to judge it by: the product has no keys here, or this tag was not registered."""


@dataclass(frozen=True, slots=True)
class Tap:
    """The message of a tag, as its address carried it. `covered` are the texts that a MAC may be over."""

    mac: bytes
    picc_data: bytes = b""
    uid: bytes = b""
    counter: bytes = b""
    file: bytes = b""
    covered: tuple[tuple[str, bytes], ...] = (("nothing", b""),)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, and the key of the item that the tag is on, where that is known."""

    verdict: Verdict
    key: str | None = None


def read_tap(query: str) -> Tap | None:
    """The tap in an undecoded query; None where there is none. What a tag writes is hexadecimal, never escaped."""
    given: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name in PARAMETERS and name not in given:
            given[name] = value
    if "cmac" not in given:
        # what a tag says of itself without its MAC is a tap that somebody cut; other names may be anybody's
        return Tap(b"") if "picc_data" in given or {"uid", "ctr"} <= given.keys() else None
    fine = {name: value for name, value in given.items() if _HEX.fullmatch(value)}
    if len(fine) < len(given) or not _MAC.fullmatch(fine["cmac"]):
        return Tap(b"")  # something that looks like a tap and is none
    values = {name: bytes.fromhex(value) for name, value in fine.items()}
    return Tap(
        values["cmac"],
        values.get("picc_data", b""),
        values.get("uid", b""),
        values.get("ctr", b""),
        values.get("enc", b""),
        tuple(_covered(query, fine.get("enc", ""))),
    )


def _covered(query: str, file: str) -> list[tuple[str, bytes]]:
    texts = [("nothing", b""), ("file", file.encode())]
    start = query.find("enc=") + len("enc=")
    end = query.find("cmac=") + len("cmac=")
    return [*texts, ("file_to_mac", query[start:end].encode() if file and end > start else b"")]


def check_tap(session: Session, box: Box, brand_id: str, key: str, tap: Tap) -> Mirror | Verdict:
    """What the tag under `key`, an item or its product, says of itself; a verdict where there is no more to say.

    Reads only, so that a flood of forged taps writes nothing.
    """
    gtin = identifiers.gtin(key)
    profile = profile_of(session, brand_id, gtin) if gtin else None
    if profile is None:
        return Verdict.UNKNOWN
    try:
        return _genuine(profile, opened_keys(profile, box), tap)
    except NotGenuine:
        return Verdict.WRONG


def count_tap(session: Session, brand_id: str, key: str, mirror: Mirror, now: datetime) -> Judged:
    """Judge a tap whose MAC fits by its counter, and remember that.

    Of two taps with one counter one is genuine, however close they come: the counter is moved on by a conditional
    update. A tag that was never seen is taken for that of the item that it names first, unless the product takes
    registered tags only.
    """
    place = brand_id, mirror.uid.hex().upper()
    item = key if identifiers.level(key) == "item" else None
    profile = profile_of(session, brand_id, identifiers.gtin(key) or "")
    if profile and not profile.registered_only:
        add_tag(session, *place, item, now)
    tag = session.get(NfcTag, place, populate_existing=True)
    if tag is None:
        return Judged(Verdict.UNKNOWN)
    if item and tag.key and tag.key != item:
        return Judged(Verdict.WRONG)
    if _move_on(session, place, mirror.counter, item, now):
        return Judged(Verdict.GENUINE, item or tag.key)
    mine = NfcTag.brand_id == place[0], NfcTag.uid == place[1]
    session.execute(update(NfcTag).where(*mine).values(repeats=NfcTag.repeats + 1, last_at=now))
    return Judged(Verdict.REPLAYED, item or tag.key)


def _genuine(profile: TagProfile, keys: Keys, tap: Tap) -> Mirror:
    """What the tag says of itself, when its MAC fits. Raises NotGenuine."""
    if tap.picc_data:
        mirror = sun.read_encrypted(tap.picc_data, tag_keys.meta_key(profile.scheme, keys.meta))
    else:
        mirror = sun.read_plain(tap.uid, tap.counter)
    number = profile.key_number
    key = tag_keys.file_key(profile.scheme, keys.file, mirror.uid, key_number=number, system=keys.system)
    sun.check_mac(mirror, key, dict(tap.covered).get(profile.covers, b""), tap.mac)
    return mirror


def _move_on(session: Session, place: tuple[str, str], counter: int, item: str | None, now: datetime) -> bool:
    """Whether the counter is higher than any before; then it is the highest, and the tag belongs to the item."""
    brand_id, uid = place
    moved = session.execute(
        update(NfcTag)
        .where(NfcTag.brand_id == brand_id, NfcTag.uid == uid, NfcTag.counter < counter)
        .values(
            counter=counter,
            taps=NfcTag.taps + 1,
            first_at=func.coalesce(NfcTag.first_at, now),
            last_at=now,
            **({"key": item} if item else {}),
        )
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]  # an UPDATE counts its rows

"""How the NFC tags of a product are keyed, and which tag is on which item: what a brand says beforehand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.gs1 import identifiers
from app.ids import new_id
from app.models.scans import NfcTag, TagProfile
from app.provenance.errors import Refused
from app.provenance.tag_keys import SCHEMES
from app.provenance.upsert import dialect_of, insert_into
from app.sealed import Box

_TAG: Table = NfcTag.__table__  # type: ignore[assignment]

COVERS = ("nothing", "file", "file_to_mac")
"""What the MAC is over besides UID and counter: nothing, the encrypted file data, or all from them to the MAC."""


@dataclass(frozen=True)
class Keys:
    """The master keys of a product's tags: that which reveals the UID, and that which the MAC is made with."""

    meta: bytes
    file: bytes
    system: bytes = b""


def put_profile(
    session: Session,
    box: Box,
    *,
    brand_id: str,
    gtin: str,
    scheme: str,
    keys: Keys,
    key_number: int = 1,
    covers: str = "nothing",
    registered_only: bool = False,
    now: datetime,
) -> TagProfile:
    """Say how the tags of a product are keyed, in place of what was said before. Raises Refused."""
    if len(gtin) not in (8, 12, 13, 14) or not identifiers.elements_of(f"/01/{gtin.zfill(14)}"):
        raise Refused("gtin", "must be 8, 12, 13 or 14 digits with the right check digit")
    if scheme not in SCHEMES:
        raise Refused("scheme", f"must be one of {', '.join(SCHEMES)}")
    if covers not in COVERS:
        raise Refused("covers", f"must be one of {', '.join(COVERS)}")
    number = gtin.zfill(14)
    row = profile_of(session, brand_id, number)
    if row is None:
        row = TagProfile(id=new_id(), brand_id=brand_id, gtin=number, created_at=now)
        session.add(row)
    row.scheme, row.key_number, row.covers = scheme, key_number, covers
    row.registered_only, row.updated_at = registered_only, now
    opened = {"meta": keys.meta.hex(), "file": keys.file.hex(), "system": keys.system.hex()}
    row.sealed = box.seal(json.dumps(opened).encode())
    session.flush()
    return row


def profile_of(session: Session, brand_id: str, gtin: str) -> TagProfile | None:
    """The profile of a product's tags, if the brand has said one."""
    return session.scalar(select(TagProfile).where(TagProfile.brand_id == brand_id, TagProfile.gtin == gtin))


def profiles(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[TagProfile]:
    """Profiles by GTIN, from behind `after` on."""
    asked = select(TagProfile).where(TagProfile.brand_id == brand_id, TagProfile.gtin > after)
    return session.scalars(asked.order_by(TagProfile.gtin).limit(limit)).all()


def opened_keys(profile: TagProfile, box: Box) -> Keys:
    """The keys of a profile, opened for one look."""
    keys = {name: bytes.fromhex(text) for name, text in json.loads(box.open(profile.sealed)).items()}
    return Keys(keys["meta"], keys["file"], keys["system"])


def put_tag(session: Session, *, brand_id: str, uid: str, key: str, now: datetime) -> NfcTag:
    """Say which item a tag is on, before or after its first tap; its counter stays. Raises Refused."""
    if identifiers.level(key) != "item":
        raise Refused("key", "must be an item: a GTIN with a serial number")
    add_tag(session, brand_id, uid, key, now)
    tag = session.get_one(NfcTag, (brand_id, uid), populate_existing=True)
    tag.key = key
    session.flush()
    return tag


def add_tag(session: Session, brand_id: str, uid: str, key: str | None, now: datetime) -> None:
    """There is a row of this tag after this; one that is there already stays as it is."""
    values = {"brand_id": brand_id, "uid": uid, "key": key, "counter": -1, "taps": 0, "repeats": 0}
    put = insert_into(_TAG, dialect_of(session)).values(**values, created_at=now)
    session.execute(put.on_conflict_do_nothing(index_elements=["brand_id", "uid"]))


def tags(session: Session, brand_id: str, *, after: str = "", limit: int) -> Sequence[NfcTag]:
    """Tags by UID, from behind `after` on."""
    asked = select(NfcTag).where(NfcTag.brand_id == brand_id, NfcTag.uid > after)
    return session.scalars(asked.order_by(NfcTag.uid).limit(limit)).all()

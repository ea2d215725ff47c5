"""What was stated about the parts of a way, and which statement counts for a part. Pure; rows come from known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from app.carbon import factors
from app.carbon.amounts import EXACT
from app.carbon.chain import DATA, HUB, Distance, Element, Intensity, Stated

Factors = Mapping[str, Intensity]
"""A brand's own intensities by their code."""


class Statement(NamedTuple):
    """What was stated; amounts are decimal text. `partner` is the name of who stated it, None: the brand."""

    id: str
    subject: str
    origin: str
    destination: str
    leg: int
    mode: str
    vehicle: str | None
    data: str
    emissions_kg: str | None
    activity: str | None
    intensity: str | None
    per: str | None
    longer_percent: str | None
    mass_kg: str | None
    distance_km: str | None
    distance_kind: str | None
    source: str | None
    file_sha256: str | None
    partner_id: str | None
    submission_id: int
    stated_at: datetime
    partner: str | None


def counting(
    stated: Iterable[Statement], subjects: Sequence[str], origin: str, destination: str, leg: int = 0
) -> Statement | None:
    """The statement that counts for a part: by the kind of data, then the nearest subject, then the newest."""
    fitting = [
        each
        for each in stated
        if each.subject in subjects and (each.origin, each.destination, each.leg) == (origin, destination, leg)
    ]
    return min(fitting, key=lambda each: _rank(each, subjects), default=None)


def _rank(each: Statement, subjects: Sequence[str]) -> tuple[Any, ...]:
    return DATA.index(each.data), subjects.index(each.subject), -each.stated_at.timestamp(), -each.submission_id


def element_of(stated: Statement | None, on_map: Distance | None, mass_t: Decimal | None, own: Factors) -> Element:
    """A leg or hub as far as it is known: `on_map` is its great circle, `mass_t` the mass of the thing itself."""
    if stated is None:
        return Element(mass_t=mass_t, distance=on_map)
    distance = on_map
    if stated.distance_km and stated.distance_kind:
        distance = Distance(Decimal(stated.distance_km), stated.distance_kind)
    if stated.mode == HUB:
        distance = None
    if stated.emissions_kg and not stated.activity and stated.mass_kg:
        of_t = EXACT.divide(Decimal(stated.mass_kg), Decimal(1000))
        share = Stated(Decimal(stated.emissions_kg), stated.data, stated.source or "", of_t)
        return Element(stated.mode, mass_t, distance, stated=share)
    return Element(stated.mode, mass_t, distance, intensity=_intensity(stated, own))


def _intensity(stated: Statement, own: Factors) -> Intensity | None:
    """What was stated per tonne-km, or follows from emissions and activity, else what a table says."""
    if stated.intensity:
        value = Decimal(stated.intensity)
    elif stated.emissions_kg and stated.activity:
        value = EXACT.divide(Decimal(stated.emissions_kg), Decimal(stated.activity))
    else:
        code = stated.vehicle or stated.mode
        return own.get(code) or (factors.of_class(code) if stated.vehicle else factors.of_mode(code))
    longer = Decimal(stated.longer_percent) if stated.longer_percent else None
    return Intensity(value, stated.data, stated.source or "", stated.per or "", longer=longer)

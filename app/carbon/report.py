"""What a way emitted as a table, a row for each part: every number with its basis. Pure."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from app.carbon.amounts import EXACT, plain
from app.carbon.chain import Total
from app.carbon.factors import VERSION
from app.carbon.journey import Journey, Part
from app.provenance.passport import Place

HEADER = (
    "key",
    "part",
    "mode",
    "origin",
    "destination",
    "leg",
    "departed",
    "arrived",
    "mass_kg",
    "distance_km",
    "distance_kind",
    "activity",
    "intensity",
    "intensity_per",
    "data",
    "at_least_kg",
    "about_kg",
    "at_most_kg",
    "missing",
    "told_by",
    "source",
    "file_sha256",
    "table",
)


def rows(found: Journey) -> list[list[str]]:
    """A row for each part of the way of one unit."""
    return [[found.key, *_cells(part, found)] for part in found.parts]


def _cells(part: Part, found: Journey) -> Iterable[str]:
    element, figure, stated = part.element, part.figure, part.stated
    distance, intensity = element.distance, element.intensity
    yield part.kind
    yield element.mode or ""
    yield _name(part.origin)
    yield _name(part.destination)
    yield str(part.leg) if part.leg else ""
    yield _moment(part.departed_at)
    yield _moment(part.arrived_at)
    yield plain(found.mass.kg if found.mass else None)
    yield plain(distance.km) if distance else ""
    yield distance.kind if distance else ""
    yield plain(figure.activity)
    yield plain(_short(intensity.value)) if intensity else ""
    yield intensity.per if intensity else ""
    yield figure.data
    yield plain(figure.low)
    yield plain(figure.value)
    yield plain(figure.high)
    yield " ".join(figure.missing)
    yield part.told_by or ""
    yield figure.source
    yield (stated.file_sha256 or "") if stated else ""
    yield VERSION if figure.data == "default" and VERSION in figure.source else ""


def as_json(found: Journey) -> dict[str, object]:
    """The same for programs: amounts are decimal text, what is not known is null."""
    parts = [{name: cell or None for name, cell in zip(HEADER[1:], row[1:], strict=True)} for row in rows(found)]
    return {
        "key": found.key,
        "mass_kg": plain(found.mass.kg) if found.mass else None,
        "parts": [{**part, "missing": str(part["missing"] or "").split()} for part in parts],
        "total": total_json(found.total),
        "table": VERSION,
    }


def total_json(total: Total) -> dict[str, object]:
    """A sum for programs."""
    return {
        "parts": total.parts,
        "unknown": total.unknown,
        "complete": total.complete,
        "at_least_kg": _or_none(total.at_least),
        "about_kg": _or_none(total.about),
        "at_most_kg": _or_none(total.at_most),
        "by_data": {kind: plain(amount) for kind, amount in total.by_data.items()},
    }


def _or_none(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)


def _short(value: Decimal) -> Decimal:
    """A quotient without its endless digits."""
    return EXACT.create_decimal(value).quantize(Decimal("0.000000001"), context=EXACT)


def _name(place: Place | None) -> str:
    return place.key if place else ""


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""

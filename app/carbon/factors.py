"""Average emission intensities of freight, for legs of which nobody stated more than the mode. Values only.

Source: UK Government GHG Conversion Factors for Company Reporting 2026, version 1 (Department for Energy Security
and Net Zero), sheets "Freighting goods" (tank-to-wheel, average laden) and "WTT- delivery vehs & freight"
(well-to-tank). Contains public sector information licensed under the Open Government Licence v3.0,
(c) Crown copyright 2026: https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/

The values were transcribed from a published reading of that workbook, and say so in the source of every leg:
nobody has compared them with the workbook itself. The averages are of British traffic. Air freight is without
radiative forcing. The default values of the GLEC Framework may not be handed on, and inland waterways and hubs
have none here: a brand enters what it may use.
"""

from dataclasses import dataclass
from decimal import Decimal

from app.carbon.chain import Intensity

VERSION = "desnz-2026-1"
SOURCE = "UK Government GHG Conversion Factors 2026 v1 (DESNZ), transcribed; compare with the original"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
ADDRESS = "https://www.gov.uk/government/publications/greenhouse-gas-reporting-conversion-factors-2026"


@dataclass(frozen=True, slots=True)
class Row:
    """A vehicle class of the table: kg CO2e per tonne-km, tank-to-wheel and well-to-tank as published."""

    code: str
    mode: str
    name: str
    ttw: str
    wtt: str

    @property
    def wtw(self) -> Decimal:
        """Well-to-wheel, which is their sum."""
        return Decimal(self.ttw) + Decimal(self.wtt)


ROWS = (
    Row("hgv", "road", "HGV (all diesel), average non-refrigerated", "0.10356", "0.02359"),
    Row("hgv-rigid-7.5", "road", "HGV, rigid over 3.5 to 7.5 t", "0.54001", "0.12296"),
    Row("hgv-rigid-17", "road", "HGV, rigid over 7.5 to 17 t", "0.43002", "0.09246"),
    Row("hgv-rigid", "road", "HGV, rigid over 17 t", "0.17256", "0.03736"),
    Row("hgv-artic-33", "road", "HGV, articulated over 3.5 to 33 t", "0.12292", "0.02731"),
    Row("hgv-artic", "road", "HGV, articulated over 33 t", "0.07835", "0.01799"),
    Row("hgv-cold", "road", "HGV refrigerated, average", "0.12122", "0.02769"),
    Row("van", "road", "Van, average up to 3.5 t, diesel", "0.63511", "0.15095"),
    Row("train", "rail", "Freight train", "0.02583", "0.00691"),
    Row("container-ship", "sea", "Container ship, average", "0.01612", "0.00365"),
    Row("container-ship-8000", "sea", "Container ship, 8000 TEU and more", "0.01266", "0.00287"),
    Row("container-ship-5000", "sea", "Container ship, 5000 to 7999 TEU", "0.01681", "0.00381"),
    Row("container-ship-3000", "sea", "Container ship, 3000 to 4999 TEU", "0.01681", "0.00381"),
    Row("container-ship-2000", "sea", "Container ship, 2000 to 2999 TEU", "0.02025", "0.00459"),
    Row("container-ship-1000", "sea", "Container ship, 1000 to 1999 TEU", "0.03250", "0.00737"),
    Row("container-ship-0", "sea", "Container ship, up to 999 TEU", "0.03675", "0.00833"),
    Row("bulk-carrier", "sea", "Bulk carrier, average", "0.00353", "0.00080"),
    Row("general-cargo", "sea", "General cargo ship, average", "0.01321", "0.00300"),
    Row("ro-ro-ferry", "sea", "RoRo ferry, average", "0.05158", "0.01170"),
    Row("air-short", "air", "Air freight, short haul, without radiative forcing", "0.75539", "0.20515"),
    Row("air-long", "air", "Air freight, long haul, without radiative forcing", "0.53130", "0.13516"),
)
BY_CODE = {row.code: row for row in ROWS}

# Where only the mode is known: the average, and the classes between which the truth may lie.
_AVERAGE = {
    "road": ("hgv", ("hgv-artic", "van")),
    "rail": ("train", ("train",)),
    "sea": ("container-ship", ("container-ship-8000", "container-ship-0")),
    "air": ("air-long", ("air-long", "air-short")),
}


def of_class(code: str) -> Intensity | None:
    """The intensity of a vehicle class of the table, None where it has none of this name."""
    row = BY_CODE.get(code)
    return _intensity(row) if row else None


def of_mode(mode: str) -> Intensity | None:
    """The average of a mode and the span of its classes, None where the table has nothing to say."""
    if mode not in _AVERAGE:
        return None
    code, classes = _AVERAGE[mode]
    values = [BY_CODE[each].wtw for each in classes]
    return _intensity(BY_CODE[code], min(values), max(values))


def _intensity(row: Row, low: Decimal | None = None, high: Decimal | None = None) -> Intensity:
    """Tonne-kilometres of this table are of goods moved over distances driven."""
    return Intensity(row.wtw, "default", f"{VERSION}, transcribed: {row.name}", "actual", low, high)

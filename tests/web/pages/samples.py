"""A passport made by hand, for the pages' own tests: tea from Ada's garden on its way to Ben."""

from datetime import UTC, date, datetime, timedelta

from app.provenance.passport import (
    BrandFace,
    CertificateFace,
    Check,
    LogFace,
    Passport,
    Place,
    ProductFace,
    RecallFace,
    Step,
)
from app.shipping.views import EventView, ParcelView, PromiseView
from app.telemetry.conditions import Condition, Excursion, Latest, Point

START = datetime(2026, 2, 20, 1, 0, tzinfo=UTC)
KEY = "/01/09506000134352/21/TEA-0042"
BRAND = BrandFace("b", "ada-tea", "Ada Tea", "#0b5d4f", "en")
PRODUCT = ProductFace(
    gtin="09506000134352",
    name="Spring Oolong, 50 g",
    description="Hand-picked in the first week of March and packed in the same house.",
    care="Keep dry and dark. The tin can be recycled as steel.",
    category="Tea",
    origin_country="TW",
    origin_place="Alishan",
    temperature_low="2",
    temperature_high="25",
)
PLACES = (
    Place("/414/4712345000019", "Ada's garden", "Alishan", "TW", 23.51, 120.80, "Asia/Taipei"),
    Place("/414/4712345000026", "Port of Kaohsiung", "Kaohsiung", "TW", 22.61, 120.28, "Asia/Taipei"),
    Place("/414/4712345000033", "Transit hub", "Dubai", "AE", 25.01, 55.06, "Asia/Dubai"),
    Place("/414/8712345000014", "Cold store 4", "Rotterdam", "NL", 51.95, 4.14, "Europe/Amsterdam"),
)


def step(index: int, biz_step: str, place: Place | None, zone: str, days: float, **more: object) -> Step:
    values: dict[str, object] = {
        "id": index,
        "event_id": f"ni:///sha-256;{index:064x}?ver=CBV2.0",
        "event_type": "ObjectEvent",
        "action": "OBSERVE",
        "biz_step": biz_step,
        "disposition": "in_transit",
        "at": START + timedelta(days=days),
        "zone": zone,
        "recorded_at": START + timedelta(days=days, minutes=3),
        "place": place,
        "partner": "Formosa Freight",
        "role": "epc",
        "via": None,
        "error_declared": False,
        "submission_id": index + 10,
        "index": index,
        "leaf_hash": f"{index:064x}",
        "intact": True,
    }
    return Step(**{**values, **more})  # type: ignore[arg-type]


STEPS = (
    step(1, "commissioning", PLACES[0], "+08:00", 0, disposition="active", partner="Ada Tea"),
    step(2, "packing", PLACES[0], "+08:00", 0.2, disposition="in_progress", partner="Ada Tea"),
    step(3, "loading", PLACES[1], "+08:00", 1.5, via="/00/395060001343520001"),
    step(4, "departing", PLACES[1], "+08:00", 2.1, via="/00/395060001343520001"),
    step(5, "arriving", PLACES[2], "+04:00", 4.2, via="/00/395060001343520001"),
    step(6, "receiving", PLACES[3], "+01:00", 9.3, partner="Maas Cold Stores"),
)
CHECKS = (
    Check("unchanged", "ok", "unchanged.ok"),
    Check("included", "ok", "included.ok"),
    Check("signed", "ok", "signed.ok"),
    Check("anchored", "unknown", "anchored.unknown"),
)


def condition(*, warm: bool = False) -> Condition:
    """Nine days of readings with a gap of ten hours; `warm` adds three hours above the band."""
    gap = (START + timedelta(days=4), START + timedelta(days=4, hours=10))
    series = [
        Point(at, 12 + (hour % 24) / 6 + (16 if warm and 130 < hour < 134 else 0), 14 + (hour % 24) / 5)
        for hour in range(0, 220, 2)
        if not gap[0] <= (at := START + timedelta(hours=hour)) < gap[1]
    ]
    series = [Point(p.at, min(p.low, p.high), max(p.low, p.high)) for p in series]
    excursion = Excursion(7, "box-7", START + timedelta(hours=131), START + timedelta(hours=134), "31.2",
                          START + timedelta(hours=132), "25", "CEL", 99)  # fmt: skip
    return Condition(
        metric="temperature",
        unit="CEL",
        symbol="°C",
        low="2",
        high="25",
        latest=Latest(START + timedelta(hours=218), "14.6", "CEL"),
        inside_s=210 * 3600 - (10800 if warm else 0),
        outside_s=10800 if warm else 0,
        unknown_s=36000,
        watched=[(START, START + timedelta(hours=220))],
        series=series,
        gaps=[gap],
        excursions=[excursion] if warm else [],
        seal_submission_ids=[71, 70],
        seal_count=14,
        devices=["box-7"],
    )


def parcel() -> ParcelView:
    """A parcel that customs holds; its window has moved by three days."""
    first = PromiseView(date(2026, 3, 3), date(2026, 3, 5), "brand", START, 50)
    current = PromiseView(date(2026, 3, 6), date(2026, 3, 8), "dhl_universal", START + timedelta(days=9), 60)
    held = EventView(
        "customs", "customs_documents", None, False, "Clearance event: documents required", "Schiphol, NL",
        START + timedelta(days=9.5), datetime(2026, 3, 1, 14, 0), date(2026, 3, 1), timedelta(hours=1), "given",
        "dhl_universal", 61, "polled",
    )  # fmt: skip
    taken = EventView(
        "in_transit", None, "accepted", True, "Shipment picked up", "Kaohsiung, TW", START + timedelta(days=2),
        datetime(2026, 2, 22, 9, 0), date(2026, 2, 22), timedelta(hours=8), "from_location", "dhl_universal", 55,
        "signed_callback",
    )  # fmt: skip
    return ParcelView(
        "s1", "customs", "customs_documents", START + timedelta(days=9.5), ("dhl_universal",), ("…3462",),
        START + timedelta(days=9.8), (held, taken), first, current, 2, 1, "Europe/Amsterdam", (50, 55, 60, 61),
    )  # fmt: skip


def passport(**more: object) -> Passport:
    """Ada's tin of tea; name a field to change it."""
    values: dict[str, object] = {
        "key": KEY,
        "level": "item",
        "version": 3,
        "brand": BRAND,
        "product": PRODUCT,
        "gtin": "09506000134352",
        "lot": "L2026-03",
        "serial": "TEA-0042",
        "steps": STEPS,
        "certificates": (
            CertificateFace("c1", "/01/09506000134352", "Organic farming", "Tse-Xin Certification",
                            "Oolong, 12 ha", date(2025, 1, 1), date(2027, 1, 1), "ab" * 32, True, 30),
        ),
        "recall": None,
        "condition": condition(),
        "parcel": parcel(),
        "checks": CHECKS,
        "log": LogFace("wayproof/01kk2m5x7q", 1248, "cd" * 32, None, "wayproof/01kk2m5x7q+1f2e3d4c+AQ=="),
        "submissions": tuple(range(11, 17)),
    }  # fmt: skip
    return Passport(**{**values, **more})  # type: ignore[arg-type]


def recall() -> RecallFace:
    reason = "Metal splinters were found in one tin of this lot."
    advice = "Do not drink it. Bring it back to the shop; you get your money back."
    return RecallFace("r1", "/01/09506000134352/10/L2026-03", reason, advice, START, 80)

"""Ada's shop sends Ben tea, with carriers that live on this machine and follow the clock of the test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.brands.tenants import brand_of, create_brand
from app.db import Db
from app.demo.carrier_server import CARRIERS, CarrierServer
from app.house import House
from app.models.shipments import Shipment
from app.sealed import open_box
from app.settings import Settings
from app.shipping.carrier_accounts import put_account
from app.shipping.orders import Buyer, place_order
from app.shipping.shipments import ParcelOrder, create_shipment

BEN = Buyer(name="Ben Okafor", email="ben@example.org", language="en", country="IE")
NUMBERS = {"dhl_universal": "4212345675", "fedex": "449044304130", "ups": "1Z2Y5V710312345670"}


@dataclass
class TestClock:
    """The house's clock of a test; moved by hand."""

    __test__ = False
    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def house(db: Db, tmp_path: Path, clock: TestClock) -> House:
    settings = Settings(home=tmp_path, allow_private_targets=True)
    settings.keys.mkdir(mode=0o700)
    return House(settings, db, clock, settings.keys)


@pytest.fixture
def brand_id(house: House, clock: TestClock) -> str:
    return create_brand(house.db, house.keys, name="Ada Tea", slug="ada", now=clock())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "carriers"


@pytest.fixture
def server(clock: TestClock, folder: Path) -> Iterator[CarrierServer]:
    server = CarrierServer(0, clock, folder).start()
    yield server
    server.stop()


@pytest.fixture
def accounts(house: House, brand_id: str, server: CarrierServer) -> None:
    with house.db.begin() as session:
        for carrier in CARRIERS:
            put_account(
                session,
                open_box(house.keys),
                brand_id=brand_id,
                carrier=carrier,
                base_url=server.base_url,
                client_id="ada",
                secret="secret of ada",
                now=house.clock(),
            )


Ship = Callable[..., Shipment]


@pytest.fixture
def ship(house: House, brand_id: str) -> Ship:
    """Make a shipment of one parcel, or of several, to Galway."""

    def make(
        *carriers: str,
        number: str = "A-1",
        keys: tuple[str, ...] = (),
        window: tuple[date, date] | None = (date(2026, 3, 4), date(2026, 3, 6)),
        parcels: list[ParcelOrder] | None = None,
        service: str | None = None,
    ) -> Shipment:
        now = house.clock()
        with house.db.begin() as session:
            brand = brand_of(session, brand_id)
            order = place_order(session, brand, number=number, buyer=BEN, placed_at=now, now=now)
            return create_shipment(
                session,
                brand,
                order,
                parcels=parcels or [ParcelOrder(NUMBERS[carrier], carrier) for carrier in carriers],
                keys=keys,
                window=window,
                service=service,
                origin_country="DE",
                destination_country="IE",
                now=now,
            )

    return make

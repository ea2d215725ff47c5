"""What every step of the demo stands on: the house, the files, the story, and how a step tells what it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.demo.places import Places
from app.demo.sensors import BOX_LOGGER
from app.house import House
from app.process import read_json


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

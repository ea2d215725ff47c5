"""What a driver types becomes an event that says no more and no less."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.epcis.document import parse_event
from app.epcis.strict_json import write
from app.provenance.typed import Mistyped, Typed, event
from tests.app.provenance.conftest import A1001, CASE, LOT, ROASTERY

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ZONES = {ROASTERY: "Asia/Jakarta", "/414/9521234000310": None}
GOOD = {"thing": "(01)09521234000013(21)A1001", "step": "holding", "place": ROASTERY, "at": "2026-03-02T16:00"}


def typed(**changes: str) -> dict[str, Any]:
    return event(Typed(**{**GOOD, **changes}), ZONES, "urn:uuid:1", NOW)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ("https://id.gs1.org/01/09521234000013/21/A1001", ("epc", A1001)),
        ("https://shop.example/01/09521234000013/21/A1001?x=1", ("epc", A1001)),
        ("(01)09521234000013(21)A1001", ("epc", A1001)),
        ("]C1010952123400001321A1001", ("epc", A1001)),
        ("urn:epc:id:sscc:9521234.3000000002", ("epc", CASE)),
        ("395212340000000021", ("epc", CASE)),
        ("(01)09521234000013(10)R26-07", ("epc_class", LOT)),
    ],
)
def test_any_way_to_write_a_thing_names_it(thing: str, name: tuple[str, str]) -> None:
    if thing.startswith("urn:"):
        name = ("epc", parse_event(write(typed(thing=thing))).names[0][1])
    assert parse_event(write(typed(thing=thing))).names == (name,)


def test_the_time_is_that_on_the_clock_of_the_place() -> None:
    made = parse_event(write(typed()))
    assert (made.time, made.zone) == (datetime(2026, 3, 2, 9, tzinfo=UTC), "+07:00")
    made = parse_event(write(typed(zone="UTC", at="2026-03-02T09:00")))
    assert (made.time, made.zone) == (datetime(2026, 3, 2, 9, tzinfo=UTC), "+00:00")


def test_what_was_left_out_is_not_said() -> None:
    made = typed(place="", zone="Europe/Amsterdam", at="2026-03-02T10:00")
    assert made.keys().isdisjoint({"readPoint", "disposition", "urn:wayproof:note"})
    made = typed(state="damaged", note=" wet ")
    assert (made["disposition"], made["urn:wayproof:note"]) == ("damaged", "wet")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"thing": ""}, {"thing": "thing"}),
        ({"thing": "nonsense"}, {"thing": "thing"}),
        ({"thing": "09521234000014"}, {"thing": "thing"}),
        ({"thing": "09521234000013"}, {"thing": "product"}),
        ({"thing": "x" * 100_000}, {"thing": "thing"}),
        ({"step": "stealing"}, {"step": "step"}),
        ({"state": "lovely"}, {"state": "step"}),
        ({"place": "/414/0000000000000"}, {"place": "place", "zone": "zone"}),
        ({"place": "/414/9521234000310"}, {"zone": "zone"}),
        ({"zone": "../../etc/passwd"}, {"zone": "zone"}),
        ({"zone": "Nowhere/Atlantis"}, {"zone": "zone"}),
        ({"at": ""}, {"at": "at"}),
        ({"at": "2026-03-02T16:00+07:00"}, {"at": "at"}),
        ({"at": "1026-03-02T16:00"}, {"at": "at"}),
        ({"at": "2026-03-02T17:00"}, {"at": "future"}),
        ({"note": "x" * 501}, {"note": "note"}),
        ({"thing": "", "step": ""}, {"thing": "thing", "step": "step"}),
    ],
)
def test_each_wrong_field_is_named(changes: dict[str, str], wrong: dict[str, str]) -> None:
    with pytest.raises(Mistyped) as caught:
        typed(**changes)
    assert caught.value.wrong == wrong

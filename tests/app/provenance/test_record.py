import ast
from pathlib import Path

import pytest

from app.entries import EntryType
from app.entry_fields import FIELDS
from app.record import Unclassed, check, record
from ledger.fields import class_of
from tests.app.provenance.conftest import Record

APP = Path(__file__).parents[3] / "app"


def test_every_kind_of_entry_has_a_line_of_fields() -> None:
    assert FIELDS.keys() == set(EntryType)


@pytest.mark.parametrize("kind", EntryType)
def test_every_opening_of_a_line_has_a_class_and_no_name_stands_twice(kind: EntryType) -> None:
    line = FIELDS[kind]
    names = [path.partition(":")[2] for path in line.openings if not path.endswith(":document")]
    assert all(class_of(path) for path in line.openings)
    assert len({*names, *line.public}) == len(names) + len(line.public)


def test_only_one_file_of_the_house_speaks_to_the_log() -> None:
    speaking = []
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.ImportFrom) and any(each.name == "accept" for each in node.names)
            if named or (isinstance(node, ast.Attribute) and node.attr == "accept" and "log" in ast.unparse(node)):
                speaking.append(path.name)
    assert speaking == ["record.py"]


@pytest.mark.parametrize(
    ("body", "openings", "named"),
    [
        ({"order": "1", "email": "ben@x.example"}, {}, "email"),
        ({"order": "1"}, {"public:number": b"7"}, "public:number"),
        ({"order": "1"}, {"commercial:number": b"7"}, "commercial:number"),
        ({"order": "1"}, {"personal:number/0": b"7"}, "personal:number/0"),
    ],
)
def test_a_field_without_a_class_is_refused_and_named(
    ada: Record, body: dict[str, str], openings: dict[str, bytes], named: str
) -> None:
    with ada.db.begin() as session, pytest.raises(Unclassed, match=named):
        record(
            session,
            ada.brand.log_id,
            EntryType.ORDER_PLACED,
            body,
            now=ada.now,
            openings=openings,
            person="customer:1",
        )


def test_a_position_in_a_path_may_be_any_number() -> None:
    check(EntryType.SHIPMENT_CREATED, {}, {"personal:parcels/12/tracking_number": b"1Z"}, "customer:1")
    with pytest.raises(Unclassed):
        check(EntryType.SHIPMENT_CREATED, {}, {"personal:parcels/x/tracking_number": b"1Z"}, "customer:1")
    with pytest.raises(Unclassed, match="whom"):
        check(EntryType.ORDER_PLACED, {}, {"personal:number": b"7"}, "")

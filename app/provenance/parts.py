"""The parts of a stored event by class: what the ledger's openings hold of it, and whether it is another one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.epcis import classes
from app.models.brands import Brand
from ledger.entry import read
from ledger.errors import Tampered
from ledger.fields import CLASSES
from ledger.log import Item, evidence

CHOSEN = "field_classes"
"""In a brand's settings: the class of each field of its own, by the field's full name."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What is stored of an event, by the path of its opening, and every path that its entry commits to."""

    values: Mapping[str, bytes]
    committed: frozenset[str]

    def are(self, given: Mapping[str, bytes], *, but: str = "") -> bool:
        """Whether these are the parts of the same event; of one that was erased in part, what is left is compared.

        `but` names a field that may differ (EPCIS 2.0, section 7.4.1.4: the errorDeclaration).
        """
        if self.values.keys() == self.committed:
            return _without(but, self.values) == _without(but, given)
        return self.committed == given.keys() and all(
            _without(but, {path: value}) == _without(but, {path: given[path]})
            for path, value in self.values.items()
        )


def chosen(brand: Brand) -> dict[str, str]:
    """The classes that a brand gave to fields of its own, by full name."""
    given: dict[str, str] = brand.settings.get(CHOSEN, {})
    return given


def stored(session: Session, log_id: int, submission_ids: Iterable[int]) -> dict[int, Parts]:
    """The parts of stored events by submission, all classes of them: to compare, never to show."""
    found = evidence(session, log_id, submission_ids, classes=CLASSES)
    return {item.submission_id: _parts(item) for item in found.items.values()}


_DOCUMENTS = frozenset(classes.PATHS.values())


def _parts(item: Item) -> Parts:
    values = {each.path: each.value for each in item.openings if each.path in _DOCUMENTS}
    try:
        committed = frozenset(read(item.envelope or b"").commitments) & _DOCUMENTS
    except Tampered:  # changed by hand, which the check of the page says
        committed = frozenset(values)
    return Parts(values, committed)


def _without(name: str, parts: Mapping[str, bytes]) -> dict[str, Any]:
    event = classes.merge(parts)
    event.pop(name, None)
    return event

"""What a passport shows of the time after the sale, and how each row of it must agree with the log. Reads only."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.keep import Keep
from app.owning import faces
from app.owning.faces import AfterFace, Lines, Owned, OwnedFace, TermsFace, TopicFace
from app.provenance import shown
from app.provenance.checks import Shown


@dataclass(frozen=True, slots=True)
class AfterSale:
    """The rows of an item and of its product, for a reader in one country."""

    owned: Owned
    lines: Lines
    country: str

    def compared(self) -> Iterator[tuple[int, Shown]]:
        """By submission: how the entry must agree with each row that the page shows."""
        if self.owned.row and self.owned.row.submission_id:
            yield self.owned.row.submission_id, shown.owned(self.owned.row)
        yield from ((row.submission_id, shown.repair(row)) for row in self.owned.repairs)
        for topic in faces.SHOWN:
            if row := self.lines.text_in(self.country, topic):
                yield row.submission_id, shown.guidance(row)
        if terms := self.lines.terms_in(self.country):
            yield terms.submission_id, shown.warranty(terms)

    def owner(self) -> OwnedFace | None:
        """Where the ownership stands."""
        return OwnedFace.of(self.owned)

    def advice(self, say: Callable[[Mapping[str, str]], str]) -> AfterFace:
        """Care, repair, recycling and warranty; `say` takes a text in the reader's language."""
        told = ((topic, self.lines.text_in(self.country, topic)) for topic in faces.SHOWN)
        topics = (TopicFace(topic, say(row.text), row.href) for topic, row in told if row)
        terms = self.lines.terms_in(self.country)
        return AfterFace(
            self.country,
            self.lines.countries,
            tuple(topics),
            TermsFace(terms.months, terms.starts, terms.repair_months, terms.href) if terms else None,
        )


def of(session: Session, brand_id: str, page: Any, key: str, country: str, keep: Keep) -> AfterSale:
    """What there is for one page; what is said of a product is the same for all its items and may be kept."""
    gtin = page.product_gtin
    owned = faces.owned(session, brand_id, key) if page.level == "item" else Owned()
    lines = keep(("after", gtin), lambda: faces.lines(session, brand_id, gtin)) if gtin else Lines()
    return AfterSale(owned, lines, country)

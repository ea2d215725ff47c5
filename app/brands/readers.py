"""Who may see which classes of fields: consumers, partners, staff. Rules alone; the openings are in the ledger."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads a brand's record. With a `partner_id`, only what that partner wrote is beyond public."""

    classes: frozenset[str]
    partner_id: str | None = None

    def sees(self, author: str | None) -> frozenset[str]:
        """The classes of fields that are open to this reader in what `author` (a partner, or the brand) wrote."""
        return self.classes if self.partner_id in (None, author) else PUBLIC


PUBLIC = frozenset({"public"})
CONSUMER = Reader(PUBLIC)
STAFF = Reader(frozenset({"public", "commercial"}))
"""The brand's people, its auditors and its own keys. What is personal is seen by a reasoned reveal alone."""


def reader_of(partner_id: str | None) -> Reader:
    """The reader behind a login or a key: of this partner, or of the brand itself."""
    return Reader(STAFF.classes, partner_id)

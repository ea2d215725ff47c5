"""What an audit looks at beyond hashes: a list of views, each a function in a file of its own.

A view runs when every entry has been gone through, in the same moment of the database, and tells its findings.
"""

from collections.abc import Callable, Iterable

from ledger.audit_openings import erased_values
from ledger.audited import Audited
from ledger.compare import Finding

View = Callable[[Audited], Iterable[Finding]]


def partners_words(about: Audited) -> Iterable[Finding]:
    """What is said in a partner's name and was not signed as it is shown."""
    for index, data, openings in about.entries(about.noted.get("partner", ())):
        yield from about.signers.look(index, data, openings)


VIEWS: tuple[View, ...] = (erased_values, partners_words)

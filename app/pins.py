"""The pin of a log's key as people meet it: below a printed code, on a page, read aloud."""

from ledger.trust import pin_of


def pin(vkey: str) -> str:
    """The pin of a log's key in groups of five, as a person reads it aloud."""
    letters = pin_of(vkey)
    return " ".join(letters[at : at + 5] for at in range(0, len(letters), 5))

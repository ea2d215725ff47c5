"""What the check's last line says of an anchor, in words: where it stands, by which rule, and what comes when."""

from collections.abc import Iterator
from datetime import datetime

from app import words
from app.provenance.passport import Check
from app.texts import Texts

SHOWN_ONLY = ("anchored.demo", "anchored.file")
"""What is no evidence by itself: a chain of our own, and a file that somebody must have a copy of."""


def text_of(check: Check, minutes: int | None) -> str:
    """The key of the sentence. minutes: between two anchors; None where none are made."""
    return "anchored.pending" if check.text == "anchored.unknown" and minutes else check.text


def sentence(check: Check, t: Texts, minutes: int | None) -> str:
    """The sentence, and what belongs to it."""
    text = text_of(check, minutes)
    return " ".join([t.gettext(words.CHECK_STATE[text]), *_more(text, check, t, minutes)])


def _more(text: str, check: Check, t: Texts, minutes: int | None) -> Iterator[str]:
    facts = check.facts
    if text == "anchored.pending" and minutes:
        yield t.ngettext(
            "A new one goes there every minute, and needs some minutes more to be final.",
            "A new one goes there every %(num)s minutes, and needs some minutes more to be final.",
            minutes,
        )
    if text in ("anchored.mined", "anchored.safe") and facts.get("final_by"):
        at = datetime.fromisoformat(facts["final_by"])
        yield t.gettext("Final at about %(moment)s UTC.", moment=t.moment(at, "UTC"))
    if text == "anchored.ok":
        rule, _, depth = facts.get("finality", "").partition(":")
        if rule == "tag":
            yield t.gettext("Final by the chain's own word.")
        elif depth:
            yield t.ngettext(
                "Final by depth: a block stands on it.", "Final by depth: %(num)s blocks stand on it.", int(depth)
            )
    if text in ("anchored.ok", "anchored.mined", "anchored.safe") and facts.get("sources") == "1":
        yield t.gettext("One node of the chain was asked.")

"""What a watcher reads: a subject and paragraphs, in the language of the wish. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.texts import Texts
from app.texts import marked as _

FAILED = _("A check of the log of %(brand)s failed: something in it is not what was recorded and signed.")


@dataclass(frozen=True)
class Letter:
    """A subject, and (heading, text) one below the other; `see` is what the button says."""

    subject: str
    parts: tuple[tuple[str, str], ...]
    see: str

    @property
    def body(self) -> str:
        """Plain text, as app/channels/email lays it out."""
        return "\n\n".join(f"{heading}\n{text}" for heading, text in self.parts)


def confirm(t: Texts, thing: str) -> Letter:
    """The link that makes a wish count."""
    return Letter(
        t.gettext("Do you want to watch %(thing)s?", thing=thing),
        (
            (
                t.gettext("One more step"),
                t.gettext("Press the button below, and we write to you when something new happens to it."),
            ),
            (
                t.gettext("Was it not you?"),
                t.gettext("Then do nothing. Without your answer we forget this address within two days."),
            ),
        ),
        t.gettext("Yes, watch it"),
    )


def news(t: Texts, thing: str, lines: Sequence[str]) -> Letter:
    """New events of a thing."""
    return Letter(
        t.gettext("News of %(thing)s", thing=thing),
        ((t.gettext("What happened"), "\n".join(lines)),),
        t.gettext("See its page"),
    )


def recall(t: Texts, thing: str, reason: str, advice: str) -> Letter:
    """The thing is called back, in the brand's own words."""
    return Letter(
        t.gettext("Recall of %(thing)s", thing=thing),
        ((t.gettext("What happened"), reason), (t.gettext("What you can do"), advice)),
        t.gettext("See its page"),
    )


def misbehaved(t: Texts, thing: str, brand: str) -> Letter:
    """The check of the log failed."""
    return Letter(
        t.gettext("The record of %(thing)s did not pass its check", thing=thing),
        (
            (
                t.gettext("What happened"),
                t.gettext(FAILED, brand=brand),
            ),
            (
                t.gettext("What you can do"),
                t.gettext(
                    "Do not rely on what the page says until this is explained. A proof file that you saved"
                    " before still holds."
                ),
            ),
        ),
        t.gettext("See its page"),
    )

"""What the verbs of provenance refuse, in words for who asked."""

from collections.abc import Sequence


class Conflict(Exception):
    """The eventID is taken by an event with another content (EPCIS: ResourceAlreadyExists)."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f"an event with the eventID {event_id} exists already, and it says something else")
        self.event_id = event_id


class NameTaken(Exception):
    """Another query of this brand has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a query named {name} exists already; delete it first, or choose another name")


class NotAllowed(Exception):
    """The partner does not belong to this brand, so it may not write into its record."""


class SignatureRefused(Exception):
    """The signature of an event or a claim is missing, or is not one of its partner over it.

    `what` names the one that was signed, `field` is a JSON pointer inside it, `rule` says how to mend it.
    """

    def __init__(self, what: str, field: str, rule: str) -> None:
        super().__init__(f"{what}: {rule}")
        self.field = field
        self.rule = rule


class Refused(ValueError):
    """A fact that a verb was given is wrong; `field` names it, the text says how to mend it.

    `rule` is that text in English. `sentence` is what is translated, and `told` fills its `%(name)s` places.
    """

    def __init__(self, field: str, sentence: str, /, **told: object) -> None:
        self.rule = sentence % told if told else sentence
        super().__init__(f"{field}: {self.rule}")
        self.field = field
        self.sentence = sentence
        self.told = {name: str(value) for name, value in told.items()}


class TooMany(ValueError):
    """What was asked for would be larger than one answer may be; the text says how to ask for less."""


class NotCleared(Exception):
    """Something may not be packed or sent: a required check of its lot has not passed. Says which, and the remedy.

    `lacking` is what is missing, as (key, check, state).
    """

    def __init__(self, lacking: Sequence[tuple[str, str, str]]) -> None:
        key, check, state = lacking[0]
        more = f", and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        super().__init__(
            f"{key} may not be packed or sent: the required check {check} is {state}{more};"
            " record the check with its result first, or end the requirement"
        )
        self.lacking = tuple(lacking)


class AlreadyCorrected(Exception):
    """What was to be corrected has a correction already."""

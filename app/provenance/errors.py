"""What the verbs of provenance refuse, in words for who asked."""


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
    """The signature of an event is missing, or is not one of its partner over this event.

    `field` is a JSON pointer inside the event, `rule` says how to mend it.
    """

    def __init__(self, event_id: str, field: str, rule: str) -> None:
        super().__init__(f"event {event_id}: {rule}")
        self.field = field
        self.rule = rule


class Refused(ValueError):
    """A fact that a verb was given is wrong; `field` names it, the text says how to mend it."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class TooMany(ValueError):
    """What was asked for would be larger than one answer may be; the text says how to ask for less."""

"""What can go wrong in the ledger, named by what the caller can do. No code that decides lives here."""


class LedgerError(Exception):
    """Base of every refusal of the ledger."""


class NotCanonical(LedgerError, ValueError):
    """A value or its bytes are outside the JSON profile of `ledger.canonical`; mend the value and try again.

    rule: one of the names in `ledger.canonical.RULES`; path: where, such as `body.legs[2].mode` ("" is the top).
    """

    def __init__(self, rule: str, path: str, sentence: str) -> None:
        super().__init__(f"{path or 'the value'}: {sentence}")
        self.rule = rule
        self.path = path


class EntryRefused(LedgerError, ValueError):
    """An entry has a wrong type name, is too large, or its key or an opening is unusable."""


class KeyReused(LedgerError):
    """The idempotency key was used before in this log for another content; choose a new key."""


class Tampered(LedgerError):
    """A check failed: what was shown is not what was recorded or signed. The text names the step."""


class StepFailed(Tampered):
    """A numbered step of a verifier failed. `step` is its number, `error` its name, the same in every verifier."""

    def __init__(self, step: int, error: str, sentence: str) -> None:
        super().__init__(f"step {step}: {sentence}")
        self.step = step
        self.error = error


class Unsure(LedgerError):
    """A check could not be made, so nothing is known: neither that it holds nor that it fails. Never a success."""

    def __init__(self, step: int, error: str, sentence: str) -> None:
        super().__init__(f"step {step}: {sentence}")
        self.step = step
        self.error = error


class RolledBack(LedgerError):
    """The database is behind, or beside, what this key has already signed: a restored backup or a changed row.

    Signing now would show two histories. Restore the newer database, or retire the log's origin.
    """


class StillPending(LedgerError):
    """An entry has no place in the log yet, so nothing can name it; try again in a moment."""


class NoKeyring(LedgerError):
    """Values that are not public cannot be read or written: the ring of keys was not handed down."""


class KeyLost(LedgerError):
    """A key of the ring is gone, or a wrapped key was changed: restore the ring's file from its own backup."""


class LeaseLost(LedgerError):
    """Another integrator took over the log; nothing of this batch was written. Harmless: try again later."""


class UnknownLog(LedgerError, LookupError):
    """There is no log with this id."""


class UnknownSubmission(LedgerError, LookupError):
    """Neither the log nor its inbox holds this submission."""


class NotPublished(LedgerError):
    """The entry has no place under a published checkpoint yet; ask again after the next one."""

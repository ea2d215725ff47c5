"""What a channel says when it did not deliver. Nothing else."""

from datetime import datetime


class ChannelError(Exception):
    """The message did not leave. permanent: sending again will not help; `wait_s`: not before so many seconds.

    `status` is what the other side called it; `mark`, where the address itself is refused, its keyed hash.
    """

    def __init__(self, message: str, permanent: bool = False, wait_s: int | None = None, status: str = "") -> None:
        super().__init__(message)
        self.permanent = permanent
        self.wait_s = wait_s
        self.status = status
        self.mark: bytes | None = None


class Postponed(Exception):
    """It is not the time for this message; it is sent at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until.isoformat()}")
        self.until = until


class Withheld(Exception):
    """Not sent: `state` is held (a person decides) or withdrawn (it is out of date), `why` a code."""

    def __init__(self, state: str, why: str) -> None:
        super().__init__(f"{state}: {why}")
        self.state = state
        self.why = why

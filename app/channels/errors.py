"""What a channel says when it could not deliver. Nothing else."""


class ChannelError(Exception):
    """The message did not leave. permanent: sending again will not help; `wait_s`: not before so many seconds."""

    def __init__(self, message: str, permanent: bool = False, wait_s: int | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.wait_s = wait_s

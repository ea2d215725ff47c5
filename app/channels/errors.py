"""What a channel says when it could not deliver. Nothing else."""


class ChannelError(Exception):
    """The message did not leave. permanent: sending again will not help."""

    def __init__(self, message: str, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent

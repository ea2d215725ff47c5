"""The numbered steps of every verifier of the project, as a refusal names them. The checks live elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.errors import StepFailed, Tampered


@contextmanager
def step(number: int, error: str) -> Iterator[None]:
    """Say in a refusal which step it is of, and by which name verifiers know it."""
    try:
        yield
    except StepFailed:
        raise
    except (Tampered, ValueError) as failure:
        raise StepFailed(number, error, str(failure)) from failure

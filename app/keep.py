"""How a reader of the database is told that some of what it reads may be kept for a moment, and shared.

Who keeps, and for how long, is decided by the door that asks (app/web/pages/shared); nothing is kept here.
"""

from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class Keep(Protocol):
    """Gives what was kept under `place`, which names all that it was made of, or makes it."""

    def __call__(self, place: Hashable, make: Callable[[], Value]) -> Value: ...


def afresh(place: Hashable, make: Callable[[], Value]) -> Value:
    """Keeps nothing."""
    del place
    return make()

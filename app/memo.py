"""A bounded memory of what a pure function gave. Nothing in it outlives the process, and nothing depends on it."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """What `make` gives for a key, kept for at most `most` keys; only those that are `short` are kept.

    Full, it forgets all. So a hit costs no more than a look into a dict, which an LRU cache doubles.
    """

    __slots__ = ("_make", "_most", "_short")

    def __init__(self, make: Callable[[K], V], most: int, short: Callable[[K], bool]) -> None:
        super().__init__()
        self._make = make
        self._most = most
        self._short = short

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if self._short(key):
            if len(self) >= self._most:
                self.clear()
            self[key] = made
        return made

"""Asking the carriers: claims what is due, speaks with no transaction open, applies what was said."""

from app.house import House


def poll_due(house: House, *, owner: str, limit: int = 60) -> int:
    """Ask the carriers about the parcels that are due; how many parcels were answered.

    Each account speaks in a thread of its own, so a carrier that hangs delays only itself.
    """
    raise NotImplementedError

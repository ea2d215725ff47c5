"""The names of our MQTT topics, pure. No connection lives here.

A device publishes on `wayproof/{brand}/{device}/readings` and hears our receipt on `…/receipt`. Its MQTT user name
is `{brand}/{device}`, so one pattern of the broker's access list binds every user to its own two topics.
"""

import re

ALL_READINGS = "wayproof/+/+/readings"
ALL_RECEIPTS = "wayproof/+/+/receipt"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


def is_name(text: str) -> bool:
    """Whether a brand's slug or a device's name may stand in a topic: 1-40 of a-z 0-9 . _ - and no separator."""
    return bool(_NAME.fullmatch(text))


def username(brand: str, device: str) -> str:
    """The MQTT user of a device, for example `demo/cold-1`."""
    return f"{brand}/{device}"


def readings(user: str) -> str:
    """Where the device with this user name publishes."""
    return f"wayproof/{user}/readings"


def receipt(user: str) -> str:
    """Where the device with this user name hears that its readings are committed."""
    return f"wayproof/{user}/receipt"


def user_of(topic: str) -> str | None:
    """The user name that a topic of readings belongs to, or None for any other topic."""
    levels = topic.split("/")
    if len(levels) != 4 or levels[0] != "wayproof" or levels[3] != "readings":
        return None
    return f"{levels[1]}/{levels[2]}" if is_name(levels[1]) and is_name(levels[2]) else None

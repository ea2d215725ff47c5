"""Personal fields as staff see them before they give a reason: enough to compare, too little to keep. Pure."""

from collections.abc import Mapping

HIDDEN = "•••"


def name(value: str | None) -> str:
    """The first letter of each word: `A••• L•••`."""
    return " ".join(f"{word[0]}{HIDDEN}" for word in (value or "").split())


def email(value: str | None) -> str:
    """First letter and top-level domain: `a•••@•••.com`."""
    local, at, domain = (value or "").partition("@")
    if not at:
        return HIDDEN if local else ""
    return f"{local[:1]}{HIDDEN}@{HIDDEN}.{domain.rpartition('.')[2]}"


def phone(value: str | None) -> str:
    """The last two digits: `••• 42`."""
    digits = "".join(letter for letter in value or "" if letter.isdigit())
    return f"{HIDDEN} {digits[-2:]}" if len(digits) >= 6 else HIDDEN if digits else ""


def address(value: Mapping[str, str] | None) -> str:
    """The country alone."""
    return (value or {}).get("country", HIDDEN) if value else ""

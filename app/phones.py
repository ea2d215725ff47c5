"""Telephone numbers as people write them: the end by which one is found, and whether two are the same. Pure."""

import re

END = 7
"""Digits of the end that is looked up; fewer would be many people's."""

_WRITTEN = re.compile(r"[\d\s()+./\-\u2010-\u2015]{7,40}")
_TRUNK = re.compile(r"\(\s*0\s*\)")  # +49 (0)170: the nought is only dialled inside the country


def digits(text: str) -> str:
    """The digits without what is only dialled before them, in ASCII whatever script they were written in."""
    bare = _TRUNK.sub("", text)
    return "".join(str(int(char)) for char in bare if char.isdecimal()).lstrip("0")


def end_of(text: str | None) -> str | None:
    """The end of a number; None of what is too short to be somebody's."""
    found = digits(text or "")
    return found[-END:] if len(found) >= END else None


def is_written(text: str) -> bool:
    """Whether a text looks like a number that somebody would dial."""
    return _WRITTEN.fullmatch(text) is not None and len(digits(text)) >= END


def same(one: str, other: str) -> bool:
    """Whether two are one number, with its country or without."""
    short, long = sorted((digits(one), digits(other)), key=len)
    return len(short) >= END and long.endswith(short)

"""The addresses of tiles and bundles of entries, as C2SP tlog-tiles spells them. Pure."""

import re
from dataclasses import dataclass

from ledger.tiles import WIDTH

MAX_LEVEL = 63
_GROUP = re.compile("[0-9]{3}", re.ASCII)
_LEVEL = re.compile("entries|[0-9]{1,2}", re.ASCII)
_WIDTH = re.compile("[1-9][0-9]{0,2}", re.ASCII)


def number_path(number: int) -> str:
    """A tile's number as it stands in its address: 1234067 is x001/x234/067."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups))


@dataclass(frozen=True)
class TilePath:
    """The address of a tile below `tile/`; level None is a bundle of entries, width 256 a full tile."""

    level: int | None
    number: int
    width: int = WIDTH

    def __str__(self) -> str:
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{'entries' if self.level is None else self.level}/{number_path(self.number)}{partial}"

    @classmethod
    def parse(cls, path: str) -> "TilePath":
        """Read such an address, `0/x001/067` or `entries/000.p/5`, in its one spelling. Raises ValueError."""
        first, _, rest = path.partition("/")
        place, _, width = rest.partition(".p/")
        groups = [each.removeprefix("x") for each in place.split("/")]
        if len(groups) > 6 or not all(_GROUP.fullmatch(each) for each in groups) or not _LEVEL.fullmatch(first):
            raise ValueError(f"{path[:60]!r} is not the path of a tile")
        number = int("".join(groups))
        read = cls(
            None if first == "entries" else int(first), number, int(width) if _WIDTH.fullmatch(width) else WIDTH
        )
        if str(read) != path or not 0 < read.width <= WIDTH or (read.level or 0) > MAX_LEVEL:
            raise ValueError(f"{path[:60]!r} is not the path of a tile")
        return read

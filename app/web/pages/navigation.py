"""The menu of the pages behind the login: which pages, in which group, for whom. Pure; nothing is drawn here.

A new page is one line below, in the group where its reader would look for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.texts import marked as _

# Where each role begins.
HOME = {
    "owner": "/desk",
    "support": "/desk",
    "auditor": "/desk",
    "warehouse": "/warehouse",
    "partner": "/partner/events",
}

_OWNER = ("owner",)
_OFFICE = ("owner", "support", "auditor")
_HOUSE = ("owner", "warehouse", "support", "auditor")
_PARTNER = ("partner",)


class Link(NamedTuple):
    """A page of the menu: its path, the roles that see it, what it is called."""

    path: str
    roles: tuple[str, ...]
    title: str


# A group without a title stands open: its pages are reached with one touch.
GROUPS: tuple[tuple[str, tuple[Link, ...]], ...] = (
    (
        "",
        (
            Link("/desk", _OFFICE, _("Desk")),
            Link("/partner/new", _PARTNER, _("Report something")),
            Link("/partner/events", _PARTNER, _("What I wrote")),
            Link("/trace", _PARTNER, _("Trace")),
            Link("/partner/repairs", _PARTNER, _("Repairs and take-back")),
            Link("/partner/keys", _PARTNER, _("Your keys")),
        ),
    ),
    (
        _("Parcels"),
        (
            Link("/carriers", _OFFICE, _("Freshness")),
            Link("/orders/import", ("owner", "warehouse", "support"), _("Orders from a file")),
            Link("/planning", _HOUSE, _("Planning")),
            Link("/brand/promises", _OWNER, _("Promises")),
        ),
    ),
    (
        _("Products"),
        (
            Link("/warehouse", _HOUSE, _("Warehouse")),
            Link("/carbon", _HOUSE, _("Carbon")),
            Link("/quality", _HOUSE, _("Quality")),
            Link("/desk/recalls", _OFFICE, _("Recalls")),
            Link("/trace", _HOUSE, _("Trace")),
            Link("/tables", ("owner", "warehouse"), _("Tables")),
            Link("/scans", ("owner", "auditor"), _("Openings")),
            Link("/products", ("owner", "auditor"), _("Passports")),
            Link("/ownership", ("owner", "warehouse"), _("After the sale")),
            Link("/desk/ownership", _OFFICE, _("Owners' items")),
            Link("/links", ("owner", "auditor"), _("Links")),
        ),
    ),
    (
        _("Settings"),
        (
            Link("/brand", _OWNER, _("People and keys")),
            Link("/brand/look", _OWNER, _("Look")),
            Link("/brand/carriers", _OWNER, _("Carriers")),
            Link("/brand/connections", _OWNER, _("Connections")),
            Link("/texts", _OWNER, _("Texts")),
            Link("/switches", _OWNER, _("Switches")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group as one reader sees it. `current` is the path of the page that is open, where it is one of these."""

    title: str
    links: tuple[Link, ...]
    current: str


def menu(role: str, here: str) -> list[Group]:
    """The groups that this role has pages in; a group of one page is that page alone."""
    current = _current(here)
    groups = []
    for title, links in GROUPS:
        seen = tuple(link for link in links if role in link.roles)
        if seen:
            groups.append(Group(title if len(seen) > 1 else "", seen, _among(current, seen)))
    return groups


def _current(here: str) -> str:
    """The page of the menu that `here` belongs to: the longest path that it begins with."""
    paths = [link.path for _title, links in GROUPS for link in links]
    return max((path for path in paths if here == path or here.startswith(f"{path}/")), key=len, default="")


def _among(path: str, links: Iterable[Link]) -> str:
    return path if any(link.path == path for link in links) else ""

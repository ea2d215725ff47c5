"""Who may call a route. Every view carries a rule; app/web/auth refuses a view without one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.brands.roles import ROLES, SCOPES

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Rule:
    """Who passes: everybody, staff with one of `roles` (by session), a key with `scope`, or either of these.

    An empty scope is one that every key has. partner_only: who passes must also belong to a partner of the brand.
    """

    public: bool = False
    roles: tuple[str, ...] = ()
    scope: str | None = None
    demo_only: bool = False
    partner_only: bool = False


def _carry(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]  # a function may carry attributes
        return view

    return mark


def public(view: View) -> View:
    """Anybody, without a login; the view must show no personal data."""
    return _carry(Rule(public=True))(view)


def demo_only(view: View) -> View:
    """Anybody, and only while the demo runs: everywhere else the route is not found."""
    return _carry(Rule(public=True, demo_only=True))(view)


def staff(*roles: str) -> Callable[[View], View]:
    """Logged-in people with one of these roles; the owner always passes."""
    assert roles
    assert set(roles) <= set(ROLES)
    return _carry(Rule(roles=tuple(sorted({"owner", *roles}))))


def partner(scope: str | None = None) -> Callable[[View], View]:
    """People of a partner of the brand; with a scope also a key that has it and was issued to a partner."""
    assert scope is None or scope in SCOPES
    return _carry(Rule(scope=scope, roles=("partner",), partner_only=True))


def known(view: View) -> View:
    """Everybody who is known: any key, whatever its scopes, and every person."""
    return _carry(Rule(scope="", roles=ROLES))(view)


def machine(scope: str, *roles: str) -> Callable[[View], View]:
    """A key with this scope; also, from a browser on the same site, people with one of these roles."""
    assert scope in SCOPES
    return _carry(Rule(scope=scope, roles=tuple(sorted({"owner", *roles})) if roles else ()))

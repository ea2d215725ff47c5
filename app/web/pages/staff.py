"""What the pages behind the login have in common: whose house it is, who is in, where one may go."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.brands import Brand, Person
from app.texts import Texts
from app.web.auth import cookie
from app.web.context import caller
from app.web.pages import languages
from app.web.pages.navigation import HOME, menu
from app.web.pages.render import render


@dataclass(frozen=True, slots=True)
class Desk:
    """The reader: texts in their language, brand, role and what they may do."""

    t: Texts
    brand: Brand
    role: str

    @property
    def may_act(self) -> bool:
        """Whether this person changes things here, or only looks (auditors)."""
        return self.role in ("owner", "support")


def reader(session: Session) -> Desk:
    """Who reads this page, in the language of their own choice, else of the browser, else of the brand."""
    who = caller()
    brand = session.get_one(Brand, who.brand_id)
    person = cookie().staff
    t = languages.texts(customer=person.language if person else None, brand=brand.language)
    return Desk(t, brand, who.role or "")


def page(template: str, desk: Desk, status: int = 200, **values: Any) -> Response:
    """A page behind the login; it is kept by no cache (app/web/headers)."""
    person = cookie().staff
    shown = {
        "desk": desk,
        "person": person,
        "menu": menu(desk.role, request.path),
        "home": HOME.get(desk.role, "/"),
    }
    text = render(template, desk.t, brand=desk.brand, **shown, **values)
    return make_response(text, status)


def names(session: Session, brand_id: str) -> dict[str, str]:
    """The names of a brand's people by id, for owners of cases."""
    asked = select(Person.id, Person.name).where(Person.brand_id == brand_id)
    return dict(row for row in session.execute(asked))

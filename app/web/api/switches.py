"""Switches over HTTP: stop and start what the house does by itself."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.switches import SwitchRefused, switches_of, turn
from app.brands.tenants import brand_of
from app.db import reading
from app.web.api.door import door
from app.web.api.fields import Moment
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem
from app.web.rules import machine

bp = door("switches", "Switches")

Code = Annotated[str, StringConstraints(max_length=60)]


class SwitchIn(Body):
    """Which switch, whether it is on, and why, as a code."""

    subject: Annotated[Code, Field(examples=["notices"])]
    rule: Annotated[Code, Field(examples=["delay"])] = ""
    on: bool
    reason: Annotated[Code, Field(examples=["incident"])]


class SwitchOut(Answer):
    """How a switch stands; `rule` empty: the whole subject."""

    subject: str
    rule: str
    on: bool
    reason: str
    changed_at: Moment | None


class SwitchesOut(Answer):
    """Every switch of the brand."""

    switches: list[SwitchOut]


@bp.get("/api/v1/switches")
@machine("switches:write", "support", "auditor")
@bp.output(SwitchesOut)
def get_switches() -> Any:
    """How the switches of the brand stand."""
    with reading(house().db) as session:
        return _shown(session)


@bp.post("/api/v1/switches")
@machine("switches:write", "owner")
@bp.input(SwitchIn)
@bp.output(SwitchesOut)
@once
def post_switch(json_data: SwitchIn, session: Session) -> Any:
    """Turn a switch. As it stands already, nothing changes; a change is an entry with who, what and why."""
    asked = json_data.model_dump()
    brand = brand_of(session, caller().brand_id)
    try:
        turn(session, brand, asked.pop("subject"), **asked, person_id=caller().person_id, now=now())
    except SwitchRefused as refused:
        pointer = {"pointer": f"/{refused.field}", "detail": refused.rule}
        raise Problem("invalid", errors=[pointer]) from None
    session.flush()
    return _shown(session)


def _shown(session: Session) -> dict[str, Any]:
    names = ("subject", "rule", "on", "reason", "changed_at")
    rows = switches_of(session, caller().brand_id)
    return {"switches": [{name: getattr(row, name) for name in names} for row in rows]}

"""Where carriers call us. Each brand's hook with a carrier has an address of its own and a secret beside it."""

from typing import Any

from flask import request

from app.shipping.callbacks import take_callback
from app.web.api.door import door
from app.web.body import Answer
from app.web.context import house
from app.web.problems import Problem, found
from app.web.rules import public
from carriers.hooks import Forged

bp = door("hooks", "Callbacks")


class TakenOut(Answer):
    """How many parcels the call told of, and how many are asked about because of it."""

    told: int
    hinted: int


@bp.post("/hooks/carriers/<hook_id>")
@public
@bp.output(TakenOut)
def post_callback(hook_id: str) -> Any:
    """Take in what a carrier sends. It must carry the carrier's own signature or token, or nothing happens."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        taken = found(take_callback(house(), hook_id, headers, request.get_data(cache=False)))
    except Forged as forged:
        raise Problem("not-authenticated", str(forged)) from None
    return {"told": taken.told, "hinted": taken.hinted}

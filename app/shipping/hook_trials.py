"""Trying a hook: a sample, signed as its vendor signs, sent to our own public address, as the carrier would."""

import json
from dataclasses import dataclass
from threading import Lock

from app.channels import webhook
from app.channels.errors import ChannelError
from app.db import reading
from app.house import House
from app.sealed import open_box
from app.shipping.carrier_hooks import hook_of, secrets_of
from carriers import hooks

_TIMEOUT_S = 10
_ONE_AT_A_TIME = Lock()  # each holds two threads of the web process, this one and the one that answers


@dataclass(frozen=True)
class HookTrial:
    """`fails` is "" when the sample came in, else address, silence, refused, elsewhere or busy."""

    fails: str = ""
    words: str = ""


def try_hook(house: House, brand_id: str, hook_id: str) -> HookTrial | None:
    """Call ourselves and say what came of it; None when the brand has no such hook. Nothing is taken in."""
    with reading(house.db) as session:
        hook = hook_of(session, brand_id, hook_id)
    if hook is None:
        return None
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        return HookTrial("busy")
    try:
        secret = secrets_of(open_box(house.keys), hook, house.clock())[0]
        headers, body = hooks.sample(hook.carrier, secret)
        return _called(house, f"{house.settings.base_url}/hooks/carriers/{hook.id}", headers, body)
    finally:
        _ONE_AT_A_TIME.release()


def _called(house: House, url: str, headers: dict[str, str], body: bytes) -> HookTrial:
    private = house.settings.allow_private_targets
    try:
        said = webhook.send(url, body, headers, timeout=_TIMEOUT_S, allow_private=private)
    except ChannelError as error:
        return HookTrial("address" if error.permanent else "silence", str(error))
    if said.status == 401:
        return HookTrial("refused")
    return HookTrial() if said.accepted and _is_ours(said.body) else HookTrial("elsewhere", str(said.status))


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"told": 0, "hinted": 0})
    except ValueError:
        return False

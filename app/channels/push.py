"""Notices to browsers (Web Push, RFC 8030). The message says that there is news and where, and nothing else."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from sqlalchemy.orm import Session

from app.care import gate
from app.care.browsers import Browser, opened
from app.channels.errors import ChannelError
from app.guard import Blocked, guarded_session
from app.house import House
from app.models.care import PushSubscription
from app.models.shipments import Outgoing
from app.push_keys import private_key
from app.sealed import open_box
from app.texts import translator

TIMEOUT = 15  # seconds
KEPT_S = 86_400  # how long a push service keeps it for a browser that is off
_GONE = (404, 410)
_LATER = (408, 425, 429)


def send(house: House, outgoing: Outgoing) -> None:
    """Hand one notice to the push service of a browser; raises ChannelError."""
    with house.db.begin() as session:
        browser, payload = _message(session, house, outgoing)
    _push(house, browser, payload)


sent, withheld = gate.sent, gate.withheld


def failed(session: Session, outgoing: Outgoing, error: ChannelError, given_up: bool, now: datetime) -> None:
    """Forget a browser whose push service does not know it any more."""
    row = session.get(PushSubscription, outgoing.target_id or "")
    if row is not None and given_up and error.status in map(str, _GONE):
        session.delete(row)


def _message(session: Session, house: House, outgoing: Outgoing) -> tuple[Browser, str]:
    row = session.get(PushSubscription, outgoing.target_id or "")
    if row is None:
        raise ChannelError("this browser does not listen any more", permanent=True)
    cleared = gate.clear(session, outgoing, "push", house.clock())
    t = translator(row.language)
    payload = {
        "title": t.gettext("News about your delivery"),
        "path": f"/o/{cleared.order.token}?lang={t.language}",
        "lang": t.language,
        "dir": t.direction,
        "tag": cleared.order.id,  # newer news takes the place of older
    }
    return opened(open_box(house.keys), row), json.dumps(payload, ensure_ascii=False)


def _push(house: House, browser: Browser, payload: str) -> None:
    from py_vapid import Vapid02  # the extra `channels`; half a second, and only in `work`
    from pywebpush import WebPushException, webpush

    contact = {"sub": f"mailto:{house.settings.mail_from}"}
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    try:
        webpush(
            {"endpoint": browser.endpoint, "keys": keys},
            payload,
            vapid_private_key=Vapid02(private_key(house.keys)),
            vapid_claims=contact,
            ttl=KEPT_S,
            timeout=TIMEOUT,
            requests_session=guarded_session(house.settings.allow_private_targets),
        )
    except WebPushException as error:
        raise _refused(error) from None
    except Blocked as blocked:
        raise ChannelError(f"this address is not pushed to: {blocked}", permanent=True) from None
    except requests.RequestException as error:
        raise ChannelError(f"the push service could not be reached: {type(error).__name__}") from None
    except ValueError as error:  # keys that are none
        raise ChannelError("the browser's keys do not work", permanent=True) from error


def _refused(error: Any) -> ChannelError:
    """The answer of the push service, without its text, which may repeat the browser's address."""
    code = error.status_code or 0
    permanent = 400 <= code < 500 and code not in _LATER
    wait = _seconds(error.retry_after)
    return ChannelError(f"the push service answered {code}", permanent, wait, status=str(code))


def _seconds(after: str | None) -> int | None:
    """Retry-After as seconds: a number, or a date (RFC 9110, 10.2.3)."""
    if after is None:
        return None
    if after.isdecimal():
        return min(int(after), 86_400)
    try:
        at = parsedate_to_datetime(after)
    except ValueError:
        return None
    return max(0, min(int((at - datetime.now(at.tzinfo)).total_seconds()), 86_400))

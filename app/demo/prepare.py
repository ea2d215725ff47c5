"""Makes a home ready for `wayproof run`: schema, keys, the demo's brand, the broker, and what is to be started.

`python -m app.demo.prepare`; a short child of the supervisor, so that the supervisor itself stays light.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.engine import make_url

from app.brands.tenants import find_brand, log_origin, signer_of
from app.db import reading
from app.demo import certificate
from app.demo.catalogue import MAIL_DOMAIN, SLUG
from app.demo.clocks import write_offset
from app.demo.places import Places
from app.demo.run import free_port, is_free, lan_address
from app.demo.seed import open_accounts, seed
from app.house import House, open_house
from app.migrations.steps import upgrade
from app.models.demo import DemoClock
from app.process import python, read_json, write_private
from app.settings import load
from app.telemetry.listen import broker_folder, refresh_credentials
from iot import broker
from iot.broker import Plan

Json = dict[str, Any]
Say = Callable[[str], None]

HTTPS_AFTER = 363
"""How far the port of HTTPS is from the one of HTTP: 8080 and 8443."""


def prepare(house: House, say: Say) -> None:
    """Everything up to the start of the processes; safe to be killed at any point and to be called again."""
    places = Places(house.settings.home)
    places.make()
    upgrade(house.settings.database)
    say(f"Database ready: {make_url(house.settings.database).render_as_string(hide_password=True)}")
    story = seed(house, places, say)
    world = read_json(places.world)
    carriers, mail = (_port(world.get(name)) for name in ("carrier_port", "smtp_port"))
    plan = broker.plan(broker_folder(house), configured_url=house.settings.mqtt_url, bind="127.0.0.1", port=0)
    refresh_credentials(house)
    say(plan.sentence)
    open_accounts(house, f"http://127.0.0.1:{carriers}")
    write_private(places.world, _world(house, story, plan, carriers, mail))
    write_offset(places.clock, _offset(house))
    tls = _tls(house)
    write_private(places.programs, {"programs": list(_programs(house, plan, mail, tls))})
    write_private(places.facts, _facts(house, story, plan, mail, tls))


def _port(last: int | None) -> int:
    """The port of last time while nobody else took it, so that what points there still fits."""
    return last if last and is_free(last) else free_port()


def _offset(house: House) -> int:
    with reading(house.db) as session:
        return session.scalar(select(DemoClock.offset_s)) or 0


def _world(house: House, story: Json, plan: Plan, carriers: int, mail: int) -> Json:
    """What app/demo/world is told. It lives on this machine, so it speaks to loopback."""
    with reading(house.db) as session:
        brand = find_brand(session, SLUG)
        assert brand is not None  # the seed made it
    return {
        "base_url": f"http://127.0.0.1:{house.settings.port}",
        "partner_key": story["partner_key"],
        "log": log_origin(brand.log_key),
        "broker_url": f"mqtt://{plan.host}:{plan.port}",
        "devices": story["devices"],
        "carrier_port": carriers,
        "smtp_port": mail,
    }


Tls = tuple[Path, Path, int]


def _tls(house: House) -> Tls | None:
    """Certificate, key and port of the second door of `--lan`."""
    if house.settings.bind != "0.0.0.0":  # noqa: S104  (compared, not bound)
        return None
    wanted = house.settings.port + HTTPS_AFTER
    port = wanted if wanted < 65536 and is_free(wanted) else free_port()
    return (*certificate.ensure(house.keys, lan_address()), port)


def _programs(house: House, plan: Plan, mail: int, tls: Tls | None) -> Iterator[Json]:
    """In the order of their start, what answers first; they are stopped in the reverse of it."""
    mails = {"WAYPROOF_SMTP_URL": _smtp_url(house, mail), "WAYPROOF_MAIL_FROM": f"hello@{MAIL_DOMAIN}"}
    if plan.command:
        yield _program("broker", plan.command)
    yield _program("web", python("app", "web"))
    if tls:
        certificate_, key, port = tls
        secure = ["web", "--port", str(port), "--tls", str(certificate_.resolve()), str(key.resolve())]
        yield _program("web-https", python("app", *secure))
    yield _program("listen", python("app", "listen"))
    yield _program("work", python("app", "work"), {} if house.settings.smtp_url else mails)
    yield _program("world", python("app.demo.world"))


def _smtp_url(house: House, mail: int) -> str:
    return house.settings.smtp_url or f"smtp://127.0.0.1:{mail}"


def _program(name: str, argv: list[str], env: dict[str, str] | None = None) -> Json:
    return {"name": name, "argv": argv, "env": env or {}, "stop_within_s": 3.0}


def _facts(house: House, story: Json, plan: Plan, mail: int, tls: Tls | None) -> Json:
    """What stands in demo.json; the supervisor adds the pids."""
    base = house.settings.base_url
    with reading(house.db) as session:
        brand = find_brand(session, SLUG)
        assert brand is not None  # the seed made it
        signer = signer_of(house.keys, brand)
    claim = story.get("claim")  # a home of an earlier release has none
    secure = f"https://{urlsplit(base).hostname}:{tls[2]}" if tls else ""
    return {
        "base_url": base,
        "logins": story["logins"],
        "api_key": story["api_key"],
        "partner_api_key": story["partner_key"],
        "passport_url": base + story["passport"],
        **({"claim_url": base + claim["path"], "claim_code": claim["code"]} if claim else {}),
        **({"https_url": secure, "passport_https_url": secure + story["passport"]} if secure else {}),
        "order_url": f"{base}/o/{story['orders'][0]['token']}",
        "order_urls": [f"{base}/o/{order['token']}" for order in story["orders"]],
        "login_url": f"{base}/login",
        "desk_url": f"{base}/desk",
        "warehouse_url": f"{base}/warehouse",
        "control_url": f"{base}/demo",
        "mailbox_url": f"{base}/demo/mailbox",
        "docs_url": f"{base}/docs",
        "logs": [{"brand": SLUG, "origin": signer.name, "vkey": signer.vkey}],
        "mqtt": {"host": plan.host, "port": plan.port, **story["mqtt"], "sentence": plan.sentence},
        "smtp_url": _smtp_url(house, mail),
        "database_url": house.settings.database,
        "pids": {},
    }


def main() -> int:
    """One line instead of a traceback, as everywhere on the command line."""
    try:
        prepare(open_house(load()), lambda sentence: print(sentence, flush=True))
    except Exception as error:
        if os.environ.get("WAYPROOF_LOG_LEVEL") == "DEBUG":
            raise
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        print(f"wayproof: {said} (WAYPROOF_LOG_LEVEL=DEBUG shows where)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Which witnesses see our checkpoints, and how they are asked. The rules are in ledger/witnessing."""

from functools import lru_cache
from pathlib import Path

import structlog
from sqlalchemy import select

from app.db import reading
from app.guard import guarded_session
from app.house import House
from app.models.brands import Brand
from app.settings import Settings, SettingsError
from ledger import policy
from ledger.errors import LedgerError, Unsure
from ledger.policy import Policy
from ledger.witness import MAX_REQUEST
from ledger.witnessing import Outcome, Post, WitnessAhead, release_due, stands

TIMEOUT_S = (5, 10)

log = structlog.get_logger()


def wanted(settings: Settings) -> Policy | None:
    """The witnesses of the settings and their quorum; None without. SettingsError for a file that is no policy."""
    if not settings.witnesses:
        return None
    try:
        read = policy.parse(Path(settings.witnesses).read_bytes())
    except (OSError, Unsure) as error:
        raise SettingsError(f"WAYPROOF_WITNESSES: {error}") from error
    silent = [name for name, each in read.witnesses.items() if not each.url]
    if silent or not read.witnesses:
        raise SettingsError(f"WAYPROOF_WITNESSES: no address is given for {', '.join(silent) or 'any witness'}")
    return read


def policy_text(settings: Settings, vkeys: list[str]) -> str:
    """A policy for readers of a log with these keys: our witnesses and their quorum, or none."""
    lines = [f"log {vkey}\n" for vkey in vkeys]
    if wanted(settings) is None:
        return "".join([*lines, "quorum none\n"])
    return "".join([*lines, witness_lines(settings.witnesses) or "quorum none\n"])


@lru_cache(maxsize=8)
def witness_lines(settings_file: str) -> str | None:
    """What a proof says of our witnesses: the lines of the settings' file, read once; None without a good one."""
    try:
        given = Path(settings_file).read_text("utf-8") if settings_file else ""
        policy.parse(given)
    except (OSError, ValueError, Unsure):
        return None
    return "".join(line for line in given.splitlines(keepends=True) if line.split()[:1] != ["log"])


def release_all_due(house: House, _: str) -> int:
    """Show to the witnesses what was signed, and publish it; one log that is stuck holds up no other."""
    asked = wanted(house.settings)
    if asked is None:
        return 0
    with reading(house.db) as session:
        brands = list(session.scalars(select(Brand).order_by(Brand.id)))
    post, required = _post(house.settings.allow_private_targets), house.settings.witnesses_required
    done = 0
    for brand in brands:
        try:
            done += release_due(house.db, brand.log_id, asked, post, house.clock(), required=required)
        except WitnessAhead as alarm:
            log.error("witnesses.ahead", brand=brand.id, said=str(alarm))
        except LedgerError:
            log.exception("witnesses.log_stuck", brand=brand.id)
    return done


def standing(house: House, brand: Brand) -> list[Outcome]:
    """How each witness stands to the log of a brand, for people."""
    with reading(house.db) as session:
        return stands(session, brand.log_id)


def _post(allow_private: bool) -> Post:
    """Asks over HTTP. Who did not answer for one log is not waited for again in the same round for the next."""
    session = guarded_session(allow_private)
    silent: set[str] = set()

    def post(url: str, body: bytes) -> tuple[int, bytes]:
        if url in silent:
            raise TimeoutError(url)
        try:
            return send(url, body)
        except OSError:
            silent.add(url)
            raise

    def send(url: str, body: bytes) -> tuple[int, bytes]:
        with session.post(url, data=body, timeout=TIMEOUT_S, allow_redirects=False, stream=True) as answer:
            return answer.status_code, answer.raw.read(MAX_REQUEST, decode_content=True)

    return post

"""One bit of an exported log of 200 entries is turned: both verifiers of such files refuse it."""

import hashlib
import io
import random
import tempfile
from pathlib import Path
from types import ModuleType

from ledger.errors import Tampered, Unsure
from ledger.export import verify_export, write_export
from ledger.log import accept
from ledger.trust import Trust
from tests.faults.outcome import Outcome
from tests.faults.server_kills import Line, now
from tests.faults.site import database
from tests.vectors.judges import alone as stand_alone

ENTRIES = 200
LAST_LINE = len("sha256 \n") + 64


def flips(count: int, seed: int) -> Outcome:
    """Turn one bit at `count` places, with the last line left as it was and with it written anew."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, database(Path(name), "sqlite") as url:
        line = Line(url, Path(name))
        with line.db.begin() as session:
            for number in range(ENTRIES):
                accept(session, line.log_id, "test:thing:happened", {"number": number}, now=now())
        line.integrate()
        out = io.BytesIO()
        write_export(line.db, line.log_id, out)
        vkey, data = line.signer.vkey, out.getvalue()
        line.close()
    alone = stand_alone()
    verify_export(data, Trust.read([vkey]))
    places = moments.sample(range(len(data) - LAST_LINE), min(count, len(data) - LAST_LINE))
    taken = apart = 0
    for at in places:
        bad = bytearray(data)
        bad[at] ^= 1 << moments.randrange(8)
        for damaged in (bytes(bad), _sealed(bytes(bad[:-LAST_LINE]))):
            refused = _refused(damaged, vkey)
            taken += not refused
            apart += refused != _refused_alone(alone, damaged, vkey)
    return Outcome(
        "one bit of an exported log turned",
        len(places),
        0,
        taken + apart,
        f"{len(data)} octets, {ENTRIES} entries; {taken} taken for good, {apart} judged otherwise by the other",
    )


def _sealed(body: bytes) -> bytes:
    return body + f"sha256 {hashlib.sha256(body).hexdigest()}\n".encode()


def _refused(data: bytes, vkey: str) -> bool:
    try:
        verify_export(data, Trust.read([vkey]))
    except (Tampered, Unsure):
        return True
    return False


def _refused_alone(alone: ModuleType, data: bytes, vkey: str) -> bool:
    try:
        alone.verify_log(data, alone.Trust([vkey]))
    except alone.Refused:
        return True
    return False

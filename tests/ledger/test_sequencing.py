"""Several processes on one database, and one key from a hundred hands: every promise of the inbox, kept."""

import subprocess
import sys
import threading
from pathlib import Path

from ledger.audit import audit
from ledger.log import Receipt
from ledger.mark import read_mark
from ledger.receipt import level_of, wait_integrated
from tests.support.logs import OpenLog

ROOT = Path(__file__).parents[2]

_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app.db import make_db, make_engine
from ledger.note import Signer
from tests.support.logs import OpenLog

url, log_id, key, name = sys.argv[1:]
now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
log = OpenLog(make_db(make_engine(url)), int(log_id), Signer.load(Path(key)), now)
for number in range(40):
    print(log.accept(number, key=f"shared-{number}", openings={}).submission_id)
    print(log.accept(number, key=f"{name}-{number}", openings={}).submission_id)
    if number % 5 == 4:
        log.integrate(owner=name, limit=7)
        log.publish()
"""


def test_processes_that_write_integrate_and_sign_at_once_make_one_log(ada: OpenLog, database_url: str) -> None:
    command = [sys.executable, "-c", _WRITER, database_url, str(ada.id), str(ada.signer.path)]
    writers = [
        subprocess.Popen(
            [*command, name], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
        )
        for name in ("first", "second", "third")
    ]
    told = [[int(line) for line in writer.communicate(timeout=180)[0].split()] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    shared = [numbers[::2] for numbers in told]
    assert shared[0] == shared[1] == shared[2]
    receipts = {number for numbers in told for number in numbers}
    assert len(receipts) == 40 + 3 * 40
    for owner in ("first", "second", "third"):  # whoever holds the lease now
        while ada.integrate(owner=owner):
            pass
    ada.publish()
    rows = ada.rows('SELECT "index", submission_id FROM ledger_entry WHERE log_id = :log ORDER BY "index"')
    assert [index for index, _ in rows] == list(range(len(receipts)))
    assert {submission for _, submission in rows} == receipts
    assert audit(ada.db, ada.id, [ada.signer.vkey], high_water=read_mark(ada.signer.path)) == []


def test_a_hundred_requests_with_one_key_have_one_effect(ada: OpenLog) -> None:
    together, receipts = threading.Barrier(100), list[Receipt]()

    def request() -> None:
        together.wait(60)
        receipts.append(ada.accept(7, key="scan-1"))

    threads = [threading.Thread(target=request) for _ in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=120)
    assert len(receipts) == 100
    assert len(set(receipts)) == 1
    assert ada.rows("SELECT count(*) FROM ledger_inbox") == [(1,)]
    assert ada.integrate() == 1


def test_a_receipt_is_accepted_first_and_integrated_later(ada: OpenLog) -> None:
    receipt = ada.accept(7)
    with ada.db() as session:
        assert level_of(session, receipt.submission_id) == "accepted"
        assert level_of(session, receipt.submission_id + 1) is None
    assert wait_integrated(ada.db, [receipt.submission_id], within_s=0) == {}
    integrating = threading.Timer(0.2, ada.integrate)
    integrating.start()
    assert wait_integrated(ada.db, [receipt.submission_id], within_s=60) == {receipt.submission_id: 0}
    integrating.join(60)
    with ada.db() as session:
        assert level_of(session, receipt.submission_id) == "integrated"

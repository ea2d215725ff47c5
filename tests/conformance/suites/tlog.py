"""A transparency log as files: each signed checkpoint, its entries, its tiles."""

from ledger.checkpoint import Checkpoint
from ledger.errors import Tampered
from ledger.note import Verifier, open_note
from ledger.reader import check_log
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score, key = Score(), Verifier.parse(manifest.verifier_key(suite))
    for name, data in manifest.checkpoints(suite):
        try:
            checkpoint = Checkpoint.parse(open_note(data, [key]).text)
            check_log(lambda path: manifest.log_file(suite, path), checkpoint)
        except Tampered as refusal:
            score.judge(name, expected=True, accepted=False, why=str(refusal))
            continue
        if name == f"checkpoint.{checkpoint.size}":
            score.right()
        else:
            score.fail(name, f"it is the checkpoint of size {checkpoint.size}")
    return score

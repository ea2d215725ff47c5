"""One truth for three verifiers: ledger.verify, the stand-alone file and the page's script say the same."""

import gzip
import json
from collections import Counter

import pytest

from app.web.pages.files import squeezed
from tests.vectors import forge, trusted
from tests.vectors.case import verdict
from tests.vectors.cases import FILE, every
from tests.vectors.judges import ALONE, alone, in_node, stand_alone
from tests.vectors.mutations import damaged

MUTATIONS = 1000
STATIC = ALONE.parent
ENGINES = pytest.mark.parametrize("pure", [False, True], ids=["web crypto", "plain JavaScript"])


def test_the_recorded_vectors_are_what_the_cases_say():
    recorded = json.loads(FILE.read_text())
    assert recorded == [case.as_json() for case in every()]
    assert len({case["name"] for case in recorded}) == len(recorded)


@ENGINES
def test_the_browsers_verifier_says_of_every_vector_what_is_recorded(pure: bool):
    recorded = json.loads(FILE.read_text())
    said = in_node([(forge.unb64(case["file"]), case["trust"]) for case in recorded], pure)
    named = [(case["name"], case["verdict"]) for case in recorded]
    assert [(name, each) for (name, _), each in zip(named, said, strict=True)] == named


def test_the_stand_alone_verifier_says_of_every_vector_what_is_recorded():
    recorded, judge = json.loads(FILE.read_text()), alone()
    named = [(case["name"], case["verdict"]) for case in recorded]
    said = [(case["name"], stand_alone(judge, forge.unb64(case["file"]), case["trust"])) for case in recorded]
    assert said == named


def test_every_error_of_the_table_stands_in_a_vector():
    found = {(case["verdict"]["step"], case["verdict"]["error"]) for case in json.loads(FILE.read_text())}
    assert found >= {
        *[(1, "POLICY_INVALID"), (1, "TRUST_ANCHOR_UNPINNED"), (2, "PROOF_ENCODING"), (3, "PROOF_VERSION")],
        *[
            (4, "PROOF_EXTRA"),
            (4, "PROOF_INDEX"),
            (5, "PROOF_HASH"),
            (5, "PROOF_TRUNCATED"),
            (6, "NOTE_MALFORMED"),
        ],
        *[(7, "CHECKPOINT_MALFORMED"), (8, "ORIGIN_UNKNOWN"), (8, "PIN_MISMATCH"), (8, "KEY_MALFORMED")],
        *[(9, "LOG_SIGNATURE_INVALID"), (9, "LOG_SIGNATURE_MISSING"), (10, "COSIGNATURE_INVALID")],
        *[(11, "COSIGNATURE_FUTURE"), (12, "QUORUM_NOT_MET"), (13, "INDEX_OUT_OF_RANGE"), (13, "PROOF_LENGTH")],
        *[(14, "ENTRY_MISMATCH"), (14, "SAID_INVALID"), (14, "ERASURE_INVALID"), (15, "ROOT_MISMATCH")],
        *[(16, "ANCHOR_MALFORMED"), (16, "INCONSISTENT"), (16, "ANCHOR_MISMATCH"), (16, "EQUIVOCATION")],
        *[(16, "ROLLBACK_SUSPECTED"), (16, "CONSISTENCY_MISSING"), (None, None)],
    }


def test_all_verifiers_say_the_same_of_a_thousand_damaged_proofs():
    files, judge = list(damaged(MUTATIONS)), alone()
    ours = [verdict(file, **trust) for file, trust in files]
    others = {
        "stand-alone": [stand_alone(judge, file, trust) for file, trust in files],
        "web crypto": in_node(files, pure=False),
        "plain JavaScript": in_node(files, pure=True),
    }
    for name, theirs in others.items():
        apart = [
            (name, file, one, two) for (file, _), one, two in zip(files, ours, theirs, strict=True) if one != two
        ]
        assert apart == []
    # What is still accepted was changed where nothing is proven, such as the key that the file brings.
    states, steps = Counter(each["state"] for each in ours), {each["step"] for each in ours}
    assert states["invalid"] > MUTATIONS * 0.8
    assert steps >= {2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16}


def test_the_browsers_verifier_is_under_15_kb_over_the_line():
    names = ("verify", "strict", "keys", "tree", "policy", "beside", "pure")
    scripts = [squeezed((STATIC / f"{name}.js").read_text()).encode() for name in names]
    sent = sum(len(gzip.compress(each, 9, mtime=0)) for each in scripts)
    assert sent < 15_000


def test_a_key_that_a_browser_cannot_check_leaves_it_unknown_there_and_nowhere_else():
    """An ML-DSA-44 witness: Python checks it, the page says that it could not."""
    policy = f"{trusted.LOG}witness PQ {trusted.LATTICE.vkey}\nquorum PQ\n"
    file, trust = trusted.seen_by(trusted.LATTICE).file(), {"policy": policy}
    for said in (verdict(file, **trust), stand_alone(alone(), file, trust)):
        assert (said["state"], said["quorum"]) == ("valid", "valid")
    (said,) = in_node([(file, trust)], pure=False)
    assert (said["state"], said["step"], said["error"]) == ("unknown", 12, "QUORUM_NOT_MET")

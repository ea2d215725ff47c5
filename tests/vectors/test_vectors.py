"""One truth for two verifiers: ledger.verify and the browser's verify.js say the same of every proof."""

import json

import pytest

from tests.vectors import forge
from tests.vectors.cases import FILE, every, verdict
from tests.vectors.judges import in_node
from tests.vectors.mutations import damaged

MUTATIONS = 600
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


@ENGINES
def test_both_verifiers_refuse_the_same_random_damage_at_the_same_step(pure: bool):
    files = list(damaged(MUTATIONS))
    ours = [verdict(file, [forge.ADA.vkey]) for file in files]
    theirs = in_node([(file, {"vkeys": [forge.ADA.vkey]}) for file in files], pure)
    apart = [(file, one, two) for file, one, two in zip(files, ours, theirs, strict=True) if one != two]
    assert apart == []
    # What is still accepted was changed where nothing is proven, such as the key that the file brings.
    assert sum(each["state"] == "invalid" for each in ours) > MUTATIONS * 0.9

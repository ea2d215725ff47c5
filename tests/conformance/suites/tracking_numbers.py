"""Detection of carriers from a number."""

from carriers.numbers import detect
from tests.conformance.manifest import Suite
from tests.conformance.score import Score


def judge(suite: Suite) -> Score:
    score = Score()
    for case in suite.load("cases.json")["cases"]:
        found = [_plain(candidate.carrier) for candidate in detect(case["number"])]
        if case["valid"]:
            wanted = {_plain(name) for name in (*case["couriers"], case.get("postal_operator")) if name}
            accepted = bool(wanted & set(found[:2]))
            score.judge(case["number"], expected=True, accepted=accepted, why=f"{found[:3]} for {sorted(wanted)}")
        else:
            score.judge(case["number"], expected=False, accepted=bool(found), why=f"accepted as {found[:2]}")
    return score


def _plain(carrier: str) -> str:
    """The corpus and we spell some carriers apart: canada_post, canadapost."""
    return carrier.lower().replace("_", "").replace(" ", "")

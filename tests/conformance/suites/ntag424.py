"""Taps of NTAG 424 DNA and the derivation of their keys."""

from typing import Any

from app.provenance import sun, tag_keys
from tests.conformance.manifest import Suite
from tests.conformance.score import Score

Given = dict[str, Any]


def judge(suite: Suite) -> Score:
    score = Score()
    for case in suite.load("cases.json"):
        if case["kind"] == "kdf":
            found: Given | None = {"key": _derived(case).hex().upper()}
        else:
            found = _read(case)
        if case["ok"] and found is not None and found != case["expected"]:
            score.fail(case["id"], f"gives {found}")
        else:
            score.judge(case["id"], expected=case["ok"], accepted=found is not None)
    return score


def _read(case: Given) -> Given | None:
    """What a tap says, None when it is refused."""
    try:
        if case["mirror"] == "plain":
            mirror = sun.read_plain(bytes.fromhex(case["uid"]), bytes.fromhex(case["counter_hex"]))
        else:
            mirror = sun.read_encrypted(bytes.fromhex(case["picc_enc_data"]), _key(case["meta_read_key"], b""))
        key = _key(case["file_read_key"], mirror.uid)
        sun.check_mac(mirror, key, case["mac_input"].encode(), bytes.fromhex(case["mac"]))
        found: Given = {"uid": mirror.uid.hex().upper(), "counter": mirror.counter}
        if mirror.tag is not None:
            found["picc_data_tag"] = f"{mirror.tag:02X}"
        if case["kind"] == "sun_enc":
            found["file_data"] = sun.file_data(mirror, key, bytes.fromhex(case["enc_file_data"])).hex().upper()
    except sun.NotGenuine:
        return None
    return found


def _key(given: str | Given, uid: bytes) -> bytes:
    """A key of a case; one that is given as an object is derived first."""
    return bytes.fromhex(given) if isinstance(given, str) else _derived({"uid": uid.hex(), **given})


def _derived(case: Given) -> bytes:
    master = bytes.fromhex(case["master_key"])
    if case["derive"] == "undiversified":
        return tag_keys.undiversified(master)
    return tag_keys.diversified(master, bytes.fromhex(case["uid"]), case["key_no"])

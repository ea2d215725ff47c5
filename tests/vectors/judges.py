"""Who judges a proof beside ledger.verify: the stand-alone wayproof_verify.py, and verify.js in Node."""

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.vectors.forge import ORIGIN, b64, unb64

RUN = Path(__file__).parent / "run.mjs"
ALONE = Path(__file__).parents[2] / "app/web/static/wayproof_verify.py"
FACTS = (
    *("state", "step", "error", "origin", "index", "size", "root", "leaf", "pinned", "seen", "quorum", "said"),
    *("erased", "withheld", "anchored"),
)


def alone() -> ModuleType:
    """The stand-alone verifier as a module; nothing of ours comes with it."""
    spec = importlib.util.spec_from_file_location("wayproof_verify", ALONE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stand_alone(module: ModuleType, file: bytes, trust: Mapping[str, Any]) -> dict[str, Any]:
    """What the stand-alone verifier says of a proof."""
    brought = {name: value for name, value in trust.items() if name != "seen"}
    seen = {int(size): unb64(root) for size, root in (trust.get("seen") or {}).items()}
    try:
        found = module.verify(file, module.Trust(**brought, seen={ORIGIN: seen}))
    except module.Refused as refused:
        state = "unknown" if refused.unknown else "invalid"
        return {"state": state, "step": refused.step, "error": refused.error}
    return {name: found[name] for name in FACTS}


def in_node(files: Sequence[tuple[bytes, Mapping[str, Any]]], pure: bool) -> list[dict[str, Any]]:
    """What verify.js says of each (file, what its reader brings), in plain JavaScript or with Web Crypto."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on the path; it runs the browser's verifier")
    cases = [{"file": b64(file), "trust": dict(trust)} for file, trust in files]
    asked = json.dumps({"cases": cases, "pure": pure})
    done = subprocess.run([node, str(RUN)], input=asked, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["engine"] == ("pure" if pure else "webcrypto")
    return [told(each) for each in answer["verdicts"]]


def told(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without its sentence, which each judge words in its own way."""
    return {name: value for name, value in verdict.items() if name != "message"}

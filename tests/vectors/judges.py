"""Who judges a proof: ledger.verify here, and app/web/static/verify.js in Node."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.forge import b64

RUN = Path(__file__).parent / "run.mjs"


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

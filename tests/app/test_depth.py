"""Deeply nested JSON of strangers, in a process where some library has lifted the interpreter's limit of depth."""

import subprocess
import sys

import pytest

PARSERS = {
    "a carrier's answer": "from carriers.document import load as parse",
    "a sensor's payload": "from iot.formats.plain import parse",
    "a partner's document": "from app.epcis.strict_json import read as parse",
    "an entry": "from ledger.canonical import decode as parse",
}


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_hundred_thousand_levels_end_no_process(parser: str, opening: str) -> None:
    program = f"""
import sys
{parser}
sys.setrecursionlimit(1_000_000)
try:
    print(parse({opening!r}.encode() * 100_000))
except Exception as refusal:
    print(refusal)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.strip()

"""The event hash generator of PyPI, run by the Python of var/peers as a child; each line is a command.

hash PATTERN: events a second, from text to hashes, over the files of the folder that the pattern names;
the hashes of each file stand beside it afterwards. It has the standard context in a file: nothing is fetched.
"""

import sys
from pathlib import Path
from time import perf_counter

from epcis_event_hash_generator import json_to_py
from epcis_event_hash_generator.hash_generator import epcis_hashes_from_events


def hashes(text):
    return epcis_hashes_from_events(json_to_py.event_list_from_epcis_document_str(text))


def measure(folder, pattern):
    files = sorted(folder.glob(pattern))
    texts = [file.read_text("utf-8") for file in files]
    started = perf_counter()
    found = [hashes(text) for text in texts]
    spent = perf_counter() - started
    for file, each in zip(files, found, strict=True):
        file.with_suffix(".hashes").write_text("\n".join(each), "utf-8")
    return sum(map(len, found)) / spent


def main():
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        _, pattern = line.split()
        print(measure(folder, pattern), flush=True)


main()

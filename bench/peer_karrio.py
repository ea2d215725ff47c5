"""Karrio's parser of DHL's answers, run by the Python of var/peers as a child; each line is a command.

parse REPEATS: answers a second, from the text as received to shipments and events, over all files of the folder.
"""

import sys
from pathlib import Path
from time import perf_counter

import karrio.lib as lib
from karrio.mappers.dhl_universal.settings import Settings
from karrio.providers.dhl_universal.tracking import parse_tracking_response


def parse(settings, answers, repeats):
    events = 0
    started = perf_counter()
    for _ in range(repeats):
        for answer in answers:
            read = lib.Deserializable([answer], lambda found: [lib.to_dict(each) for each in found])
            shipments, _ = parse_tracking_response(read, settings)
            events += len(shipments[0].events)
    assert events == repeats * sum(answer.count('"timestamp"') - 1 for answer in answers)  # the status has one too
    return repeats * len(answers) / (perf_counter() - started)


def main():
    answers = [file.read_text("utf-8") for file in sorted(Path(sys.argv[1]).glob("*.answer.json"))]
    settings = Settings(consumer_key="bench", consumer_secret="bench")
    for line in sys.stdin:
        _, repeats = line.split()
        print(parse(settings, answers, int(repeats)), flush=True)


main()

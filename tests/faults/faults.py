"""Every fault that is made on purpose, with how often `make faults` makes it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import (
    carrier_trouble,
    clocks,
    cuts,
    demo_kills,
    flips,
    full_disk,
    letter_clocks,
    letters,
    lost_lease,
    one_key,
    process_kills,
    server_kills,
)
from tests.faults.outcome import Outcome


@dataclass(frozen=True)
class Fault:
    """`play(count, seed)` makes it so often; the seed gives the same moments again."""

    name: str
    count: int
    play: Callable[[int, int], Outcome]


FAULTS = (
    Fault("kills-sqlite", 50, lambda count, seed: process_kills.kills("sqlite", count, seed)),
    Fault("kills-postgres", 50, lambda count, seed: process_kills.kills("postgres", count, seed)),
    Fault("server-kills", 20, server_kills.server_kills),
    Fault("cuts", 500, cuts.cut_connections),
    Fault("disk-full", 5, lambda count, _: full_disk.full_disk(count)),
    Fault("one-key-sqlite", 5, lambda count, _: one_key.one_key("sqlite", count)),
    Fault("one-key-postgres", 5, lambda count, _: one_key.one_key("postgres", count)),
    Fault("lost-lease-sqlite", 20, lambda count, seed: lost_lease.lost_lease("sqlite", count, seed)),
    Fault("lost-lease-postgres", 20, lambda count, seed: lost_lease.lost_lease("postgres", count, seed)),
    Fault("clock-sqlite", 50, lambda count, seed: clocks.clock_jumps("sqlite", count, seed)),
    Fault("clock-postgres", 50, lambda count, seed: clocks.clock_jumps("postgres", count, seed)),
    Fault("letters-sqlite", 20, lambda count, seed: letters.letters("sqlite", count, seed)),
    Fault("letters-postgres", 20, lambda count, seed: letters.letters("postgres", count, seed)),
    Fault("letter-clock-sqlite", 20, lambda count, seed: letter_clocks.letter_clocks("sqlite", count, seed)),
    Fault("letter-clock-postgres", 20, lambda count, seed: letter_clocks.letter_clocks("postgres", count, seed)),
    Fault("carrier-trouble", 30, carrier_trouble.carrier_trouble),
    Fault("flips", 1_000_000, flips.flips),  # every octet, since there are fewer
    Fault("demo", 5, demo_kills.demo_kills),
)

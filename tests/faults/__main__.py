"""`make faults COUNT=n`: kill every process n times under load and count what was acknowledged and is gone."""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.faults.verdict import Verdict, judge
from tests.faults.writers import Partner, Sensor
from tests.support import postgres
from tests.support.demo import Demo

PROCESSES = ("web", "work", "listen", "broker", "world")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--count", type=int, default=2, help="how often each process is killed")
    parser.add_argument("--seed", type=int, default=None, help="of the moments, to see the same run again")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    print(f"each of {', '.join(PROCESSES)} is killed {given.count} times; --seed {seed} gives these moments again")
    with tempfile.TemporaryDirectory() as folder, database(Path(folder), given.postgres) as settings:
        verdict, kills = run(Path(folder) / "var", settings, given.count, random.Random(seed))
    print(f"{kills} kills under load; acknowledged: {verdict.events} events, {verdict.readings} readings")
    for name, value in vars(verdict).items():
        print(f"  {name.replace('_', ' ')}: {value}")
    return 0 if verdict.clean else 1


@contextmanager
def database(folder: Path, on_postgres: bool) -> Iterator[dict[str, str]]:
    """The settings of the database: none for the SQLite file in the home."""
    if not on_postgres:
        yield {}
        return
    folder.chmod(0o755)  # as root, the server runs as somebody else
    server = postgres.start(folder)
    assert server is not None, "there is no PostgreSQL here: neither on the path nor in a wheel"
    try:
        yield {"WAYPROOF_DATABASE_URL": server.make("faults")}
    finally:
        server.stop()


def run(home: Path, settings: dict[str, str], count: int, moments: random.Random) -> tuple[Verdict, int]:
    """A demo of its own, the writers, the kills, the verdict."""
    demo = Demo(home, settings=settings)
    try:
        demo.wait_for_page()
        partner, sensor, stop = Partner(demo), Sensor(demo), Event()
        writers = [Thread(target=each.run, args=(stop,), daemon=True) for each in (partner, sensor)]
        for writer in writers:
            writer.start()
        kills = kill_in_turn(demo, count, moments)
        stop.set()
        for writer in writers:
            writer.join(90)
        return judge(demo, partner, sensor), kills
    finally:
        demo.stop()


def kill_in_turn(demo: Demo, count: int, moments: random.Random) -> int:
    """Each process in turn at a random moment; the next one once it is back. Gives the number of kills."""
    killed = 0
    for _ in range(count):
        for name in moments.sample(PROCESSES, len(PROCESSES)):
            time.sleep(moments.uniform(0.5, 2.5))
            gone = demo.kill(name)
            demo.wait_for_restart(name, gone)
            killed += 1
    time.sleep(2)  # life after the last kill
    return killed


if __name__ == "__main__":
    sys.exit(main())

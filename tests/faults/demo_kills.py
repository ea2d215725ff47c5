"""kill -9 of every process of the demo in turn, under a partner who posts and a sensor that publishes."""

import random
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

from tests.faults.demo_verdict import Verdict, judge
from tests.faults.demo_writers import Partner, Sensor
from tests.faults.outcome import Outcome
from tests.support.demo import Demo

PROCESSES = ("web", "work", "listen", "broker", "world")


def demo_kills(count: int, seed: int) -> Outcome:
    """Kill each process of a demo `count` times."""
    with tempfile.TemporaryDirectory() as folder:
        verdict, kills = run(Path(folder) / "var", {}, count, random.Random(seed))
    wrong = {name: value for name, value in vars(verdict).items() if value}
    return Outcome(
        "kill -9 of every process of the demo",
        kills,
        verdict.events_lost + verdict.readings_lost,
        verdict.events_without_proof + verdict.events_twice + verdict.readings_twice + verdict.audit_findings,
        ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in wrong.items()) + " acknowledged",
    )


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

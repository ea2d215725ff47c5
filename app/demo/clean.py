"""`make clean-demo`: forget the demo of a home. `python -m app.demo.clean`; touches nothing that no demo made."""

import shutil
import sys
from pathlib import Path

from app.demo.places import Places
from app.process import AlreadyRunning, Lock, read_json
from app.settings import SettingsError, load

MADE = ("demo", "mailbox", "log", "broker", "keys")


def clean(home: Path) -> bool:
    """Remove what a demo keeps in its home; False when there is none. Raises AlreadyRunning while it runs."""
    places = Places(home)
    if not (places.facts.exists() or (home / "demo").exists()):
        return False
    lock = Lock(places.lock)
    try:
        for name in MADE:
            shutil.rmtree(home / name, ignore_errors=True)
        for path in (places.facts, places.pids, *home.glob("wayproof.db*")):
            path.unlink(missing_ok=True)
    finally:
        lock.release()
    places.lock.unlink(missing_ok=True)
    return True


def main() -> int:
    try:
        settings = load()
        facts = read_json(Places(settings.home).facts)
        gone = clean(settings.home)
    except (AlreadyRunning, SettingsError) as error:
        print(f"wayproof: {error}", file=sys.stderr)
        return 1
    print(f"The demo in {settings.home} is gone." if gone else f"There is no demo in {settings.home}.")
    if gone and not str(facts.get("database_url", "sqlite")).startswith("sqlite"):
        print("Its database is on a server; drop it there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

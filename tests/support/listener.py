"""`python -m tests.support.listener`: the listener of app/telemetry with a database that no migration made."""

import logging

from app.commands.serving import stop_on_signal
from app.house import open_house
from app.settings import load
from app.telemetry.listen import run

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    run(open_house(load()), stop_on_signal())

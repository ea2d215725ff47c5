"""Taking readings from any door. The verb ends at its own commit; what follows from readings is judged later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from app.db import Db
from iot import devices, quarantine, readings, topics
from iot.reading import Message, Outcome, Reason, Refusal


def take_readings(session: Session, messages: Sequence[Message], now: datetime) -> list[Outcome]:
    """Store what devices sent; one outcome per message, in order. Durable when the caller's transaction is.

    Every map of every message is a reading afterwards, or lies in quarantine with a reason.
    """
    return readings.take(session, messages, now)


def take_batch(db: Db, messages: Sequence[Message], now: datetime) -> list[Outcome]:
    """`take_readings` in a transaction of its own; the outcomes are durable on return.

    Raises when the database is in trouble: ask again with the same batch. A single message that the database will
    not have is put into quarantine, so that it cannot hold up the others for ever.
    """
    try:
        with db.begin() as session:
            return take_readings(session, messages, now)
    except (OperationalError, InterfaceError):
        raise
    except (DataError, ValueError) as error:
        if len(messages) > 1:
            return [outcome for message in messages for outcome in take_batch(db, [message], now)]
        return [_set_aside(db, messages[0], error, now)]


def _set_aside(db: Db, message: Message, error: Exception, now: datetime) -> Outcome:
    refusal = Refusal(Reason.UNSTORABLE, str(error)[:200])
    with db.begin() as session:
        quarantine.keep(session, [quarantine.row(message, refusal, now)])
        user = topics.user_of(message.topic)
        known = devices.by_username(session, [user]) if user else {}
    return Outcome(user if user in known else None, [], [refusal])

"""What follows from readings: alarms, cases, notices, in one transaction for each device's stretch."""

from datetime import datetime

from app.db import Db


def judge_due(db: Db, now: datetime) -> int:
    """Judge what came since the last run, and silences. Returns how many devices were judged. Safe to call twice."""
    raise NotImplementedError

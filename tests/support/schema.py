"""Bring a database of the tests to the newest schema."""

from app.db import make_engine
from app.schema import all_metadata


def create(url: str) -> None:
    engine = make_engine(url)
    for metadata in all_metadata():
        metadata.create_all(engine)
    engine.dispose()

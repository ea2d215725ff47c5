"""What predictions rest on and what became of them: ways that shipments took, predictions, prices, disruptions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Way(Base):
    """A shipment that is over, as its lane sees it: no person, no number, no town. Kept anew when it changes."""

    __tablename__ = "way"
    __table_args__ = (Index("way_by_lane", "brand_id", "origin", "destination"),)

    shipment_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    version: Mapped[int]  # of the shipment when it was read
    carrier: Mapped[str] = mapped_column(String(30))
    service: Mapped[str] = mapped_column(String(60), default="", server_default="")
    mode: Mapped[str] = mapped_column(String(4), default="", server_default="")
    origin: Mapped[str] = mapped_column(String(2), default="")
    destination: Mapped[str] = mapped_column(String(2), default="")
    outcome: Mapped[str] = mapped_column(String(10))  # delivered, returned, lost
    damaged: Mapped[bool]
    started_at: Mapped[datetime]
    ended_on: Mapped[date]  # at the destination
    legs: Mapped[list[int]] = mapped_column(
        JSON
    )  # whole days on each of carriers.eta.live.LEGS; empty if not delivered
    promised_to: Mapped[date | None]  # the first promise
    days_late: Mapped[int | None]


class Prediction(Base):
    """What was predicted of a shipment, never changed; its outcome is filled in once, when it has come."""

    __tablename__ = "prediction"
    __table_args__ = (UniqueConstraint("shipment_id", "ordinal"), Index("prediction_by_lane", "brand_id", "lane"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"))
    ordinal: Mapped[int]
    lane: Mapped[str] = mapped_column(String(5))  # "CN-DE"
    model: Mapped[str] = mapped_column(String(20))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str] = mapped_column(String(20))
    deliveries: Mapped[int]
    p10: Mapped[date]
    p50: Mapped[date]
    p90: Mapped[date]
    risk: Mapped[float | None] = mapped_column(Float)
    rule: Mapped[str | None] = mapped_column(String(20))  # that fired above the model
    promised_to: Mapped[date | None]
    plain_risk: Mapped[float | None] = mapped_column(Float)  # the lane's plain share of late ones
    plain_on: Mapped[date | None]  # by the lane's plain median
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    submission_id: Mapped[int]
    made_at: Mapped[datetime]
    came_on: Mapped[date | None]
    late: Mapped[bool | None]


class Calibration(Base):
    """What told chances were worth at one horizon, as fitted in one month; no row where there were too few."""

    __tablename__ = "calibration"

    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)  # "2026-03"
    horizon: Mapped[str] = mapped_column(String(8), primary_key=True)
    bins: Mapped[list[list[float]]] = mapped_column(JSON)  # (count, told, came true), the lowest first
    submission_id: Mapped[int]
    fitted_at: Mapped[datetime]


class PredictionLook(Base):
    """When a shipment was looked at last, and in which version: what has not changed is looked at once a day."""

    __tablename__ = "prediction_look"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipment.id"), primary_key=True)
    version: Mapped[int]
    looked_at: Mapped[datetime] = mapped_column(index=True)


class LanePrice(Base):
    """What a carrier's service costs on a lane up to a weight, and the transit days that it states."""

    __tablename__ = "lane_price"
    __table_args__ = (UniqueConstraint("brand_id", "carrier", "service", "origin", "destination", "up_to_g"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    carrier: Mapped[str] = mapped_column(String(30))
    service: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(2))
    destination: Mapped[str] = mapped_column(String(2))
    up_to_g: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    first_day: Mapped[int]  # in days from hand-over
    last_day: Mapped[int]


class Disruption(Base):
    """Something that slows lanes for a while: who said so, where, from when to when, and by how many days."""

    __tablename__ = "disruption"
    __table_args__ = (UniqueConstraint("brand_id", "source", "reference"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # weather, strike, closure, rule_change
    title: Mapped[str] = mapped_column(String(200))
    origins: Mapped[list[str]] = mapped_column(JSON)  # countries; empty: any
    destinations: Mapped[list[str]] = mapped_column(JSON)
    carriers: Mapped[list[str]] = mapped_column(JSON)
    area: Mapped[str] = mapped_column(String(300), default="")  # in the words of the source
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    extra_days: Mapped[int]
    source: Mapped[str] = mapped_column(String(20))  # person, csv, cap
    reference: Mapped[str] = mapped_column(String(300))  # what the source calls it; our id where it has no name
    url: Mapped[str | None] = mapped_column(String(500))
    person_id: Mapped[str | None] = mapped_column(String(26))
    submission_id: Mapped[int]
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class DisruptionFeed(Base):
    """A CAP feed that a brand follows, for which countries, and how the last look at it ended."""

    __tablename__ = "disruption_feed"
    __table_args__ = (UniqueConstraint("brand_id", "url"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    url: Mapped[str] = mapped_column(String(500))
    countries: Mapped[list[str]] = mapped_column(JSON)  # an alert names areas, seldom a country
    extra_days: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    added_at: Mapped[datetime]

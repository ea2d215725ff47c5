"""Brands, their people, partners, keys and sessions. Imports only app/db."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Brand(Base):
    """A tenant. `log_id` is its log in ledger/tables; `log_key` the random public name of that log."""

    __tablename__ = "brand"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    log_id: Mapped[int]
    log_key: Mapped[str] = mapped_column(String(32), unique=True)
    colour: Mapped[str] = mapped_column(String(7), default="#0b5d4f")
    language: Mapped[str] = mapped_column(String(8), default="en")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]


class Partner(Base):
    """A company that writes into a brand's record or reads from it."""

    __tablename__ = "partner"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))
    must_sign: Mapped[bool] = mapped_column(default=False, server_default=false())
    repairs: Mapped[bool] = mapped_column(default=False, server_default=false())  # in the brand's name
    collects: Mapped[bool] = mapped_column(default=False, server_default=false())  # what owners hand in
    created_at: Mapped[datetime]


class PartnerKey(Base):
    """A partner's public key for its signatures; the entry of `submission_id` in the log says the same.

    At most one key of a partner is good at a time, the one without `ended_at`. `key_id`: eight hex digits of the
    vkey; `ending_id`: the submission of the entry that rotated or revoked the key.
    """

    __tablename__ = "partner_key"
    __table_args__ = (UniqueConstraint("partner_id", "key_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    key_id: Mapped[str] = mapped_column(String(8))
    vkey: Mapped[str] = mapped_column(String(300))
    submission_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    registered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(String(10))  # rotated, revoked
    ending_id: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))


class Person(Base):
    """A member of staff, or of a partner's staff (`partner_id`), with one role in one brand."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("partner.id"))
    login: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffSession(Base):
    """A server-side session; `id` is the SHA-256 of the token in the cookie, so a stolen dump opens nothing."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class LoginThrottle(Base):
    """Attempts to log in with one login, or from one address; `id` is a hash of it."""

    __tablename__ = "login_throttle"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # login, address
    failures: Mapped[int]
    blocked_until: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Base):
    """A key of a machine: found by `prefix`, compared by the SHA-256 `digest`; the key itself is shown once."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("partner.id"))
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    digest: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class IdempotencyKey(Base):
    """The first answer to a POST, kept 24 hours and given again to the same caller, route and body."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    caller: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(255))
    request_sha256: Mapped[bytes]
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class CarrierHook(Base):
    """Where a carrier may call us: `id` stands in the address, `sealed` is the secret or token agreed with it."""

    __tablename__ = "carrier_hook"
    __table_args__ = (UniqueConstraint("brand_id", "carrier"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(30))
    sealed: Mapped[bytes]
    old_sealed: Mapped[bytes | None]  # the secret before, which holds beside the new one until `old_until`
    old_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="on", server_default="on")  # on, off
    called_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]


class PublicUse(Base):
    """How much one address, told coarsely, asked of a public page in one hour; `id` is a keyed hash of both."""

    __tablename__ = "public_use"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    used: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(index=True)


class CarrierAccount(Base):
    """A brand's account with a carrier. `sealed` is encrypted with a key outside the database (app/sealed)."""

    __tablename__ = "carrier_account"
    __table_args__ = (UniqueConstraint("brand_id", "carrier"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(30))
    base_url: Mapped[str] = mapped_column(String(300))
    sealed: Mapped[bytes]
    daily_quota: Mapped[int | None]
    created_at: Mapped[datetime]

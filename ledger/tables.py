"""The rows of the ledger. Only this room reads them; others ask `ledger.log`.

A log grows by one road: inbox → (integrator) → entry, opening, tile, head → (publisher) → checkpoint; the newest
checkpoints become entries of the directory log, whose own are anchored.
"""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_Big = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of the ledger's tables."""

    type_annotation_map = {datetime: DateTime(timezone=True), bytes: LargeBinary, str: Text, int: _Big}


class Log(Base):
    """A log: one tree, one origin, one integrator. The origin never changes."""

    __tablename__ = "ledger_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(unique=True)
    log_key: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]


class Head(Base):
    """Where a log stands, integrated but perhaps not yet signed, and who may move it.

    frontier: the compact range of the tree, its hashes one after the other. epoch grows with every claim of the
    lease, so that an integrator that lost it cannot write any more.
    """

    __tablename__ = "ledger_head"

    log_id: Mapped[int] = mapped_column(ForeignKey("ledger_log.id"), primary_key=True, autoincrement=False)
    size: Mapped[int]
    root: Mapped[bytes]
    chain: Mapped[bytes]
    frontier: Mapped[bytes]
    epoch: Mapped[int]
    lease_owner: Mapped[str | None]
    lease_until_at: Mapped[datetime | None]


class Submission(Base):
    """The inbox: accepted, durable, not yet given an index. No id is ever used twice, though its row goes."""

    __tablename__ = "ledger_inbox"
    __table_args__ = (
        Index("ix_ledger_inbox_due", "log_id", "refused_at", "id"),
        {"sqlite_autoincrement": True},  # else SQLite would give the id of a moved row to the next one
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int]
    envelope: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    openings: Mapped[bytes | None]
    refused_at: Mapped[datetime | None]


class SubmissionKey(Base):
    """An idempotency key, unique in its log for ever, and the submission it belongs to."""

    __tablename__ = "ledger_key"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[int]


class Entry(Base):
    """An entry in its place: index is zero-based and contiguous in its log."""

    __tablename__ = "ledger_entry"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(unique=True)
    envelope: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    chain: Mapped[bytes]


class DataKey(Base):
    """The key of a subject: who the values are about that it encrypts. Wrapped by a generation of the ring.

    Deleting the row erases the subject's values in every copy of the openings that was ever made. The id is
    random, so that none comes twice.
    """

    __tablename__ = "ledger_data_key"
    __table_args__ = (UniqueConstraint("log_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    log_id: Mapped[int]
    subject: Mapped[str]
    generation: Mapped[int] = mapped_column(index=True)
    wrapped: Mapped[bytes]


class Erasure(Base):
    """Which entry an erasure entry is about, so that a proof of the first can show the second beside it."""

    __tablename__ = "ledger_erasure"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class FieldOpening(Base):
    """The salt and value behind a commitment. Deleting the row erases the value; the entry still verifies.

    With a key_id the salt is a nonce, and the value is encrypted together with the real salt (`ledger.vault`).
    """

    __tablename__ = "ledger_opening"

    submission_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(primary_key=True)
    log_id: Mapped[int]
    salt: Mapped[bytes]
    value: Mapped[bytes]
    key_id: Mapped[int | None] = mapped_column(index=True)


class Tile(Base):
    """A row of up to 256 hashes of the tree (C2SP tlog-tiles); it only grows, and is fixed once full.

    A narrower tile of an earlier checkpoint is the beginning of the row.
    """

    __tablename__ = "ledger_tile"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class PublishedCheckpoint(Base):
    """A signed checkpoint, kept for ever. vkey names the key that signed it."""

    __tablename__ = "ledger_checkpoint"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str]
    vkey: Mapped[str]
    published_at: Mapped[datetime]


class DirectoryHead(Base):
    """A head of a log that was put into the directory log, and the submission that holds it there."""

    __tablename__ = "ledger_directory_head"
    __table_args__ = (Index("ix_ledger_directory_head_last", "directory_id", "recorded_at"),)

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    directory_id: Mapped[int]
    submission_id: Mapped[int]
    root: Mapped[bytes]
    recorded_at: Mapped[datetime]


class SignedCheckpoint(Base):
    """What was signed and waits for its witnesses; at most one a log, replaced when the log grows meanwhile."""

    __tablename__ = "ledger_signed"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    root: Mapped[bytes]
    note: Mapped[str]
    vkey: Mapped[str]
    signed_at: Mapped[datetime]


class WitnessStand(Base):
    """How a witness (`key`: its name and key id) stands to a log: the largest size it has seen, its answer."""

    __tablename__ = "ledger_witness"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    state: Mapped[str]
    detail: Mapped[str]
    asked_at: Mapped[datetime]


class Anchor(Base):
    """One checkpoint on its way to a target. The nonce is chosen and stored before anything is sent.

    log_key: 32 random bytes, the log's name at the target, which says nothing about it. finality: the rule that
    judged the state. sources: how many of our nodes know the block by its hash.
    """

    __tablename__ = "ledger_anchor"
    __table_args__ = (
        UniqueConstraint("chain_id", "genesis", "nonce"),
        Index("ix_ledger_anchor_newest", "log_id", "size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int]
    target: Mapped[str] = mapped_column(server_default="evm")
    log_key: Mapped[bytes | None]
    size: Mapped[int]
    root: Mapped[bytes]
    chain_id: Mapped[int]
    genesis: Mapped[str]
    nonce: Mapped[int | None]
    fee_bump: Mapped[int]
    tx: Mapped[str]
    state: Mapped[str]
    block_hash: Mapped[str | None]
    block_number: Mapped[int | None]
    block_time: Mapped[datetime | None]
    finality: Mapped[str | None]
    final_by: Mapped[datetime | None]
    sources: Mapped[int] = mapped_column(server_default="1")
    prepared_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class AnchorCheck(Base):
    """Whether what was anchored of a log still begins it: when that is looked at next, and what was found last.

    size: the newest head that was compared and fits. finding: a sentence, None while all is well.
    """

    __tablename__ = "ledger_anchor_check"

    log_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    size: Mapped[int]
    finding: Mapped[str | None]
    found_at: Mapped[datetime | None]

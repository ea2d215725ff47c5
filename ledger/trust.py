"""Whom a reader believes, and whether they signed: steps 1 and 8 to 12 of every verifier of the project.

What a reader brings (keys, a pin, a policy) is trusted; what a proof file says of keys and policy is only tried.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from ledger import note, policy
from ledger.checkpoint import Checkpoint
from ledger.errors import StepFailed, Tampered, Unsure
from ledger.note import ED25519, Verifier
from ledger.policy import Policy, Seen
from ledger.proof import OneFile
from ledger.steps import step

PIN_LENGTH = 20
_PIN = re.compile(rf"[a-z2-7]{{{PIN_LENGTH}}}", re.ASCII)


@dataclass(frozen=True)
class Trust:
    """What a reader brings from elsewhere than the file under test. With nothing, the file's own key is tried.

    now and oldest judge the times of cosignatures: none from the future, and those that are older do not count.
    """

    keys: tuple[Verifier, ...] | None = None
    pin: str | None = None
    policy: Policy | None = None
    now: datetime | None = None
    oldest: timedelta | None = None

    @classmethod
    def read(
        cls,
        vkeys: Iterable[str] | None = None,
        pin: str | None = None,
        policy_text: str | bytes | None = None,
        *,
        now: datetime | None = None,
        oldest: timedelta | None = None,
    ) -> "Trust":
        """Step 1. Raises Unsure (POLICY_INVALID): with a broken key, pin or policy nothing can be said."""
        try:
            keys = None if vkeys is None else read_keys(vkeys)
            if pin is not None and not _PIN.fullmatch(pin):
                raise ValueError(f"a pin is {PIN_LENGTH} letters a-z and digits 2-7")
        except ValueError as error:
            raise Unsure(1, "POLICY_INVALID", str(error)) from error
        read = None if policy_text is None else policy.parse(policy_text)
        return cls(keys, pin, read, now, oldest)

    @property
    def is_pinned(self) -> bool:
        """Whether the reader brought anything that says which key is the log's."""
        return self.keys is not None or self.pin is not None or self.policy is not None


@dataclass(frozen=True)
class Judged:
    """Who signed a checkpoint. quorum is `valid` only by a policy that the reader brought.

    keys: the Ed25519 keys of this log that were believed. doubts: what could not be checked, in order.
    """

    keys: tuple[Verifier, ...]
    seen: tuple[Seen, ...]
    quorum: Literal["valid", "unknown", "none"]
    doubts: tuple[Unsure, ...]


def pin_of(vkey: str) -> str:
    """The pin of a key: 20 letters to print beside a code and to compare by eye."""
    return base64.b32encode(sha256(vkey.encode()).digest()).decode().lower()[:PIN_LENGTH]


def read_keys(vkeys: Iterable[str]) -> tuple[Verifier, ...]:
    """Verifiers of these texts, at least one and none to be taken for another. Raises ValueError."""
    keys = tuple(Verifier.parse(each) for each in vkeys)
    if not keys:
        raise ValueError("no verifier key is given")
    try:
        note.refuse_ambiguous(keys)
    except Tampered as error:
        raise ValueError(str(error)) from error
    return keys


def check_signed(file: OneFile, trust: Trust) -> Judged:
    """Steps 8 to 12: the log signed the checkpoint, and the witnesses that the policy asks for saw it."""
    keys = own_keys(file, trust)
    if keys:
        check_signature(file.note, file.checkpoint, keys)
    if trust.policy is None:
        seen, quorum = _claimed(file, keys, trust)
        return Judged(keys, seen, quorum, ())
    seen, quorum, doubts = _witnessed(file, trust.policy, trust)
    listed = [each for each in trust.policy.logs if each.name == file.origin and each.kind == ED25519]
    return Judged(tuple(dict.fromkeys([*keys, *listed])), seen, quorum, doubts)


def own_keys(file: OneFile, trust: Trust) -> tuple[Verifier, ...]:
    """Step 8: the keys to believe for this log; none where the reader's policy alone decides."""
    with step(8, "ORIGIN_UNKNOWN"):
        if file.origin != file.checkpoint.origin:
            raise Tampered(f"the checkpoint is of {file.checkpoint.origin!r}, not of {file.origin!r}")
    with step(8, "PIN_MISMATCH"):
        if trust.pin is not None and pin_of(file.vkey) != trust.pin:
            raise Tampered(f"the pin of the file's key is {pin_of(file.vkey)}, not {trust.pin}")
    if trust.keys is not None:
        return trust.keys
    if trust.policy is not None and trust.pin is None:
        return ()
    with step(8, "KEY_MALFORMED"):
        return read_keys([file.vkey])


def check_signature(data: bytes, checkpoint: Checkpoint, keys: Sequence[Verifier]) -> None:
    """Steps 8 and 9: one of these keys, named like the origin, signed the note, and none of them fails."""
    own = [each for each in keys if each.name == checkpoint.origin]
    with step(8, "ORIGIN_UNKNOWN"):
        if not own:
            raise Tampered(f"no given key is one of {checkpoint.origin!r}")
    text, lines = note.split_note(data)
    signed = False
    with step(9, "LOG_SIGNATURE_INVALID"):
        for name, blob in lines:
            for key in dict.fromkeys(own):
                if (name, blob[:4]) == (key.name, key.key_id):
                    key.verify(text, blob[4:])
                    signed = True
    with step(9, "LOG_SIGNATURE_MISSING"):
        if not signed:
            raise Tampered("no known key signed this note")


_Quorum = Literal["valid", "unknown", "none"]


def _witnessed(
    file: OneFile, wanted: Policy, trust: Trust
) -> tuple[tuple[Seen, ...], _Quorum, tuple[Unsure, ...]]:
    """Steps 8 to 12 by the reader's own policy."""
    try:
        seen = policy.open_signed(file.note, wanted, now=trust.now, oldest=trust.oldest).seen
    except Unsure as doubt:
        return (), "unknown", (doubt,)
    return seen, "none" if wanted.quorum is None else "valid", ()


def _claimed(file: OneFile, keys: Sequence[Verifier], trust: Trust) -> tuple[tuple[Seen, ...], _Quorum]:
    """Steps 10 and 11 by the policy in the file: who that calls a witness proves nothing of who they are."""
    if file.policy is None:
        return (), "none"
    try:
        read = replace(policy.parse(file.policy), logs=tuple(keys), quorum=None)
        return policy.open_signed(file.note, read, now=trust.now, oldest=trust.oldest).seen, "unknown"
    except Unsure:
        return (), "unknown"
    except StepFailed as failure:
        if failure.step in (10, 11):
            raise
        return (), "unknown"

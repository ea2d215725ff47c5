"""Policies (c2sp.org/tlog-policy): which logs and how many witnesses a reader trusts; reading and judging by one.

Pure: no file, no network, and no clock but the one that is given. The steps are numbered as in every verifier of
the project: 1 the policy, 6 and 7 note and checkpoint, 8 and 9 the log, 10 to 12 the witnesses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from ledger.checkpoint import Checkpoint, parse_decimal
from ledger.cosignature import KINDS, can_verify, verify_cosignature
from ledger.errors import Tampered, Unsure
from ledger.note import ED25519, ML_DSA_44, Verifier, refuse_ambiguous, split_note
from ledger.steps import step

MAX_POLICY = 256 * 1024
LOG_KINDS = (ED25519, ML_DSA_44)
_KEYWORDS = frozenset(["log", "witness", "group", "quorum", "none", "any", "all"])
_ALLOWED = frozenset([0x09, 0x0A, *range(0x20, 0x7F), *range(0x80, 0x100)])


@dataclass(frozen=True)
class Witness:
    """A cosigner that the policy names, and the address that it answers at, if the policy says so."""

    key: Verifier
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Satisfied when `needed` of its members are; a member is the name of a witness or of an earlier group."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A policy that was read without fault. quorum names a witness or a group; None asks for no witness."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str | None

    def satisfied(self, seen: frozenset[str]) -> bool:
        """Whether the quorum holds when the witnesses of these names have cosigned."""
        holding = set(seen)
        for name, group in self.groups.items():  # in the order of their lines, so a member was judged before
            if sum(each in holding for each in group.members) >= group.needed:
                holding.add(name)
        return self.quorum is None or self.quorum in holding


@dataclass(frozen=True)
class Seen:
    """A cosignature that verified: the witness as the policy names it, and when it signed (POSIX seconds)."""

    witness: str
    at: int


@dataclass(frozen=True)
class Signed:
    """A checkpoint that a policy accepts: the vkeys of its log that signed it, and the witnesses that saw it."""

    checkpoint: Checkpoint
    by: tuple[str, ...]
    seen: tuple[Seen, ...]


def parse(text: str | bytes) -> Policy:
    """Read a policy (step 1). Raises Unsure, naming the line, for anything that is not exactly a policy."""
    try:
        return _read(text.encode() if isinstance(text, str) else text)
    except ValueError as error:
        raise Unsure(1, "POLICY_INVALID", str(error)) from error


def check(
    note: bytes, policy: Policy, *, now: datetime | None = None, oldest: timedelta | None = None
) -> Checkpoint:
    """The checkpoint of a note that this policy accepts (steps 6 to 12); see `open_signed`."""
    return open_signed(note, policy, now=now, oldest=oldest).checkpoint


def open_signed(
    note: bytes, policy: Policy, *, now: datetime | None = None, oldest: timedelta | None = None
) -> Signed:
    """The checkpoint with everybody who signed it, when a listed log and a quorum of witnesses did (steps 6-12).

    With `now`, a cosignature from more than five minutes ahead is refused, and with `oldest` one that is older
    does not count. Raises Tampered; Unsure when the quorum hangs on a kind of key that this machine cannot check.
    """
    with step(6, "NOTE_MALFORMED"):
        text, lines = split_note(note)
    with step(7, "CHECKPOINT_MALFORMED"):
        checkpoint = Checkpoint.parse(text.decode())
    with step(8, "ORIGIN_UNKNOWN"):
        own = [each for each in policy.logs if each.name == checkpoint.origin]
        if not own:
            raise Tampered(f"the policy lists no log {checkpoint.origin!r}")
    with step(9, "LOG_SIGNATURE_INVALID"):
        by = _log_signatures(own, text, checkpoint, lines)
    _require_log(own, by)
    with step(10, "COSIGNATURE_INVALID"):
        seen, unable = _cosignatures(policy, text, checkpoint, lines)
    if now is not None:
        with step(11, "COSIGNATURE_FUTURE"):
            seen = _in_time(seen, int(now.timestamp()), oldest)
    _require_quorum(policy, frozenset(each.witness for each in seen), unable)
    return Signed(checkpoint, by, seen)


Lines = Sequence[tuple[str, bytes]]


def _log_signatures(own: Sequence[Verifier], text: bytes, checkpoint: Checkpoint, lines: Lines) -> tuple[str, ...]:
    by = []
    for key, blob in _matched(own, lines):
        if key.kind == ED25519:
            key.verify(text, blob)
        elif can_verify(key):
            verify_cosignature(key, text, checkpoint, blob)
        else:
            continue
        by.append(key.vkey)
    return tuple(dict.fromkeys(by))


def _require_log(own: Sequence[Verifier], by: tuple[str, ...]) -> None:
    if not by and not all(map(can_verify, own)):
        raise Unsure(
            9, "LOG_SIGNATURE_MISSING", f"the key of {own[0].name} is of a kind that cannot be checked here"
        )
    with step(9, "LOG_SIGNATURE_MISSING"):
        if not by:
            raise Tampered(f"no listed key of {own[0].name} signed its checkpoint")


def _cosignatures(
    policy: Policy, text: bytes, checkpoint: Checkpoint, lines: Lines
) -> tuple[tuple[Seen, ...], frozenset[str]]:
    """What the known witnesses signed, the newest time of each; and who signed in a way that is unknown here."""
    names = {each.key: name for name, each in policy.witnesses.items()}
    seen: dict[str, int] = {}
    unable = set()
    for key, blob in _matched(list(names), lines):
        if not can_verify(key):
            unable.add(names[key])
            continue
        at = verify_cosignature(key, text, checkpoint, blob)
        if at == 0:
            raise Tampered(f"the cosignature of {key.name} has no time")
        seen[names[key]] = max(at, seen.get(names[key], 0))
    return tuple(Seen(name, at) for name, at in seen.items()), frozenset(unable)


def _matched(keys: Sequence[Verifier], lines: Lines) -> list[tuple[Verifier, bytes]]:
    known = {(each.name, each.key_id): each for each in keys}
    return [(known[name, blob[:4]], blob[4:]) for name, blob in lines if (name, blob[:4]) in known]


def _in_time(seen: tuple[Seen, ...], now: int, oldest: timedelta | None) -> tuple[Seen, ...]:
    for each in seen:
        if each.at > now + 300:
            raise Tampered(f"the cosignature of {each.witness!r} is from the future")
    return tuple(each for each in seen if oldest is None or each.at >= now - oldest.total_seconds())


def _require_quorum(policy: Policy, seen: frozenset[str], unable: frozenset[str]) -> None:
    if policy.satisfied(seen):
        return
    counted = f"{len(seen)} of {len(policy.witnesses)} witnesses cosigned"
    if policy.satisfied(seen | unable):
        sentence = f"{counted}; others used a kind of key that cannot be checked here"
        raise Unsure(12, "QUORUM_NOT_MET", sentence)
    with step(12, "QUORUM_NOT_MET"):
        raise Tampered(f"{counted}, which does not satisfy the quorum {policy.quorum!r}")


@dataclass
class _Draft:
    """A policy while its lines are read; names are defined before they are used."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    quorums: list[str | None] = field(default_factory=list)

    def log(self, vkey: str, url: str | None = None) -> None:
        key = Verifier.parse(vkey, LOG_KINDS)
        if any(each.public == key.public for each in self.logs):
            raise ValueError("the public key of this log was listed before")
        self.logs.append(key)

    def witness(self, name: str, vkey: str, url: str | None = None) -> None:
        self._define(name)
        key = Verifier.parse(vkey, KINDS)
        if any(each.key.public == key.public for each in self.witnesses.values()):
            raise ValueError("the public key of this witness was listed before")
        self.witnesses[name] = Witness(key, url)

    def group(self, name: str, needed: str, *members: str) -> None:
        self._define(name)
        for member in members:
            self._require(member)
            if member in self.taken:
                raise ValueError(f"{member!r} is a member of a group already")
            self.taken.add(member)
        count = {"all": len(members), "any": 1}.get(needed)
        count = parse_decimal(needed) if count is None else count
        if not 1 <= count <= len(members):
            raise ValueError(f"a group of {len(members)} cannot need {needed}")
        self.groups[name] = Group(count, members)

    def quorum(self, name: str) -> None:
        if self.quorums:
            raise ValueError("there is a second quorum")
        if name != "none":
            self._require(name)
        self.quorums.append(None if name == "none" else name)

    def _define(self, name: str) -> None:
        if name in _KEYWORDS:
            raise ValueError(f"{name!r} is a word of the format and cannot be a name")
        if name in self.witnesses or name in self.groups:
            raise ValueError(f"the name {name!r} is defined twice")

    def _require(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(f"{name!r} is not defined on an earlier line")

    def finish(self) -> Policy:
        if not self.quorums:
            raise ValueError("the policy names no quorum")
        try:
            refuse_ambiguous([*self.logs, *(each.key for each in self.witnesses.values())])
        except Tampered as error:
            raise ValueError(str(error)) from error
        witnesses, groups = MappingProxyType(self.witnesses), MappingProxyType(self.groups)
        return Policy(tuple(self.logs), witnesses, groups, self.quorums[0])


def _read(data: bytes) -> Policy:
    if len(data) > MAX_POLICY:
        raise ValueError(f"a policy has at most {MAX_POLICY} bytes")
    if not _ALLOWED.issuperset(data):
        raise ValueError("a policy holds no control character but tab and newline")
    if not data.endswith(b"\n"):
        raise ValueError("the last line of the policy does not end")
    draft = _Draft()
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        # names are opaque octets: surrogateescape keeps every one of them apart
        words = [each.decode("utf-8", "surrogateescape") for each in line.replace(b"\t", b" ").split(b" ") if each]
        if not words or words[0].startswith("#"):
            continue
        try:
            _line(draft, words[0], words[1:])
        except ValueError as error:
            raise ValueError(f"line {number} of the policy: {error}") from error
    return draft.finish()


def _line(draft: _Draft, keyword: str, words: Sequence[str]) -> None:
    known: dict[str, tuple[Callable[..., None], int, int]] = {
        "log": (draft.log, 1, 2),
        "witness": (draft.witness, 2, 3),
        "group": (draft.group, 3, len(words)),
        "quorum": (draft.quorum, 1, 1),
    }
    if keyword not in known:
        raise ValueError(f"{keyword[:40]!r} is no keyword")
    define, fewest, most = known[keyword]
    if not fewest <= len(words) <= most:
        raise ValueError(f"a {keyword} line has another number of words")
    define(*words)


def write(logs: Sequence[str], witnesses: Mapping[str, str], quorum: str) -> str:
    """The text of a policy: vkeys of one log or more, vkeys of witnesses by name, and how many must have cosigned.

    quorum: `none`, `all`, `any` or a number. Raises Unsure when that is no policy.
    """
    lines = [f"log {vkey}" for vkey in logs]
    lines += [f"witness {name} {vkey}" for name, vkey in witnesses.items()]
    if witnesses and quorum != "none":
        lines += [f"group witnesses {quorum} {' '.join(witnesses)}", "quorum witnesses"]
    else:
        lines.append(f"quorum {quorum}")
    text = "".join(f"{line}\n" for line in lines)
    parse(text)
    return text

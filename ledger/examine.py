"""The results of a proof for people: each on its own line, so that no failure hides another.

The checks are those of `ledger.verify`; nothing is decided here but what rests on what.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from ledger import lastseen, proof
from ledger.anchor_claim import AnchorClaim
from ledger.beside import Told, check_beside
from ledger.checkpoint import Checkpoint
from ledger.entry import Envelope
from ledger.errors import Tampered, Unsure
from ledger.proof import OneFile
from ledger.said import Said
from ledger.standing import check_content, check_path, check_place
from ledger.trust import Judged, Trust, check_signed, pin_of
from ledger.verify import CheckAnchor, ask, check_claim, covering

T = TypeVar("T")
_OF_WITNESSES = ("step 10:", "step 11:", "step 12:")
State = Literal["valid", "invalid", "unknown"]


@dataclass(frozen=True)
class Line:
    """One result for people: never turn `unknown` into `valid`. why is a sentence, or empty."""

    state: State
    why: str = ""


@dataclass(frozen=True)
class Examination:
    """The results of a proof, each on its own.

    said is None when no partner signed the entry; remembered is None when nothing was kept from before. pin is
    that of the key in the file. doubted: something that the reader's policy asks for could not be checked.
    """

    unchanged: Line
    included: Line
    signed: Line
    seen: Line
    anchored: Line
    said: Line | None = None
    pinned: bool = False
    remembered: Line | None = None
    erased: tuple[str, ...] = ()
    recorded_at: str = ""
    seen_at: Mapping[str, int] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    anchor: AnchorClaim | None = None
    pin: str = ""
    doubted: bool = False

    @property
    def state(self) -> State:
        """The whole in one word: valid only where all that the reader asks for was checked."""
        if any(line.state == "invalid" for line in self.lines.values()):
            return "invalid"
        sure = (self.unchanged, self.included, self.signed, self.remembered or self.signed)
        whole = self.pinned and not self.doubted and all(line.state == "valid" for line in sure)
        return "valid" if whole else "unknown"

    @property
    def lines(self) -> dict[str, Line]:
        """Every result that there is, by name."""
        named = {
            "unchanged": self.unchanged,
            "included": self.included,
            "signed": self.signed,
            "said": self.said,
            "seen": self.seen,
            "remembered": self.remembered,
            "anchored": self.anchored,
        }
        return {name: line for name, line in named.items() if line is not None}


def examine(
    data: bytes,
    *,
    vkeys: Sequence[str] | None,
    pin: str | None = None,
    policy: str | bytes | None = None,
    now: datetime | None = None,
    oldest: timedelta | None = None,
    seen: Mapping[str, Mapping[int, bytes]] | None = None,
    check_anchor: CheckAnchor | None = None,
) -> Examination:
    """The checks of `ledger.verify.verify_bundle`, line by line. Never raises for what the file holds.

    Raises Unsure when what the caller brings is broken.
    """
    trust = Trust.read(vkeys, pin, policy, now=now, oldest=oldest)
    try:
        file = proof.read(data)
    except Tampered as error:
        bad = Line("invalid", str(error))
        return Examination(bad, bad, bad, bad, bad)
    signed, judged = _tried(lambda: check_signed(file, trust))
    included = _tried(lambda: _check_included(file))[0]
    unchanged, envelope = _tried(lambda: check_content(file.checkpoint, file.entry, file.openings))
    told = None
    if envelope is not None:
        beside, told = _tried(lambda: check_beside(file, envelope, judged.keys if judged else ()))
        unchanged = _worse(unchanged, included, beside)
    anchored, claim = _tried(lambda: check_claim(file))
    return Examination(
        unchanged=unchanged,
        included=included,
        signed=_doubted(_of_the_log(signed), judged, 9),
        seen=_seen(signed, judged),
        anchored=_anchored(anchored, covering(file, claim), check_anchor),
        said=_said(told),
        pinned=trust.is_pinned,
        remembered=_remembered(seen, file, claim),
        erased=told.erased if told else (),
        recorded_at=envelope.recorded_at if isinstance(envelope, Envelope) else "",
        seen_at={each.witness: each.at for each in judged.seen} if judged else {},
        checkpoint=file.checkpoint,
        anchor=covering(file, claim),
        pin=pin_of(file.vkey),
        doubted=bool(judged and judged.doubts),
    )


def _tried(check: Callable[[], T]) -> tuple[Line, T | None]:
    try:
        return Line("valid"), check()
    except Tampered as error:
        return Line("invalid", str(error)), None


def _worse(*lines: Line) -> Line:
    """The bytes shown are the recorded ones only if all of it holds."""
    return next((line for line in lines if line.state != "valid"), lines[0])


def _check_included(file: OneFile) -> None:
    check_place(file.index, file.checkpoint.size, file.path)
    check_path(file.checkpoint, file.entry, file.index, file.path)


def _of_the_log(line: Line) -> Line:
    """A witness that fails is told of on its own line: steps 10 to 12 come after the log's own signature."""
    return Line("valid") if line.why.startswith(_OF_WITNESSES) else line


def _doubted(line: Line, judged: Judged | None, number: int) -> Line:
    doubt = next((each for each in judged.doubts if each.step <= number), None) if judged else None
    return Line("unknown", str(doubt)) if doubt else line


def _seen(signed: Line, judged: Judged | None) -> Line:
    """Who else saw the same: known only by a policy of the reader, since any file can name its own witnesses."""
    if judged is None:
        return Line("invalid" if signed.why.startswith(_OF_WITNESSES) else "unknown", signed.why)
    names = ", ".join(each.witness for each in judged.seen)
    if judged.quorum == "valid":
        return Line("valid", names)
    if judged.doubts:
        return Line("unknown", str(judged.doubts[-1]))
    if names:
        return Line("unknown", f"{names}: named by the file itself; bring a policy that you trust")
    return Line("unknown", "no witness is asked for")


def _said(told: Told | None) -> Line | None:
    if told is None or told.said is None:
        return None
    found: Said = told.said
    if found.state == "valid":
        return Line("valid", f"{found.name} (partner {found.partner}) signed this event")
    if found.why == "key":
        return Line("unknown", f"partner {found.partner} is said to have signed; the key is not in the file")
    return Line("unknown", f"{found.name} (partner {found.partner}) signed an event that is not shown whole")


def _remembered(
    seen: Mapping[str, Mapping[int, bytes]] | None, file: OneFile, claim: AnchorClaim | None
) -> Line | None:
    if seen is None:
        return None
    try:
        doubt = lastseen.compare(seen.get(file.origin, {}), file.checkpoint, claim)
    except Tampered as error:
        return Line("invalid", str(error))
    return Line("unknown", str(doubt)) if isinstance(doubt, Unsure) else Line("valid")


def _anchored(line: Line, claim: AnchorClaim | None, check_anchor: CheckAnchor | None) -> Line:
    if line.state == "invalid":
        return line
    if claim is None:
        return Line("unknown", "no anchor covers this entry yet")
    if check_anchor is None:
        place = f"block {claim.block_number} of chain {claim.chain_id}" if claim.target == "evm" else "the anchor"
        return Line("unknown", f"{place} was not asked")
    try:
        return Line("valid", ask(claim, check_anchor))
    except Unsure as doubt:
        return Line("unknown", str(doubt))
    except Tampered as error:
        return Line("invalid", str(error))

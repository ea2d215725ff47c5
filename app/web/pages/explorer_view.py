"""The public explorer in words: an entry's kind, its public facts, what it commits to, its way to the root."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from app.explorer import public
from app.explorer.browse import EntryFace, Line, LogFace, Promised
from app.explorer.public import Field
from app.gs1 import identifiers
from app.texts import Texts
from app.texts import marked as _
from app.web.pages import passport_view
from ledger.entry import Envelope
from ledger.trust import pin_of

CLASS = {
    "public": _("open to everybody"),
    "commercial": _("commercial"),
    "personal": _("personal"),
    "withheld": _("kept back"),
}
PROMISE = {
    "opened": _("Its value is shown below."),
    "withheld": _("Its value is kept back. The entry proves that it has not changed."),
    "erased": _(
        "It was erased; entry %(number)s, signed by the log, says so. What was promised about it still stands."
    ),
    "gone": _("Its value is no longer stored. What the entry promised about it still stands."),
}
STATE = {
    "ok": _("This entry leads to the signed root."),
    "bad": _("This entry does not lead to the signed root. Do not trust it."),
    "pending": _("This entry is not under a signed state yet. Look again in a moment."),
}
MOST_NAMED = 30

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+')


@dataclass(frozen=True, slots=True)
class Link:
    """A text, with where it leads, if anywhere."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class FactLine:
    """A public fact of an entry: its label and one or more values."""

    label: str
    values: tuple[Link, ...]
    code: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in a list."""

    index: int
    number: str
    title: str
    about: str
    when: str
    hash: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a signed note: whose key it is, and whether that is the log itself."""

    name: str
    own: bool


def rows(lines: list[Line], t: Texts) -> list[Row]:
    """The lines of a list, in words."""
    return [_row(each, t) for each in lines]


def title(envelope: Envelope | None, t: Texts) -> str:
    """What a kind of entry is called."""
    return t.gettext(public.title(envelope.type)) if envelope else t.gettext("An entry that can't be read")


def _row(line: Line, t: Texts) -> Row:
    envelope = line.envelope
    name, about = title(envelope, t), ""
    if envelope and envelope.type in public.PUBLIC:
        about = envelope.body.get("key") or _first_thing(envelope.body.get("keys")) or ""
        step = envelope.body.get("biz_step")
        if "event_type" in envelope.body:
            name = passport_view.what_happened(
                step if isinstance(step, str) else None, envelope.body.get("action"), t
            )
    return Row(
        line.index,
        t.number(line.index),
        name,
        str(about),
        moment(envelope.recorded_at, t) if envelope else "",
        line.leaf.hex(),
    )


def _first_thing(keys: Any) -> str:
    if not isinstance(keys, Mapping):
        return ""
    return next((str(each[0]) for each in keys.values() if isinstance(each, list) and each), "")


def facts(face: EntryFace, t: Texts, partner: str) -> list[FactLine]:
    """The public facts of an entry; nothing for a kind that is not public."""
    if face.envelope is None or not face.public:
        return []
    body = face.envelope.body
    kind = public.PUBLIC[face.envelope.type]
    found = []
    for field in kind.fields:
        values = tuple(_values(field, body.get(field.name), t, partner))
        if values:
            label = t.gettext(field.label)
            found.append(FactLine(label, values, field.kind in ("code", "thing", "things", "product")))
    return found


def _values(field: Field, value: Any, t: Texts, partner: str) -> Iterator[Link]:
    if value is None or value == "":
        return
    match field.kind:
        case "things":
            yield from _things(value, t)
        case "thing":
            yield Link(str(value), _href(str(value)))
        case "product":
            yield Link(str(value), _href(f"/01/{value}"))
        case "index":
            yield Link(t.number(value) if type(value) is int else str(value), f"{value}")
        case "code":
            yield from (Link(str(each)) for each in (value if isinstance(value, list) else [value]))
        case "partner":
            yield Link(partner)
        case _:
            yield Link(_written(field.kind, value, t))


def _things(keys: Any, t: Texts) -> Iterator[Link]:
    """What an event names; of very many only their number stands in the entry."""
    if not isinstance(keys, Mapping):
        return
    if isinstance(keys.get("count"), int):
        yield Link(t.gettext("%(number)s things", number=t.number(keys["count"])))
        return
    every = [str(each) for some in keys.values() if isinstance(some, list) for each in some]
    for each in every[:MOST_NAMED]:
        yield Link(each, _href(each))
    if len(every) > MOST_NAMED:
        yield Link(t.gettext("and %(number)s more", number=t.number(len(every) - MOST_NAMED)))


def _href(key: str) -> str:
    """The page of a thing that an entry names; only what is a key of GS1 is taken for a path of ours.

    Empty for a place or a party: they have no passport.
    """
    key = identifiers.canonical(key)
    values = identifiers.values(key)
    if values.keys() & {"414", "417"}:
        return ""
    return key if values else f"/id?{urlencode({'uri': key})}"


def _written(kind: str, value: Any, t: Texts) -> str:
    if kind == "moment":
        return moment(str(value), t)
    if kind == "day":
        return _day(str(value), t)
    if kind == "named":
        return t.named(value) if isinstance(value, dict) else str(value)
    if kind == "country":
        return t.country(str(value))
    if kind == "step":
        return passport_view.what_happened(str(value), None, t)
    if kind == "disposition":
        return passport_view.disposition(str(value), t)
    return str(value)


def moment(text: str, t: Texts) -> str:
    """A moment of an entry as this language writes it, in UTC; the text itself where it is none."""
    try:
        return f"{t.moment(datetime.fromisoformat(text), 'UTC')} UTC"
    except (ValueError, TypeError):
        return text


def _day(text: str, t: Texts) -> str:
    try:
        return t.day(date.fromisoformat(text))
    except ValueError:
        return text


def laid_out(text: str) -> str:
    """JSON a member a line, each piece as it was written: a number that is read and told anew may be rounded."""
    depth, out, opened = 0, [], False
    for piece in _PIECE.findall(text):
        if piece in "]}":
            depth -= 1
            out.append(piece if opened else f"\n{'  ' * depth}{piece}")
        else:
            out.append(f"\n{'  ' * depth}{piece}" if opened else piece)
        opened = piece in "[{"
        if opened:
            depth += 1
        elif piece == ",":
            out.append(f"\n{'  ' * depth}")
        elif piece == ":":
            out.append(" ")
    return "".join(out)


def promise(each: Promised, t: Texts) -> tuple[str, str, str]:
    """(path, class, what became of the value) of a commitment, in words."""
    kind = CLASS.get(each.kind)
    values = {"number": t.number(each.by)} if each.by is not None else {}
    return each.path, t.gettext(kind) if kind else each.kind, t.gettext(PROMISE[each.state], **values)


def said_by(face: EntryFace, partner: str, t: Texts) -> tuple[str, str]:
    """(sign, words) of a partner's signature on what an entry says; empty for none."""
    said = face.said
    if said is None:
        return "", ""
    if isinstance(said, str):
        return "bad", t.gettext("The signature of %(partner)s does not fit what this entry says.", partner=partner)
    name = said.name or partner
    if said.state == "valid":
        return "good", t.gettext("Signed by %(partner)s with the key %(key)s.", partner=name, key=said.key)
    return "open", t.gettext("signed by %(partner)s; not all of it is here to check", partner=name)


def signatures(note: str | None, origin: str) -> list[Signature]:
    """Who signed a checkpoint, by the names in its signature lines; nothing is verified here."""
    names = [
        line.split(" ")[1] for line in (note or "").splitlines() if line.startswith("— ") and line.count(" ") == 2
    ]
    return [Signature(name, name == origin) for name in names]


def age(face: LogFace, now: datetime, t: Texts) -> str:
    """How long ago the newest state was signed."""
    signed_at = face.signed.published_at
    return t.when(min((signed_at - now).total_seconds(), -1)) if signed_at else ""


def pin(vkey: str | None) -> str:
    """The short fingerprint of a key, as it stands printed beside a code, in groups of four."""
    text = pin_of(vkey) if vkey else ""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

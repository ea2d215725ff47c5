"""What an endpoint may hear of: kinds of entries of the brand's log, by source or one by one. Pure."""

from collections.abc import Sequence

from app.entries import EntryType

SOURCES = ("shipping", "carrier", "care", "support", "telemetry", "provenance", "epcis")
"""Those an endpoint may choose whole; what is about the log, keys and people is nobody's business outside."""

_NEVER = frozenset({EntryType.PERSONAL_REVEALED})
TYPES = tuple(each.value for each in EntryType if each.partition(":")[0] in SOURCES and each not in _NEVER)


def checked(topics: Sequence[str]) -> list[str]:
    """The topics, each once; none means all sources. Raises ValueError naming one that there is not."""
    for topic in topics:
        if topic not in SOURCES and topic not in TYPES:
            raise ValueError(f"there is no topic {topic[:80]!r}; choose among {', '.join(SOURCES)}")
    return list(dict.fromkeys(topics)) or list(SOURCES)


def wanted(topics: Sequence[str], entry_type: str) -> bool:
    """Whether an endpoint with these topics hears of an entry of this type."""
    return entry_type in TYPES and (entry_type in topics or entry_type.partition(":")[0] in topics)


def event_type(entry_type: str) -> str:
    """The type of the CloudEvent about an entry: `carrier:parcel:moved` is `wayproof.carrier.parcel.moved`."""
    return f"wayproof.{entry_type.replace(':', '.')}"

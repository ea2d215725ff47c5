"""What a GS1 resolver offers for a thing: link types, linksets (RFC 9264), and which link a reader wants. Pure.

Source: GS1-Conformant resolver standard 1.1 and RFC 9264. Where the links come from is not known here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

VOCABULARY = "https://ref.gs1.org/voc/"
MEDIA_TYPE = "application/linkset+json"

_SPELLINGS = (VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/", "http://gs1.org/voc/", "gs1:")

# The link types of the GS1 Web Vocabulary.
_NAMES = """
    activityIdeas allergenInfo brandHomepageClinical brandHomepagePatient careersInfo certificationInfo
    consumerHandlingStorageInfo disassemblyInfo epcis epil eventsInfo faqs handlingEndOfLife hasRetailers
    homepage ingredientsInfo instructions jws leaveReview locationInfo logisticsInfo masterData menuInfo
    nutritionalInfo openingHoursInfo paymentLink pip productPassport promotion purchaseSuppliesOrAccessories
    quickStartGuide recallStatus recipeInfo recyclingInfo registerProduct registryEntry relatedVideo
    repairInfo reuseInfo review safetyInfo scheduleTime serviceInfo smartLabel smpc socialMedia sorting
    statisticInfo support sustainabilityInfo traceability tutorial userAgreement verificationService
    whatsInTheBox
"""
LINK_TYPES = tuple(_NAMES.split())
_BY_SMALL_LETTERS = {name.lower(): name for name in LINK_TYPES}
DEFAULT = "defaultLink"


@dataclass(frozen=True, slots=True)
class Target:
    """One link. `language` empty: none, or any; several for a page that speaks several."""

    link_type: str
    href: str
    title: str
    languages: tuple[str, ...] = ()
    media_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Level:
    """The links of one thing: an item, its lot or its product. The first one is what opens by default."""

    anchor: str
    description: str
    targets: tuple[Target, ...]
    default: Target | None = None


def link_type(text: str) -> str | None:
    """The name of a link type however it is written (`gs1:pip`, an address of the vocabulary, `pip`), or None.

    `defaultLink` is one too.
    """
    for spelling in _SPELLINGS:
        if text.startswith(spelling):
            text = text[len(spelling) :]
            break
    if text.lower() in ("defaultlink", "default"):
        return DEFAULT
    return _BY_SMALL_LETTERS.get(text.lower())


def document(levels: Iterable[Level]) -> dict[str, Any]:
    """The linkset: one link context object for each level, the finest first."""
    return {"linkset": [_context(level) for level in levels if level.targets or level.default]}


def _context(level: Level) -> dict[str, Any]:
    context: dict[str, Any] = {"anchor": level.anchor, "itemDescription": level.description}
    if level.default:  # without optional attributes: the same target stands below under what it is
        context[VOCABULARY + DEFAULT] = [{"href": level.default.href, "title": level.default.title}]
    for target in level.targets:
        context.setdefault(VOCABULARY + target.link_type, []).append(_target(target))
    return context


def _target(target: Target) -> dict[str, Any]:
    shown: dict[str, Any] = {"href": target.href, "title": target.title, "type": target.media_type}
    if target.languages:
        shown["hreflang"] = list(target.languages)
    return shown


def choose(targets: Sequence[Target], languages: Sequence[str], media_types: Sequence[str]) -> Sequence[Target]:
    """Those of these links that fit the reader best; one of them, mostly, several where they are equal.

    The order of the GS1 resolver: language and media type together, then the language, then the media type, then
    what has no language, then all. `languages` and `media_types` are the reader's, the dearest first.
    """
    for language in languages:
        if mine := _spoken(targets, language.lower()):
            return _of_media(mine, media_types) or mine
    return (
        _of_media(targets, media_types) or [target for target in targets if not target.languages] or list(targets)
    )


def _of_media(targets: Sequence[Target], media_types: Sequence[str]) -> list[Target]:
    for media_type in media_types:
        mine = [target for target in targets if target.media_type == media_type]
        if mine:
            return mine
    return []


def _spoken(targets: Sequence[Target], language: str) -> list[Target]:
    """Those that speak `zh-Hant-TW`, else `zh-Hant`, else `zh` (RFC 4647, 3.4); else any kind of `zh` there is."""
    parts = language.split("-")
    for count in range(len(parts), 0, -1):
        wanted = "-".join(parts[:count])
        if mine := [target for target in targets if wanted in _languages(target)]:
            return mine
    kinds = f"{parts[0]}-"
    return [target for target in targets if any(each.startswith(kinds) for each in _languages(target))]


def _languages(target: Target) -> list[str]:
    return [each.lower() for each in target.languages]

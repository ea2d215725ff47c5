"""What is said and answered of products, places, certificates and recalls. No route lives here."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from app.web.api.fields import Country, Decimal, Key, Line, Moment, Texts, Zone
from app.web.body import Answer, Body

Gtin = Annotated[str, StringConstraints(pattern="^([0-9]{8}|[0-9]{12,14})$"), Field(examples=["09521234543213"])]
ShortLine = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")]
Category = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
Detail = Annotated[str, StringConstraints(pattern="^[a-z_]{2,40}$"), Field(examples=["ingredients"])]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class ProductIn(Body):
    """What a GTIN stands for, all of it. Texts are by language; temperatures in degrees Celsius, as text.

    `details` are what the law wants told besides; where they are left out, those that are known stay.
    """

    gtin: Gtin
    name: Texts
    description: Texts = {}
    care: Texts = {}
    category: Category | None = None
    origin_country: Country | None = None
    origin_place: ShortLine | None = None
    temperature_low: Decimal | None = None
    temperature_high: Decimal | None = None
    details: dict[Detail, Texts] | None = None


class ProductOut(Answer):
    """A product as it is described now."""

    gtin: str
    name: dict[str, str]
    description: dict[str, str]
    care: dict[str, str]
    category: str | None
    origin_country: str | None
    origin_place: str | None
    temperature_low: str | None
    temperature_high: str | None
    details: dict[str, dict[str, str]]
    url: str
    updated_at: Moment


class ProductsOut(Answer):
    """A page of products."""

    products: list[ProductOut]


class LocationIn(Body):
    """A place that events name, by GLN or URI; coordinates in degrees (WGS 84)."""

    key: Key
    name: ShortLine
    city: ShortLine | None = None
    country: Country | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    zone: Zone | None = None


class LocationOut(Answer):
    """A place as it is named now."""

    key: str
    name: str
    city: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    zone: str | None


class LocationsOut(Answer):
    """A page of places."""

    locations: list[LocationOut]


class SignedIn(Body):
    """A partner's signature over a claim, as `wayproof sign certificate` prints it."""

    key: Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}$")]
    nonce: Annotated[str, StringConstraints(max_length=60)]
    signature: Annotated[str, StringConstraints(max_length=120)]


class CertificateIn(Body):
    """A claim by somebody else about a product, lot or item; `file_sha256` is the hash of their paper.

    `kind` is what a required check asks for. `partner` and `signed` belong together: the issuer is that
    partner, and its registered key signed the claim.
    """

    key: Key
    name: Line
    issuer: Line
    scope: Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00]*$")] | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    file_sha256: Sha256 | None = None
    kind: ShortLine | None = None
    number: ShortLine | None = None
    partner: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{26}$")] | None = None
    signed: SignedIn | None = None


class CertificateOut(Answer):
    """A certificate and the submission that proves when it was added."""

    id: str
    key: str
    name: str
    issuer: str
    scope: str | None
    valid_from: date | None
    valid_until: date | None
    file_sha256: str | None
    kind: str | None
    number: str | None
    partner: str | None
    signed_key: str | None
    submission: int


class CertificatesOut(Answer):
    """A page of certificates."""

    certificates: list[CertificateOut]


class RecallWordsIn(Body):
    """The words of a recall, all of them: reason and advice by language."""

    reason: Texts
    advice: Texts

    @field_validator("reason", "advice")
    @classmethod
    def _not_empty(cls, texts: dict[str, str]) -> dict[str, str]:
        if not texts:
            raise ValueError("needs a text in at least one language")
        return texts


class RecallIn(RecallWordsIn):
    """Call back everything under a key; reason and advice by language."""

    key: Key


class RecallOut(Answer):
    """A recall; it is open while closed_at is null."""

    id: str
    key: str
    reason: dict[str, str]
    advice: dict[str, str]
    submission: int
    opened_at: Moment
    closed_at: Moment | None


class RecallsOut(Answer):
    """A page of recalls."""

    recalls: list[RecallOut]

"""What a scan meets, over HTTP: the links that the resolver offers, the keys and items of NFC tags."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.db import reading
from app.models.scans import NfcTag, ProductLink, TagProfile
from app.provenance import links, tag_profiles
from app.provenance.tag_profiles import Keys
from app.sealed import open_box
from app.web.api.door import door
from app.web.api.fields import Key, Line, Moment
from app.web.api.paging import PageQuery, page
from app.web.body import Answer, Body
from app.web.context import caller, house, now
from app.web.idempotency import once
from app.web.problems import Problem
from app.web.rules import machine

bp = door("scans", "Links and tags")

Gtin = Annotated[str, StringConstraints(pattern="^([0-9]{8}|[0-9]{12,14})$"), Field(examples=["09521234543213"])]
TagKey = Annotated[str, StringConstraints(pattern="^[0-9A-Fa-f]{32}$")]
Uid = Annotated[str, StringConstraints(pattern="^[0-9A-Fa-f]{14}$"), Field(examples=["04DE5F1EACC040"])]
Href = Annotated[str, StringConstraints(max_length=1000), Field(examples=["https://ada.example/manual.pdf"])]
LinkType = Annotated[str, StringConstraints(max_length=60), Field(examples=["gs1:instructions"])]
Tag = Annotated[str, StringConstraints(max_length=20)]
Media = Annotated[str, StringConstraints(max_length=100)]


class LinkIn(Body):
    """A link of a thing: its type from the GS1 Web Vocabulary, an https address, a title in its language."""

    key: Key
    link_type: LinkType
    href: Href
    title: Line
    language: Annotated[Tag, Field(examples=["es"])] = ""
    media_type: Annotated[Media, Field(examples=["application/pdf"])] = "text/html"


class LinkOut(Answer):
    """A link as the resolver offers it."""

    id: str
    key: str
    link_type: str
    href: str
    title: str
    language: str
    media_type: str
    created_at: Moment


class LinksOut(Answer):
    """A page of links."""

    links: list[LinkOut]


class TagProfileIn(Body):
    """How the NTAG 424 DNA tags of a product are keyed. Keys are 16 bytes in hexadecimal, never shown again.

    `file_key` is the same as `meta_key` unless it is given. `system` goes into the diversification of AN10922.
    """

    gtin: Gtin
    scheme: Literal["shared", "an10922", "hmac"]
    meta_key: TagKey
    file_key: TagKey | None = None
    key_number: Annotated[int, Field(ge=0, le=4)] = 1
    system: Annotated[str, StringConstraints(pattern="^([0-9A-Fa-f]{2}){0,24}$")] = ""
    covers: Literal["nothing", "file", "file_to_mac"] = "nothing"
    registered_only: bool = False


class TagProfileOut(Answer):
    """A profile without its keys."""

    gtin: str
    scheme: str
    key_number: int
    covers: str
    registered_only: bool
    updated_at: Moment


class TagProfilesOut(Answer):
    """A page of profiles."""

    profiles: list[TagProfileOut]


class NfcTagIn(Body):
    """Which item a tag is on."""

    uid: Uid
    key: Key


class NfcTagOut(Answer):
    """A tag: its item, the highest counter it has shown, and how often it showed none that was new."""

    uid: str
    key: str | None
    counter: int
    taps: int
    repeats: int
    first_at: Moment | None
    last_at: Moment | None


class NfcTagsOut(Answer):
    """A page of tags."""

    tags: list[NfcTagOut]


@bp.post("/api/v1/links")
@machine("products:write")
@bp.input(LinkIn)
@once
@bp.output(LinkOut, 201)
def post_link(session: Session, json_data: LinkIn) -> dict[str, Any]:
    """Add a link to a product, lot, item, unit or place; the same again changes its title and media type."""
    brand = brand_of(session, caller().brand_id)
    return _link(links.add_link(session, brand, **json_data.model_dump(), now=now()))


@bp.get("/api/v1/links")
@machine("events:read", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(LinksOut)
def get_links(query_data: PageQuery) -> Any:
    """Every link of the brand."""
    with reading(house().db) as session:
        rows = links.links(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "id")
    return {"links": [_link(row) for row in shown]}, 200, headers


@bp.delete("/api/v1/links/<link_id>")
@machine("products:write")
@bp.output({}, 204)
def delete_link(link_id: str) -> Any:
    """Take a link away."""
    with house().db.begin() as session:
        if not links.remove_link(session, brand_of(session, caller().brand_id), link_id, now()):
            raise Problem("not-found")
    return "", 204


@bp.post("/api/v1/nfc/profiles")
@machine("products:write")
@bp.input(TagProfileIn)
@once
@bp.output(TagProfileOut, 201)
def post_profile(session: Session, json_data: TagProfileIn) -> dict[str, Any]:
    """Say how the tags of a product are keyed, in place of what was said before."""
    given = json_data.model_dump(exclude={"meta_key", "file_key", "system"})
    meta = bytes.fromhex(json_data.meta_key)
    file = bytes.fromhex(json_data.file_key) if json_data.file_key else meta
    keys = Keys(meta, file, bytes.fromhex(json_data.system))
    box, brand_id = open_box(house().keys), caller().brand_id
    return _profile(tag_profiles.put_profile(session, box, brand_id=brand_id, keys=keys, **given, now=now()))


@bp.get("/api/v1/nfc/profiles")
@machine("events:read", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(TagProfilesOut)
def get_profiles(query_data: PageQuery) -> Any:
    """How the tags of the brand's products are keyed, without the keys."""
    with reading(house().db) as session:
        after, limit = query_data.after, query_data.one_more
        rows = tag_profiles.profiles(session, caller().brand_id, after=after, limit=limit)
    shown, headers = page(rows, query_data, "gtin")
    return {"profiles": [_profile(row) for row in shown]}, 200, headers


@bp.post("/api/v1/nfc/tags")
@machine("products:write", "warehouse")
@bp.input(NfcTagIn)
@once
@bp.output(NfcTagOut, 201)
def post_tag(session: Session, json_data: NfcTagIn) -> dict[str, Any]:
    """Say which item a tag is on; its counter stays."""
    uid, brand_id = json_data.uid.upper(), caller().brand_id
    return _tag(tag_profiles.put_tag(session, brand_id=brand_id, uid=uid, key=json_data.key, now=now()))


@bp.get("/api/v1/nfc/tags")
@machine("events:read", "warehouse", "auditor")
@bp.input(PageQuery, location="query")
@bp.output(NfcTagsOut)
def get_tags(query_data: PageQuery) -> Any:
    """The brand's tags by UID."""
    with reading(house().db) as session:
        rows = tag_profiles.tags(session, caller().brand_id, after=query_data.after, limit=query_data.one_more)
    shown, headers = page(rows, query_data, "uid")
    return {"tags": [_tag(row) for row in shown]}, 200, headers


def _link(row: ProductLink) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LinkOut.model_fields}


def _profile(row: TagProfile) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TagProfileOut.model_fields}


def _tag(row: NfcTag) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NfcTagOut.model_fields}

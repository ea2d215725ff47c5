"""What everybody may see of a supplier and its sites: certificates, audits, what is made there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.entries import EntryType
from app.gs1 import identifiers
from app.ids import new_id
from app.models.brands import Brand, Partner
from app.models.products import Certificate, EpcisEvent, EventKey, Location, Product
from app.models.quality import Audit, SupplierFace, SupplierSite
from app.provenance.errors import Refused
from app.record import record
from app.texts import marked as _

_MADE = ("commissioning", "creating_class_instance")
_MADE_AS = ("epc", "epc_class", "output", "output_class")
_NEWEST = 2000
"""So many of the newest events of a site say what is made there: a public page must stay cheap."""


@dataclass(frozen=True, slots=True)
class SiteFace:
    """A site as everybody may see it; without a name where its supplier is shown without one."""

    id: str
    name: str
    city: str
    country: str | None
    gln: str


@dataclass(frozen=True, slots=True)
class SupplierView:
    """The public page of a supplier, or of one of its sites."""

    id: str
    brand: Brand
    name: str  # empty where it is not shown by name
    kind: str
    country: str | None
    site: SiteFace | None
    sites: tuple[SiteFace, ...]
    certificates: tuple[Certificate, ...]
    audits: tuple[Audit, ...]
    products: tuple[Product, ...]


def own_site(session: Session, brand_id: str, partner_id: str, key: str) -> SupplierSite:
    """The place as a site of this supplier. Raises Refused when it is another one's."""
    if identifiers.level(key) != "location" and ":" not in key:
        raise Refused("site", _("must be a GLN, such as /414/9521234000006, or another URI"))
    if len(key) > 400:
        raise Refused("site", _("must be at most %(most)s characters"), most=400)
    known = select(SupplierSite).where(SupplierSite.brand_id == brand_id, SupplierSite.key == key)
    row = session.scalar(known)
    if row is None:
        row = SupplierSite(id=new_id(), brand_id=brand_id, partner_id=partner_id, key=key)
        session.add(row)
        session.flush()
    if row.partner_id != partner_id:
        raise Refused("site", _("is a site of another supplier"))
    return row


def show(
    session: Session,
    brand: Brand,
    partner_id: str,
    *,
    named: bool,
    sites: Sequence[str] = (),
    person_id: str | None = None,
    now: datetime,
) -> SupplierFace | None:
    """Choose whether a supplier is shown by its name, and add sites to it; None where it is no partner.

    Sites are added, never taken away: an audit may speak of one. Raises Refused.
    """
    known = select(Partner.id).where(Partner.brand_id == brand.id, Partner.id == partner_id)
    if session.scalar(known) is None:
        return None
    keys = [own_site(session, brand.id, partner_id, identifiers.canonical(each)).key for each in sites]
    face = session.get(SupplierFace, partner_id) or SupplierFace(partner_id=partner_id, brand_id=brand.id)
    face.named, face.changed_at = named, now
    body = {"partner": partner_id, "named": named, "sites": keys, "person": person_id}
    face.submission_id = record(session, brand.log_id, EntryType.SUPPLIER_SHOWN, body, now=now).submission_id
    session.add(face)
    return face


@dataclass(frozen=True, slots=True)
class SupplierLink:
    """A supplier that has a public page; `name` is empty where it is not shown by name."""

    id: str
    name: str
    country: str | None


def linked(session: Session, brand_id: str, partner_ids: Sequence[str]) -> tuple[SupplierLink, ...]:
    """The suppliers among these partners that have a page of their own."""
    if not partner_ids:
        return ()
    about = (
        SupplierFace.partner_id.is_not(None),
        exists().where(SupplierSite.partner_id == Partner.id),
        exists().where(Audit.partner_id == Partner.id),
    )
    asked = (
        select(Partner.id, Partner.name, Partner.country, SupplierFace.named)
        .outerjoin(SupplierFace, SupplierFace.partner_id == Partner.id)
        .where(Partner.brand_id == brand_id, Partner.id.in_(partner_ids), Partner.kind == "supplier", or_(*about))
        .order_by(Partner.id)
    )
    rows = session.execute(asked)
    return tuple(SupplierLink(row.id, row.name if row.named else "", row.country) for row in rows)


def public_page(session: Session, partner_id: str, site_id: str = "") -> SupplierView | None:
    """The page of a supplier, or of one of its sites; None where there is nothing that everybody may see.

    There is a page when the brand shows the supplier by name, gave it a site, or recorded an audit of it.
    """
    partner = session.get(Partner, partner_id)
    if partner is None:
        return None
    face = session.get(SupplierFace, partner_id)
    named = bool(face and face.named)
    rows = session.scalars(
        select(SupplierSite).where(SupplierSite.partner_id == partner_id).order_by(SupplierSite.id)
    ).all()
    site = next((row for row in rows if row.id == site_id), None)
    if site_id and site is None:
        return None
    keys = [site.key] if site else [row.key for row in rows]
    audits = _audits(session, partner_id, site)
    if face is None and not rows and not audits:
        return None
    places = _places(session, partner.brand_id, [row.key for row in rows])
    faces = tuple(_site(row, places.get(row.key), named) for row in rows)
    return SupplierView(
        id=partner.id,
        brand=session.get_one(Brand, partner.brand_id),
        name=partner.name if named else "",
        kind=partner.kind,
        country=partner.country,
        site=next((each for each in faces if site and each.id == site.id), None),
        sites=faces,
        certificates=_certificates(session, partner.brand_id, keys),
        audits=audits,
        products=_products(session, partner.brand_id, keys),
    )


def of_brand(session: Session, brand_id: str) -> list[tuple[Partner, bool, list[str]]]:
    """Every partner of a brand, whether it is shown by name, and the keys of its sites."""
    asked = select(Partner, SupplierFace.named).outerjoin(SupplierFace, SupplierFace.partner_id == Partner.id)
    sites: dict[str, list[str]] = {}
    for row in session.scalars(select(SupplierSite).where(SupplierSite.brand_id == brand_id)):
        sites.setdefault(row.partner_id, []).append(row.key)
    rows = session.execute(asked.where(Partner.brand_id == brand_id).order_by(Partner.name, Partner.id))
    return [(partner, bool(named), sites.get(partner.id, [])) for partner, named in rows]


def in_force(row: Any, today: date) -> bool:
    """Whether a certificate or an audit is good today."""
    begun = getattr(row, "valid_from", None)
    return (begun is None or begun <= today) and (row.valid_until is None or row.valid_until >= today)


def _audits(session: Session, partner_id: str, site: SupplierSite | None) -> tuple[Audit, ...]:
    asked = select(Audit).where(Audit.partner_id == partner_id)
    if site:
        asked = asked.where(or_(Audit.site == site.key, Audit.site.is_(None)))
    return tuple(session.scalars(asked.order_by(Audit.audited_on.desc(), Audit.id.desc())))


def _places(session: Session, brand_id: str, keys: Sequence[str]) -> dict[str, Location]:
    asked = select(Location).where(Location.brand_id == brand_id, Location.key.in_(keys))
    return {row.key: row for row in session.scalars(asked)}


def _site(row: SupplierSite, place: Location | None, named: bool) -> SiteFace:
    """Where the supplier has no name here, its sites have none either: a place would tell it."""
    country = place.country if place else None
    if not named:
        return SiteFace(row.id, "", "", country, "")
    name, city = (place.name, place.city or "") if place else ("", "")
    return SiteFace(row.id, name, city, country, identifiers.values(row.key).get("414", ""))


def _certificates(session: Session, brand_id: str, keys: Sequence[str]) -> tuple[Certificate, ...]:
    asked = select(Certificate).where(Certificate.brand_id == brand_id, Certificate.key.in_(keys))
    return tuple(session.scalars(asked.order_by(Certificate.created_at, Certificate.id)))


def _products(session: Session, brand_id: str, keys: Sequence[str]) -> tuple[Product, ...]:
    """What was given its identity at these places, or came out of a transformation there, lately."""
    if not keys:
        return ()
    newest = (
        select(EpcisEvent.id)
        .where(EpcisEvent.brand_id == brand_id)
        .where(or_(EpcisEvent.read_point.in_(keys), EpcisEvent.biz_location.in_(keys)))
        .where(or_(EpcisEvent.biz_step.in_(_MADE), EpcisEvent.event_type == "TransformationEvent"))
        .where(EpcisEvent.error_declared.is_(False))
        .order_by(EpcisEvent.id.desc())
        .limit(_NEWEST)
    ).subquery()
    made = select(EventKey.key).where(EventKey.event.in_(select(newest.c.id)), EventKey.role.in_(_MADE_AS))
    gtins = {gtin for key in session.scalars(made.distinct()) if (gtin := identifiers.gtin(key))}
    asked = select(Product).where(Product.brand_id == brand_id, Product.gtin.in_(sorted(gtins)[:200]))
    return tuple(session.scalars(asked.order_by(Product.gtin)))

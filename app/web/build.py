"""The only place where Flask is put together. It starts no thread and opens no connection."""

from pathlib import Path
from typing import cast

from apiflask import APIFlask
from flask import Blueprint
from flask.json.provider import DefaultJSONProvider

from app.house import House
from app.web import access_log, auth, headers, idempotency, limits, problems, refusals, scanning
from app.web.api import (
    carbon,
    completeness,
    devices,
    epcis,
    epcis_resources,
    hooks,
    log,
    lots,
    meta,
    openings,
    ordering,
    owning_terms,
    partner,
    planning,
    products,
    quality,
    queries,
    scans,
    shipments,
    shop_hooks,
    spec,
    stamps,
    subscriptions,
    switches,
    tiles,
    tracing,
    webhooks,
)
from app.web.api import (
    erasing as erasures,
)
from app.web.api import (
    owning as owning_api,
)
from app.web.pages import (
    acts,
    aftersale,
    amends,
    badge,
    brand,
    calendar,
    carrier_accounts,
    carrier_calls,
    completing,
    connections,
    customer,
    demo,
    desk,
    dispatching,
    disrupting,
    emissions,
    erasing,
    events,
    explorer,
    following,
    freshness,
    held,
    linking,
    looking,
    order_desk,
    orders,
    owning,
    partners,
    promising,
    pushing,
    qr,
    recalls,
    repairing,
    reporting,
    resolver,
    scanned,
    score,
    session,
    suppliers,
    suspects,
    switching,
    tables,
    tools,
    tracing_page,
    track,
    warehouse,
    watching,
    wording,
)
from app.web.pages import (
    quality as quality_desk,
)
from app.web.pages.render import Plain
from app.web.rules import public
from app.web.sessions import ServerSessions

API = (
    meta.bp,
    epcis.bp,
    epcis_resources.bp,
    queries.bp,
    subscriptions.bp,
    products.bp,
    lots.bp,
    quality.bp,
    completeness.bp,
    tracing.bp,
    scans.bp,
    openings.bp,
    shipments.bp,
    ordering.bp,
    carbon.bp,
    devices.bp,
    partner.bp,
    owning_api.bp,
    owning_terms.bp,
    planning.bp,
    log.bp,
    tiles.bp,
    stamps.bp,
    switches.bp,
    erasures.bp,
    webhooks.bp,
    hooks.bp,
)
PAGES: tuple[Blueprint, ...] = (
    customer.bp, events.bp, explorer.bp, watching.bp, qr.bp, badge.bp, resolver.bp, orders.bp, session.bp, desk.bp,
    suspects.bp, scanned.bp, reporting.bp,
    quality_desk.bp, suppliers.bp, recalls.bp, tables.bp, tracing_page.bp,
    shop_hooks.bp, order_desk.bp, erasing.bp, warehouse.bp, emissions.bp, linking.bp, tools.bp,
    completing.bp, looking.bp, score.bp, dispatching.bp, disrupting.bp,
    brand.bp, carrier_accounts.bp, carrier_calls.bp,
    connections.bp, switching.bp, held.bp, calendar.bp, pushing.bp, wording.bp, partners.bp, demo.bp,
    following.bp, freshness.bp, promising.bp, acts.bp, owning.bp, aftersale.bp, repairing.bp, amends.bp, track.bp,
)  # fmt: skip

_HERE = Path(__file__).parent


def create_app(house: House) -> APIFlask:
    """The web door of an opened house. Raises LookupError when a view has no rule of access."""
    app = APIFlask(
        "wayproof",
        title="Wayproof",
        version="0.1.0",
        docs_path=None,
        json_errors=False,
        root_path=str(_HERE),
    )
    app.jinja_environment = Plain
    app.extensions["wayproof"] = house
    app.url_map.merge_slashes = False  # a Digital Link value may begin with %2F
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    cast(DefaultJSONProvider, app.json).ensure_ascii = False
    app.session_interface = ServerSessions(house)
    for layer in (access_log, limits, auth, problems, refusals, idempotency, spec, scanning):
        layer.install(app)
    headers.install(app, https=house.settings.base_url.startswith("https:"))
    _register(app)
    auth.refuse_views_without_rule(app)
    return app


def _register(app: APIFlask) -> None:
    for name in ("static", "openapi.spec"):
        public(app.view_functions[name])
    for blueprint in (*API, *PAGES):
        app.register_blueprint(blueprint)

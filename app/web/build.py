"""The only place where Flask is put together. It starts no thread and opens no connection."""

from pathlib import Path

from apiflask import APIFlask
from flask import Blueprint, Response

from app.house import House
from app.web import access_log, auth, headers, idempotency, limits, problems
from app.web.rules import public
from app.web.sessions import ServerSessions

BLUEPRINTS: tuple[Blueprint, ...] = ()

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
    app.extensions["wayproof"] = house
    app.url_map.merge_slashes = False  # a Digital Link value may begin with %2F
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.session_interface = ServerSessions(house)
    for layer in (access_log, limits, auth, problems, idempotency):
        layer.install(app)
    headers.install(app, https=house.settings.base_url.startswith("https:"))
    _register(app)
    auth.refuse_views_without_rule(app)
    return app


def _register(app: APIFlask) -> None:
    for name in ("static", "openapi.spec"):
        public(app.view_functions[name])
    app.add_url_rule("/healthz", view_func=healthz)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


@public
def healthz() -> Response:
    """That this process answers; it asks nobody else."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})

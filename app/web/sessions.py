"""Flask's session over app/brands/sessions: read at the first use, so that a public page costs no query."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from app.brands.sessions import Opened, Staff, close_session, find_session, keep_session, open_session
from app.db import reading
from app.house import House


class StaffCookie(dict[str, Any], SessionMixin):
    """What Flask calls the session. Until something is read or written it costs nothing."""

    def __init__(self, house: House, token: str | None) -> None:
        super().__init__()
        self._house = house
        self.token = token
        self.sent = token is not None  # a cookie came with the request
        self._read = token is None
        self._stale = False
        self._staff: Staff | None = None
        self.modified = False
        self.accessed = False

    def _load(self) -> None:
        self.accessed = True
        if self._read:
            return
        self._read = True
        with reading(self._house.db) as session:
            found = find_session(session, str(self.token), self._house.clock())
        self._take(found)

    def _take(self, found: Opened | None) -> None:
        if found is None:
            self.token = None
            return
        super().update(found.data)
        self._staff, self._stale = found.staff, found.stale

    @property
    def staff(self) -> Staff | None:
        """The person who is logged in."""
        self._load()
        return self._staff

    def start(self, person_id: str) -> None:
        """Begin anew after a login: another token, so that one planted before is worth nothing."""
        self.end()
        with self._house.db.begin() as session:
            self.token = open_session(session, person_id, {}, self._house.clock())
        self._read = False
        self.modified = True

    def end(self) -> None:
        """End the session here and on the server."""
        if self.token:
            with self._house.db.begin() as session:
                close_session(session, self.token)
        super().clear()
        self.token, self._staff, self._read = None, None, True

    def save(self) -> None:
        """Write what changed, or that it was seen, at most once a minute."""
        if not self.modified and not self._stale:
            return
        now = self._house.clock()
        with self._house.db.begin() as session:
            if self.token:
                keep_session(session, self.token, dict(self), now)
            elif self:
                self.token = open_session(session, None, dict(self), now)

    def __getitem__(self, name: str) -> Any:
        self._load()
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._load()
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._load()
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self._load()
        return super().__iter__()

    def __setitem__(self, name: str, value: Any) -> None:
        self._load()
        self.modified = True
        super().__setitem__(name, value)

    def setdefault(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = default
        return super().__getitem__(name)

    def pop(self, name: str, *default: Any) -> Any:
        self._load()
        self.modified = True
        return super().pop(name, *default)


class ServerSessions(SessionInterface):
    """The cookie holds a random token and nothing else; there is none before a login."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._https = house.settings.base_url.startswith("https:")
        self._name = "__Host-wayproof" if self._https else "wayproof"

    def open_session(self, app: Flask, request: Request) -> StaffCookie:
        return StaffCookie(self._house, request.cookies.get(self._name))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, StaffCookie)
        if not session.accessed and not session.modified:
            return
        session.save()
        response.vary.add("Cookie")
        if session.token is None and session.sent:
            response.delete_cookie(self._name, secure=self._https, httponly=True, samesite="Lax")
        elif session.token and session.modified:
            response.set_cookie(self._name, session.token, secure=self._https, httponly=True, samesite="Lax")

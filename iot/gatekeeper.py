"""Who may connect to the embedded broker, and to which topics: plugins that iot/embedded names to amqtt."""

from dataclasses import dataclass
from pathlib import Path

from amqtt.contexts import Action, BaseContext
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from iot import passwords, topics
from iot.broker import INGEST_USER, read_credentials


class Passwords(BaseAuthPlugin):  # type: ignore[misc]  # amqtt has no types
    """Lets in who stands in the password file, as it is at that moment."""

    @dataclass
    class Config:
        """Where the password file is."""

        path: str = ""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._path = Path(self.config.path)
        self._stamp: tuple[int, int] | None = None
        self._hashes: dict[str, str] = {}

    async def authenticate(self, *, session: Session) -> bool:
        """Whether the client knows the password of its user."""
        stored = self._current().get(session.username or "")
        return bool(stored) and passwords.matches(session.password or "", str(stored))

    def _current(self) -> dict[str, str]:
        stat = self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._hashes = {each.username: each.password_hash for each in read_credentials(self._path)}
            self._stamp = stamp
        return self._hashes


class OwnTopics(BaseTopicPlugin):  # type: ignore[misc]  # amqtt has no types
    """A device publishes its readings and hears its receipts; our listener the other way round. Nothing else."""

    @dataclass
    class Config:
        """Nothing to set: the user name decides."""

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Whether this user may do this with this topic."""
        user, name = (session.username if session else "") or "", topic or ""
        if user == INGEST_USER:
            return self._for_listener(name, action)
        return name == (topics.readings(user) if action == Action.PUBLISH else topics.receipt(user))

    def _for_listener(self, name: str, action: Action | None) -> bool:
        levels = name.split("/")
        wanted = "receipt" if action == Action.PUBLISH else "readings"
        return len(levels) == 4 and levels[0] == "wayproof" and levels[3] == wanted

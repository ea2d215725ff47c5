"""Which addresses this house may call: never its own network by way of somebody else's address (SSRF).

The address that was checked is the address that is connected to, so a name that changes between the two is
no way in; each redirect is a new connection and is checked again. What is said over it lives elsewhere.
"""

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

Resolver = Callable[[str, int], list[str]]
Connected = Callable[[socket.socket], None]

_CLOUD_SERVICE = IPv4Address("168.63.129.16")  # Azure's, a public address that every guest may reach
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_V4_COMPATIBLE = IPv6Network("::/96")
_LIKE_A_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)\.?$")


class Blocked(requests.exceptions.InvalidURL):
    """The address may not be called; the text says why. Asking again will not help."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, in the resolver's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_target(url: str, allow_private: bool, resolver: Resolver = resolve) -> list[str]:
    """The addresses that `url` may be called at. Raises Blocked, also when only one of them is forbidden."""
    host, port = host_and_port(url)
    return check_host(host, port, allow_private, resolver)


def check_host(host: str, port: int, allow_private: bool, resolver: Resolver = resolve) -> list[str]:
    """The addresses of a host that may be connected to. Raises Blocked."""
    _refuse_odd_number(host)
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError):
        raise Blocked(f"the host {host[:100]!r} is not known") from None
    for address in addresses:
        _refuse_address(address, allow_private)
    return addresses


def host_and_port(url: str) -> tuple[str, int]:
    """Host and port of an HTTP address that is written plainly. Raises Blocked; asks no resolver."""
    if any(char <= " " or char in "\\\x7f" for char in url):
        raise Blocked("an address holds no blank, no control character and no backslash")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Blocked(f"this is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Blocked("an address begins with http:// or https:// and names a host")
    if "@" in parts.netloc:
        raise Blocked("an address holds no user and no password")
    return host, port if port is not None else {"http": 80, "https": 443}[parts.scheme]


def _refuse_odd_number(host: str) -> None:
    """127.1, 0x7f000001, 017700000001, 2130706433: forms of an address that readers take for a name."""
    if not _LIKE_A_NUMBER.search(host) or ":" in host:
        return
    try:
        IPv4Address(host)
    except ValueError:
        raise Blocked("an IPv4 address is written as four decimal numbers") from None


def _refuse_address(text: str, allow_private: bool) -> None:
    address = _innermost(ip_address(text.partition("%")[0]))
    if address.is_multicast or address.is_unspecified or address.is_link_local or address == _CLOUD_SERVICE:
        raise Blocked(f"{text} is a multicast, unspecified or link-local address")
    if not allow_private and not (address.is_global and _is_unicast(address)):
        raise Blocked(f"{text} is an address of a private or reserved network")


def _is_unicast(address: IPv4Address | IPv6Address) -> bool:
    """Of IPv6 only 2000::/3 is given out; `is_global` also calls old site-local addresses global."""
    return isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one carries: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64 or (address in _V4_COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


class _Stop(Exception):
    """Carries a Blocked through urllib3, which would take it, an OSError, for a lost connection to try again."""

    def __init__(self, blocked: Blocked) -> None:
        super().__init__(str(blocked))
        self.blocked = blocked


class GuardedAdapter(HTTPAdapter):
    """The adapter of `requests` that connects only to addresses that were checked.

    `connected` is told of each new connection before anything is said over it, so that it can be cut from outside.
    """

    def __init__(
        self,
        allow_private: bool,
        resolver: Resolver = resolve,
        connected: Connected = lambda connection: None,
        **options: Any,
    ) -> None:
        self._pools = _pool_classes(allow_private, resolver, connected)
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        host_and_port(request.url or "")
        options["proxies"] = {}  # through a proxy the address would be somebody else's to choose
        try:
            return super().send(request, *args, **options)
        except _Stop as stop:
            raise stop.blocked from None


def _pool_classes(
    allow_private: bool, resolver: Resolver, connected: Connected
) -> dict[str, type[HTTPConnectionPool]]:
    class Checked(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            try:
                addresses = check_host(self.host, self.port, allow_private, resolver)
            except Blocked as blocked:
                raise _Stop(blocked) from None
            connection = _connect(self, addresses)
            connected(connection)
            return connection

    class CheckedTls(Checked, HTTPSConnection):
        pass

    class Pool(HTTPConnectionPool):
        ConnectionCls = Checked

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = CheckedTls

    return {"http": Pool, "https": TlsPool}


def _connect(connection: HTTPConnection, addresses: list[str]) -> socket.socket:
    last: OSError | None = None
    for address in addresses:
        try:
            return create_connection(
                (address, connection.port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            last = error
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(connection, f"no connection to {connection.host} in time") from last
    raise NewConnectionError(connection, f"no connection to {connection.host}: {last}") from last


def guarded_session(
    allow_private: bool, resolver: Resolver = resolve, connected: Connected = lambda connection: None
) -> requests.Session:
    """A session for carriers and channels: checked addresses only, no proxy or password from the environment."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, GuardedAdapter(allow_private, resolver, connected))
    return session

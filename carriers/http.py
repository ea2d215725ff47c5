"""How we speak to a carrier: one session, limits on everything, tokens shared by all workers. Parses no answer.

The session comes from the house, which guards where it may connect to. Redirects are not followed: an API that
moves is for a person to look at. No transaction is open while anything here waits for the network.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import NoReturn, Protocol
from urllib.parse import urlencode

import orjson
import requests
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from carriers.answer import CarrierError, ErrorKind

CONNECT_S, READ_S = 5.0, 15.0
WHOLE_S = 30.0  # for a whole answer: a carrier that drips a byte a second hangs too
LARGEST = 1_000_000  # bytes of a body
PATIENCE = timedelta(seconds=5)  # what a call waits by itself when told to; longer is for the next poll
_AGAIN = frozenset({502, 503, 504})


@dataclass(frozen=True)
class Account:
    """A brand's account with a carrier, opened. Never printed: `secret` is left out of its text."""

    id: str
    carrier: str
    base_url: str
    client_id: str = field(repr=False)
    secret: str = field(repr=False, default="")
    daily_quota: int | None = None
    more: Mapping[str, str] = field(repr=False, default_factory=dict)  # what else the carrier's accounts have

    @property
    def basic(self) -> str:
        """The value of the Authorization header that names client and secret (RFC 7617)."""
        return "Basic " + b64encode(f"{self.client_id}:{self.secret}".encode()).decode()


@dataclass(frozen=True)
class Reply:
    """What came back: any status that is neither a refusal of ours, a limit nor a failure of theirs."""

    status: int
    content_type: str
    body: bytes


Token = tuple[str, timedelta]  # and how long it lives


class Tokens(Protocol):
    """Where access tokens rest between calls and workers. Both verbs open and close their own transaction."""

    def get(self, account_id: str, now: datetime) -> str | None:
        """A token that need not be refreshed yet, or None."""

    def put(self, account_id: str, token: str, refresh_at: datetime) -> None:
        """Keep a token for everybody until `refresh_at`."""


class _ShortRetry(Retry):
    """Tries again by itself only when that is soon; a longer wish of the carrier goes to whoever asked."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Never for a limit (429, 413): those are the poll's to wait for, with the circuit open meanwhile."""
        return status_code in _AGAIN and super().is_retry(method, status_code, has_retry_after)

    def sleep_for_retry(self, response: BaseHTTPResponse) -> bool:
        """Wait as told, but not longer than PATIENCE: then the question simply comes too early and fails again."""
        wait = self.get_retry_after(response)
        return super().sleep_for_retry(response) if wait and wait <= PATIENCE.total_seconds() else False


RETRY = _ShortRetry(
    total=2,
    connect=2,
    read=0,  # an answer that did not come in time is asked for at the next poll, not three times in a row
    status=2,
    allowed_methods=frozenset({"GET", "POST"}),  # a POST here only asks
    status_forcelist=_AGAIN,
    backoff_factor=0.3,
    respect_retry_after_header=True,
    raise_on_status=False,
)


class Http:
    """Speaks to carriers over one session. Safe to share between threads."""

    def __init__(self, session: requests.Session, tokens: Tokens, clock: Callable[[], datetime]) -> None:
        for adapter in session.adapters.values():
            adapter.max_retries = RETRY  # type: ignore[attr-defined]  # every adapter of requests has it
        self._session = session
        self._tokens = tokens
        self._clock = clock

    def request(
        self,
        account: Account,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        soap: bool = False,
    ) -> Reply:
        """One question. Raises CarrierError: 401 and 403 as AUTH_FAILED, 429 as TOO_MANY, 5xx and silence.

        `soap`: a 500 with XML in it is an answer, because that is how a fault is told (SOAP 1.1, section 6.2).
        """
        began = monotonic()
        try:
            with self._session.request(
                method,
                path if path.startswith("https://") else account.base_url.rstrip("/") + path,
                headers={"accept": "application/json", "user-agent": "wayproof", **(headers or {})},
                data=body,
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            ) as response:
                reply = Reply(
                    response.status_code, response.headers.get("content-type", ""), _body(response, began)
                )
                if not (soap and reply.status == 500 and "xml" in reply.content_type):
                    _refuse(response, reply)
                return reply
        except requests.exceptions.InvalidURL as error:  # also what the house's guard refuses
            raise CarrierError(
                f"{account.carrier} may not be called: {error}", permanent=True, cause="address"
            ) from error
        except (requests.RequestException, HTTPError) as error:
            text = f"{account.carrier} did not answer: {type(error).__name__}"
            raise CarrierError(text, cause="silence") from error

    def authorised(
        self,
        account: Account,
        method: str,
        path: str,
        *,
        token_path: str,
        credentials_in_body: bool = False,
        token_form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """One question with an OAuth token (client credentials, unless `token_form` says another grant)."""
        form = {"grant_type": "client_credentials", **(token_form or {})}

        def fetch() -> Token:
            return self._granted(account, token_path, form, credentials_in_body)

        def speak(token: str) -> Reply:
            bearing = {**(headers or {}), "authorization": f"Bearer {token}"}
            return self.request(account, method, path, headers=bearing, body=body)

        return self.with_token(account, fetch, speak)

    def with_token(self, account: Account, fetch: Callable[[], Token], speak: Callable[[str], Reply]) -> Reply:
        """What `speak` brings back with the token that all workers share; one that is refused is renewed once.

        A new token is kept until nine tenths of its life are over.
        """
        token = self._tokens.get(account.id, self._clock())
        if token:
            try:
                return speak(token)
            except CarrierError as error:
                if error.kind is not ErrorKind.AUTH_FAILED:
                    raise
        token, life = fetch()
        self._tokens.put(account.id, token, self._clock() + 0.9 * life)
        return speak(token)

    def _granted(self, account: Account, path: str, form: dict[str, str], in_body: bool) -> Token:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if in_body:
            form = {**form, "client_id": account.client_id, "client_secret": account.secret}
        else:
            headers["authorization"] = account.basic
        return token_of(self.token_reply(account, path, headers, urlencode(form).encode()))

    def token_reply(self, account: Account, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """What a carrier says to credentials. Raises CarrierError, naming them when they are refused."""
        try:
            return self.request(account, "POST", path, headers=headers, body=body)
        except CarrierError as error:
            if error.kind is not ErrorKind.AUTH_FAILED:
                raise
            raise _no_token() from error


def _no_token() -> CarrierError:
    text = "the carrier gives no token for this client and secret"
    return CarrierError(text, kind=ErrorKind.AUTH_FAILED, cause="credential")


def token_of(reply: Reply, name: str = "access_token") -> Token:
    """The token of an answer in JSON, and its life: ten minutes where it says none, a day at most."""
    try:
        answer = orjson.loads(reply.body)
        token, life = answer[name], int(answer.get("expires_in", 600))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _no_token() from None
    if reply.status != 200 or not isinstance(token, str) or not token:
        raise _no_token()
    return token, timedelta(seconds=max(0, min(life, 86_400)))


def _body(response: requests.Response, began: float) -> bytes:
    """The body, read as it comes until it is whole, too large or too slow."""
    whole = bytearray()
    while part := response.raw.read1(65_536, decode_content=True):  # read() would wait until so much is there
        whole += part
        if len(whole) > LARGEST:
            raise CarrierError("the carrier's answer is larger than 1 MB")
        if monotonic() - began > WHOLE_S:
            raise CarrierError(f"the carrier's answer took longer than {WHOLE_S:.0f} s")
    return bytes(whole)


def _refuse(response: requests.Response, reply: Reply) -> None:
    """Raise what is no answer to the question; a 4xx with a body about the question is one."""
    if reply.status == 401:
        text = "the carrier refused our credentials"
        raise CarrierError(text, kind=ErrorKind.AUTH_FAILED, cause="credential")
    if reply.status == 403:
        text = "the carrier knows the account, but does not let it ask this"
        raise CarrierError(text, kind=ErrorKind.AUTH_FAILED, cause="scope")
    if reply.status == 429:
        _limited(response)
    if reply.status >= 500:
        raise CarrierError(f"the carrier failed with {reply.status}", retry_after=_retry_after(response))
    if 300 <= reply.status < 400:
        raise CarrierError("the carrier sent us to another address", permanent=True, cause="address")


def _limited(response: requests.Response) -> NoReturn:
    wait = _retry_after(response)
    text = "the carrier asks for fewer questions"
    raise CarrierError(text, kind=ErrorKind.TOO_MANY, retry_after=wait, cause="quota")


def _retry_after(response: requests.Response) -> timedelta | None:
    """RFC 9110 section 10.2.3: seconds, or a date; at most a day is believed."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:6])), timedelta(days=1))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(), min(moment - datetime.now(UTC), timedelta(days=1)))

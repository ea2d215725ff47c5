"""The connection to a JSON-RPC node, bounded in time and size: one that hangs, trickles or floods is an error."""

from time import monotonic
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from web3 import Web3

ANSWER_WITHIN = 20.0  # seconds for one JSON-RPC call, to its last byte
LARGEST_ANSWER = 16 * 1024 * 1024


class _Bounded(HTTPAdapter):
    """Reads an answer itself: the timeout of `requests` is one between two bytes, and knows no largest size."""

    def __init__(self, within: float) -> None:
        super().__init__()
        self._within = within

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        end = monotonic() + self._within
        response = super().send(request, *args, **{**options, "stream": True, "timeout": self._within})
        read = bytearray()
        # One byte at a time would be slow, and more would wait for all of them: read1 gives what has come.
        while chunk := response.raw.read1(65_536, decode_content=True):
            read += chunk
            if len(read) > LARGEST_ANSWER:
                response.close()
                raise requests.exceptions.ConnectionError(f"the answer has more than {LARGEST_ANSWER} bytes")
            if monotonic() > end:
                response.close()
                raise requests.exceptions.ReadTimeout(f"the answer took more than {self._within:g} seconds")
        response._content = bytes(read)
        response._content_consumed = True  # type: ignore[attr-defined]  # so that nobody reads it again
        return response


def open_node(url: str, within: float = ANSWER_WITHIN) -> "Web3":
    """web3 on the node of a JSON-RPC address. Does not speak to it yet, and never asks twice by itself."""
    from web3 import HTTPProvider, Web3
    from web3.middleware import ExtraDataToPOAMiddleware

    session = requests.Session()
    session.mount("http://", _Bounded(within))
    session.mount("https://", _Bounded(within))
    kwargs = {"timeout": within, "allow_redirects": False}
    node = Web3(HTTPProvider(url, kwargs, session=session, exception_retry_configuration=None))
    # Harmless elsewhere; without it the blocks of clique and BSC-like chains cannot be read.
    node.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    return node

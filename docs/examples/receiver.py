"""Checks the signature of webhooks as Standard Webhooks says, prints each event, and ends after the sample.

python receiver.py PORT SECRET
"""

import base64
import hashlib
import hmac
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(sys.argv[2].removeprefix("whsec_"))


def genuine(headers, body):
    """Whether one of the signatures is made with our secret, not long ago. Work on the bytes that came."""
    id_, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    signed = f"{id_}.{stamp}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(each, wanted) for each in given) and abs(time.time() - int(stamp)) < 300


class Receiver(BaseHTTPRequestHandler):
    ended = False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = genuine(self.headers, body)
        self.send_response(204 if good else 401)
        self.end_headers()
        Receiver.ended = good and self.headers["webhook-id"].startswith("sample-")
        print("genuine" if good else "refused", self.headers["webhook-id"], body.decode(), flush=True)

    def log_message(self, *_):
        pass


with HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver) as server:
    while not Receiver.ended:
        server.handle_request()

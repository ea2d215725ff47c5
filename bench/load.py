"""A small load generator: a few kept-alive connections, plain sockets, so that the server is what is measured."""

import argparse
import socket
import sys
import threading
from time import perf_counter

_REQUEST = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html,*/*;q=0.8\r\n\r\n"


def rate(port: int, paths: list[str], seconds: float, connections: int) -> float:
    """Answers per second of 127.0.0.1:port for these paths in turn; raises when an answer is not a full 200."""
    stop_at = perf_counter() + seconds
    counts, failures = [0] * connections, []

    def work(slot: int) -> None:
        try:
            counts[slot] = _walk(port, paths[slot::connections], stop_at)
        except (OSError, ValueError) as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(connections)]
    started = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"a request failed: {failures[0]}")
    return sum(counts) / (perf_counter() - started)


def _walk(port: int, paths: list[str], stop_at: float) -> int:
    done = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        reader = connection.makefile("rb")
        while perf_counter() < stop_at:
            path = paths[done % len(paths)]
            connection.sendall(_REQUEST % path.encode())
            if _answer(reader):
                connection.close()
                connection = socket.create_connection(("127.0.0.1", port), timeout=30)
                reader = connection.makefile("rb")
            done += 1
    return done


def _answer(reader) -> bool:  # type: ignore[no-untyped-def]
    """Read one whole answer; True when the server closes the connection behind it."""
    status = reader.readline()
    if not status.startswith(b"HTTP/1.1 200"):
        raise ValueError(f"got {status!r}")
    length, closing = None, False
    while (line := reader.readline().lower()) != b"\r\n":
        name, _, value = line.partition(b":")
        if name == b"content-length":
            length = int(value)
        elif name == b"connection":
            closing = value.strip() == b"close"
    if length is None or len(reader.read(length)) != length:
        raise ValueError("the answer has no full body")
    return closing


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=8)
    given = parser.parse_args()
    paths = sys.stdin.read().split("\n")
    print(rate(given.port, [path for path in paths if path], given.seconds, given.connections))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Serves an application over HTTP until it is told to stop, and then lets the last answers out.

waitress, since of the servers for WSGI it alone both buffers slow clients and tells when one has
gone, so that its query can be ended.
"""

import logging
import resource
import signal
import socket
import time
from types import FrameType

import waitress
from flask import Flask
from waitress import wasyncore

from selenograph.server.settings import Settings

_CONNECTIONS = 10_000
_IDLE = 30
"""Seconds after which a connection that says nothing is closed."""


def serve(app: Flask, listening: socket.socket, settings: Settings) -> None:
    """Answer at a socket until SIGTERM or SIGINT, then finish what has begun.

    A second signal ends at once.
    """
    # Queries that wait are counted by us.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    channels: dict[int, object] = {}
    server = waitress.create_server(
        app,
        map=channels,
        sockets=[listening],
        threads=settings.threads,
        connection_limit=_connections(),
        channel_timeout=_IDLE,
        cleanup_interval=5,
        # To read while a request is at work is how a client's leaving is seen.
        channel_request_lookahead=1,
        # The application itself refuses what is too large by one byte, and in its own words.
        max_request_body_size=settings.largest_request + 2,
        asyncore_use_poll=True,
        # The application itself believes proxies or not.
        clear_untrusted_proxy_headers=False,
        ident=None,
    )
    # It reads the release while others are served.
    app.extensions["current"].get().archivist.start()
    signal.signal(signal.SIGTERM, _stop)
    try:
        wasyncore.loop(use_poll=True, map=channels)
    except (SystemExit, KeyboardInterrupt):
        # Only the socket that listens: the trigger, by which answers are announced, stays.
        wasyncore.dispatcher.close(server)
        until = time.monotonic() + settings.limits.seconds + 1
        while time.monotonic() < until and any(
            channel.requests or channel.total_outbufs_len
            for channel in server.active_channels.values()
        ):
            wasyncore.loop(0.1, use_poll=True, map=channels, count=1)
    finally:
        app.extensions["current"].close()


def _connections() -> int:
    """Allow as many connections as the system does, up to a bound; return how many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return min(_CONNECTIONS, most - 200 if most > 0 else _CONNECTIONS)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit

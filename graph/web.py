"""Asks other machines: with our name, in bounded time, and as patiently as they wish.

Nothing else here opens a connection to another host, and nobody calls it unless a user asks for it.
"""

import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import NamedTuple

import urllib3
from urllib3.exceptions import HTTPError

from selenograph.graph.errors import ServiceFailed

LONGEST_WAIT = 300
"""Seconds that we wait where another machine tells us to come back later, once."""
_TRIES = 5
_LARGEST = 256 << 20
_SECONDS = urllib3.Timeout(connect=10, read=120)


class Reply(NamedTuple):
    """What another machine answered."""

    media_type: str
    retry_after: str
    body: bytes


def post(address: str, fields: Mapping[str, str], accept: str) -> Reply:
    """Return what an address answers to a form.

    An address that is busy (429, 503) is asked again after the time that it gives in Retry-After
    (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3). Redirects are not followed.

    Raises ServiceFailed, with the address and the reason, where no answer comes.
    """
    headers = {"Accept": accept, "User-Agent": agent(), "Accept-Encoding": "gzip"}
    retry = urllib3.Retry(
        _TRIES, connect=1, read=1, redirect=False, allowed_methods=None,
        status_forcelist=(429, 502, 503, 504),
        backoff_factor=0.5, raise_on_status=False, retry_after_max=LONGEST_WAIT,
    )  # fmt: skip
    try:
        with urllib3.PoolManager(retries=retry, timeout=_SECONDS) as pool:
            answer = pool.request(
                "POST", address, fields=dict(fields), encode_multipart=False, headers=headers,
                redirect=False, preload_content=False,
            )  # fmt: skip
            body = answer.read(_LARGEST + 1, decode_content=True)
    except HTTPError as error:
        raise ServiceFailed(f"{address}: {error}") from error
    if answer.status != 200:
        told = body[:300].decode("utf-8", "replace")
        raise ServiceFailed(f"{address}: status {answer.status}: {told}")
    if len(body) > _LARGEST:
        raise ServiceFailed(f"{address}: the answer is larger than {_LARGEST:,} bytes")
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    return Reply(media_type, answer.headers.get("Retry-After", ""), body)


def wait(told: str) -> None:
    """Wait as many seconds as another machine told, or five, and never longer than we would."""
    time.sleep(min(int(told) if told.isdigit() else 5, LONGEST_WAIT))


def agent() -> str:
    """Return our name as servers see it: https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy."""
    return f"Selenograph/{version('selenograph')} (https://w3id.org/selenograph/) urllib3"

"""What the server tells of its work: metrics for Prometheus, and a line of JSON for each query."""

import hashlib
import json
import logging
import time
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from selenograph.graph.errors import BadInput
from selenograph.server.current import Current
from selenograph.server.settings import Settings

blueprint = Blueprint("logs", __name__)


class Logs:
    """The metrics of one application, and its log of queries."""

    def __init__(self, settings: Settings, current: Current) -> None:
        self.texts = settings.log_texts
        self.handler = _opened(settings.query_log)
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "selenograph_requests", "Requests answered.", ["endpoint", "status"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "selenograph_query_seconds", "Time from the arrival of a query to its answer.",
            ["cache"], registry=self.registry,
        )  # fmt: skip
        Gauge(
            "selenograph_queries_in_progress", "Queries at work and waiting.",
            registry=self.registry,
        ).set_function(lambda: len(current.get().pool))  # fmt: skip

    def query(self, text: str, response: Response, seconds: float) -> None:
        """Record a query that was answered or refused."""
        kept = g.get("cache", "none")
        self.seconds.labels(kept).observe(seconds)
        if self.handler is None:
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "hash": hashlib.sha256(text.encode()).hexdigest()[:16],
            "status": response.status_code,
            "seconds": round(seconds, 6),
            "rows": g.get("rows"),
            "bytes": response.content_length,
            "cache": kept,
            **({"query": text} if self.texts else {}),
        }
        told = json.dumps(line)
        self.handler.handle(logging.makeLogRecord({"msg": told, "levelno": logging.INFO}))


def init_app(app: Flask, settings: Settings) -> None:
    """Let every request be counted and every query be recorded."""
    app.extensions["logs"] = Logs(settings, app.extensions["current"])
    app.before_request(_begin)
    app.after_request(_record)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Tell the metrics in the text format of Prometheus."""
    text = generate_latest(current_app.extensions["logs"].registry)
    response = Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.headers["Cache-Control"] = "no-store"
    return response


def _begin() -> None:
    g.began = time.perf_counter()


def _record(response: Response) -> Response:
    logs: Logs = current_app.extensions["logs"]
    endpoint = request.endpoint or "none"
    logs.requests.labels(endpoint, response.status_code).inc()
    if "query" in g:
        logs.query(g.query, response, time.perf_counter() - g.began)
    return response


def _opened(name: str) -> logging.Handler | None:
    """Return what writes to a file, also where that is moved away and made anew meanwhile."""
    if name in ("", "-"):
        return logging.StreamHandler() if name else None
    try:
        handler = WatchedFileHandler(name, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{name}: queries cannot be logged there: {error.strerror}.") from error
    return handler

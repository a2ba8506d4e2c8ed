"""What an operator sees: log lines as JSON with a fixed event key, and counters. Never a person or free text."""

import logging
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

log: structlog.stdlib.BoundLogger = structlog.get_logger("tvaerspor")
METRICS = CollectorRegistry()
REQUESTS = Counter("tvaerspor_requests", "HTTP requests", ["method", "route", "status"], registry=METRICS)
SECONDS = Histogram("tvaerspor_request_seconds", "Time to answer", ["method", "route"], registry=METRICS)
DECISIONS = Counter("tvaerspor_decisions", "Acts asked of the law", ["outcome", "reason"], registry=METRICS)
DELIVERIES = Counter("tvaerspor_deliveries", "Steps of deliveries", ["step"], registry=METRICS)
ALARMS = Counter("tvaerspor_delivery_alarms", "Letters that a person must look at", ["why"], registry=METRICS)
RECEIPTS = Counter("tvaerspor_receipts", "What was heard of letters", ["what"], registry=METRICS)
MESSAGES = Counter("tvaerspor_messages", "MedCom messages that came in", ["event", "answer"], registry=METRICS)
LOOK_UPS_OWED = Gauge("tvaerspor_look_ups_owed", "Shown while the disk was full, not on record yet", registry=METRICS)
DAMAGED = Gauge("tvaerspor_damaged_rows", "Stored events that do not prove what they should", registry=METRICS)
PARKED = Gauge("tvaerspor_parked_events", "Events that a read model could not take", registry=METRICS)
CONNECTIONS = Counter("tvaerspor_connections_refused", "Connections closed unserved", ["why"], registry=METRICS)

_ROOT = Path(__file__).resolve().parents[1]
_OURS = tuple(str(_ROOT / package) for package in ("hub", "adapters", "projections"))


def whereabouts(error: BaseException) -> str:
    """The last line of our own code that an exception came through: `hub/domain/case.py:71`. Never what it says."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(_OURS)]
    return f"{Path(frames[-1].filename).relative_to(_ROOT)}:{frames[-1].lineno}" if frames else "-"


class _Lines:
    """Lines to standard error. A log that nobody reads any more never costs anybody an answer."""

    def __init__(self, *_: object) -> None:
        """One is like another."""

    def msg(self, message: str) -> None:
        """Write one line."""
        with suppress(OSError, ValueError):  # the pipe is broken, or closed
            sys.stderr.write(
                f"{message}\n"
            )  # at once: `print` writes the end apart, and another thread may come between
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def configure(level: str) -> None:
    """One JSON object a line on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )

"""What it costs to take a MedCom message in, beside its one full validation alone; and what a refusal costs.

    validate    the full validation (models and rules) in the worker process: the ceiling
    intake      the cheap look, the digest, the same validation in the same worker, and reading what the message tells
    taken       intake over the whole road of the door: known before?, recorded on SQLite, acknowledged

The worker is kept busy by a few threads, as the doors' threads keep it. Ways are interleaved round by round; each ratio
is that of a round to the validation of the same round. Refusals are timed alone, in CPU time of this process.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from adapters.medcom.acknowledgement import acknowledgement
from adapters.medcom.envelope import Envelope, content_digest, opened
from adapters.medcom.intake import told, woman_of
from adapters.medcom.message import Message
from hub.bootstrap.build import build
from hub.bootstrap.services import Services
from hub.domain.message import Verdict
from hub.intake.deduplication import Arrival, Sending
from hub.ports.intake import NotAMessage
from hub.settings import Settings
from hub.vocabulary.actors import Actor
from tests.adapters.medcom.messages import BASE, CARE, dumped, letter_to_nurses, new, parsed
from tests.people import CLINIC, NURSES

ROUNDS, MESSAGES, THREADS = 25, 60, 4
ACTOR = Actor("bench", CLINIC)
WAYS = ("validate", "intake", "taken")


@dataclass(frozen=True, slots=True)
class Measured:
    """One way: messages a second, and its ratio to the validation of the same round."""

    way: str
    per_second: float
    ratio: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Refused:
    """One kind of malformed input, and the CPU time until it is refused, in milliseconds."""

    what: str
    size: int
    milliseconds: float


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_intake", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        build(Settings(env="test", data_dir=Path(folder), dispatch=False)) as services,
    ):
        measured = measure(services)
    refusals = [refusal(what, body) for what, body in malformed().items()]
    if chosen.json:
        print(json.dumps({"ways": [asdict(row) for row in measured], "refusals": [asdict(row) for row in refusals]}))
    else:
        table(measured, refusals)
    return 0


def table(measured: list[Measured], refusals: list[Refused]) -> None:
    """The figures for people."""
    print(f"{MESSAGES} messages a round, {ROUNDS} rounds; ratio to the validation alone: median (quartiles)")
    for row in measured:
        print(f"{row.way:<10}{row.per_second:>10.0f}/s{row.ratio:>9.3f}  ({row.lower:.3f}-{row.upper:.3f})")
    print("refused before validation, CPU time:")
    for one in refusals:
        print(f"  {one.what:<22}{one.size:>9} bytes{one.milliseconds:>9.4f} ms")


def measure(services: Services) -> list[Measured]:
    """Every way in turn, round by round; the first round warms up and does not count."""
    ways: dict[str, Callable[[bytes], object]] = {
        "validate": services.validator.verdict,
        "intake": lambda body: taken_in(services, body),
        "taken": lambda body: recorded(services, body),
    }
    orders = (list(ways), list(reversed(ways)))  # whoever comes first in a round is not always the same
    rounds = [{name: rate(ways[name]) for name in orders[count % 2]} for count in range(ROUNDS + 1)][1:]
    return [summary(way, rounds) for way in WAYS]


def rate(way: Callable[[bytes], object]) -> float:
    """Messages a second, a few threads at once; each message is one nobody has seen."""
    fresh = [CARE.new(letter_to_nurses(message_id=uuid4())) for _ in range(MESSAGES)]
    with ThreadPoolExecutor(THREADS) as threads:
        began = time.perf_counter()
        list(threads.map(way, fresh))
        return MESSAGES / (time.perf_counter() - began)


def taken_in(services: Services, body: bytes) -> Arrival:
    """The road of the door as far as nothing is stored."""
    envelope = opened(body)
    sending = sending_of(envelope)
    if services.intake.arrivals.is_anothers(CLINIC, sending):
        raise AssertionError("an envelope was known before it came")
    if services.validator.verdict(envelope.body).code != "ok":
        raise AssertionError("a message of ours was refused")
    message = Message(envelope)
    return Arrival(
        event=told(message, CLINIC, NURSES), numbers=woman_of(message), content=envelope.body, sending=sending
    )


def sending_of(envelope: Envelope) -> Sending:
    """By what the door would know this message again."""
    return Sending(message=envelope.header.id or "", bundle=envelope.bundle.id or "", digest=content_digest(envelope))


def recorded(services: Services, body: bytes) -> bytes:
    """The whole road: nobody's case, so every message is parked."""
    envelope = opened(body)
    if services.intake.arrivals.earlier(CLINIC, sending_of(envelope)) is not None:
        raise AssertionError("a message was known before it came")
    arrival = taken_in(services, body)
    taken = services.intake.receive(ACTOR, arrival)
    return acknowledgement(envelope, Verdict("ok"), taken.at, BASE)


def summary(way: str, rounds: list[dict[str, float]]) -> Measured:
    """Median and quartiles over the rounds."""
    lower, middle, upper = statistics.quantiles([rates[way] / rates["validate"] for rates in rounds], n=4)
    return Measured(way, statistics.median(rates[way] for rates in rounds), middle, lower, upper)


def malformed() -> dict[str, bytes]:
    """Input that is refused by the cheap look."""
    sound = new()
    header_last = parsed(sound)
    header_last["entry"].append(header_last["entry"].pop(0))
    return {
        "not JSON": b"{'a': 1}",
        "cut off": sound[:-1],
        "another resource": b'{"resourceType": "Patient"}',
        "another bundle": sound.replace(b'"type":"message"', b'"type":"searchset"', 1),
        "header not first": dumped(header_last),
        "unknown event": sound.replace(b"care-communication-message", b"care-communication-massage"),
        "a hundred levels": sound.replace(b'"div":', b'"x":' + b"[" * 100 + b"]" * 100 + b',"div":', 1),
    }


def refusal(what: str, body: bytes, times: int = 2000) -> Refused:
    """The mean CPU time of many refusals, one after the other."""
    began = time.process_time()
    for _ in range(times):
        try:
            opened(body)
        except NotAMessage:
            continue
        raise AssertionError(f"{what} was not refused")
    return Refused(what, len(body), (time.process_time() - began) / times * 1000)


if __name__ == "__main__":
    sys.exit(main())

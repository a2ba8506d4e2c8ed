"""SF1601, from token to hand-in: what is asked in which order, what is sent, and what every other answer means."""

import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.digital_post.access import connected
from adapters.digital_post.packer import MemoPacker
from adapters.digital_post.sf1601 import DIGITAL_POST, KombiCarrier, kombi_request
from adapters.digital_post.xml import parse
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.ports.carrier import Carrier, Parcel
from tests.adapters.digital_post.messages import PDF, POINT, REGION, letter
from tests.adapters.digital_post.platform import EXCHANGE, ISSUE, LOOKUP, SEND, Platform
from tests.adapters.documents.letters import FHIR
from tests.people import KIRSTEN

PARCEL = MemoPacker().pack(letter("videregivelse", routes_on_citizen=True), PDF, FHIR)


def test_it_is_a_carrier_with_a_name() -> None:
    carrier: Carrier = Platform().carrier()
    assert carrier.name == "sf1601"


def test_the_conversation_asks_for_a_token_then_for_the_receiver_then_hands_in() -> None:
    """SM-29: registration is asked before anything is sent."""
    platform = Platform()
    platform.carrier().carry(PARCEL)
    assert PARCEL.recipient != PARCEL.sender
    assert platform.paths() == [ISSUE, EXCHANGE, LOOKUP, ISSUE, EXCHANGE, SEND]
    assert platform.last(LOOKUP).url.params == httpx.QueryParams({"cvrNumber": PARCEL.recipient})
    assert platform.last(LOOKUP).headers["authorization"] == "Holder-of-key t1"
    assert platform.last(SEND).headers["authorization"] == "Holder-of-key t2"


def test_the_token_is_asked_for_the_service_with_our_own_certificate() -> None:
    platform = Platform()
    platform.carrier().carry(PARCEL)
    asked = [json.loads(request.content) for request in platform.heard if request.url.path == ISSUE]
    assert [body["AppliesTo"]["EndpointReference"]["Address"].rpartition("service/")[2] for body in asked] == [
        "postforespoerg/1",
        "kombipostafsend/1",
    ]
    assert all(body["AnvenderKontekst"] == {"Cvr": REGION} and body["UseKey"] == "MIIC" for body in asked)
    assert parse_qs(platform.last(EXCHANGE).content.decode()) == {"saml-token": ["PHNhbWw+"]}


def test_the_envelope_holds_the_one_allowed_way_and_the_memo_with_its_prefix() -> None:
    """SM-28, SM-25."""
    platform = Platform()
    platform.carrier().carry(PARCEL)
    sent = platform.last(SEND)
    envelope = parse(sent.content)
    assert sent.headers["content-type"] == "application/xml"
    assert [element.tag for element in envelope] == ["KombiValgKode", "{https://DigitalPost.dk/MeMo-1}Message"]
    assert envelope[0].text == DIGITAL_POST == "Digital Post"
    assert b"<kombi_request><KombiValgKode>" in sent.content
    assert PARCEL.body.partition(b"?>\n")[2] in sent.content
    for other in (b"NemSMS", b"Fysisk Post", b"Automatisk Valg"):
        assert other not in sent.content


def test_a_retry_is_the_same_request_under_the_same_transaction_id() -> None:
    """SM-21."""
    platform = Platform()
    carrier = platform.carrier()
    carrier.carry(PARCEL)
    first = platform.last(SEND)
    platform.clock.forward(timedelta(minutes=5))
    carrier.carry(PARCEL)
    again = platform.last(SEND)
    assert again is not first
    assert again.content == first.content
    assert again.headers["x-transaktionsid"] == first.headers["x-transaktionsid"] == str(PARCEL.delivery)
    assert (first.headers["x-transaktionstid"], again.headers["x-transaktionstid"]) == (
        "2024-03-04T08:30:00Z",
        "2024-03-04T08:35:00Z",
    )


def test_a_token_is_kept_until_shortly_before_it_ends() -> None:
    platform = Platform()
    carrier = platform.carrier()
    carrier.carry(PARCEL)
    platform.clock.forward(timedelta(minutes=54))
    carrier.carry(PARCEL)
    assert platform.paths().count(EXCHANGE) == 2
    platform.clock.forward(timedelta(minutes=2))
    carrier.carry(PARCEL)
    assert platform.paths().count(EXCHANGE) == 4


def test_a_refused_token_is_asked_for_anew() -> None:
    platform = Platform()
    carrier = platform.carrier()
    platform.instead[SEND] = lambda _: httpx.Response(401)
    with pytest.raises(TryAgainLater, match="sf1601-send-http-401"):
        carrier.carry(PARCEL)
    del platform.instead[SEND]
    carrier.carry(PARCEL)
    assert platform.last(SEND).headers["authorization"] == "Holder-of-key t3"


@pytest.mark.parametrize("answer", [{"result": False}, {"result": "true"}, {"result": None}])
def test_a_receiver_who_is_not_registered_is_left_to_a_person(answer: dict[str, object]) -> None:
    """SM-29: nothing is sent, and no other way is tried."""
    platform = Platform(instead={LOOKUP: lambda _: httpx.Response(200, json=answer)})
    with pytest.raises(Undeliverable, match="recipient-not-registered") as refused:
        platform.carrier().carry(PARCEL)
    assert not isinstance(refused.value, TryAgainLater)
    assert SEND not in platform.paths()


@pytest.mark.parametrize(
    ("path", "step"), [(ISSUE, "token"), (EXCHANGE, "exchange"), (LOOKUP, "lookup"), (SEND, "send")]
)
@pytest.mark.parametrize(
    ("status", "again"),
    [(408, True), (429, True), (500, True), (503, True), (400, False), (403, False), (404, False), (302, False)],
)
def test_every_status_is_tried_again_or_ends_it(path: str, step: str, status: int, *, again: bool) -> None:
    """SM-21, SM-40: the code names step and status, and nothing of the answer."""
    platform = Platform(instead={path: lambda _: httpx.Response(status, content=KIRSTEN.name.encode())})
    with pytest.raises(Undeliverable) as failure:
        platform.carrier().carry(PARCEL)
    assert str(failure.value) == f"sf1601-{step}-http-{status}"
    assert isinstance(failure.value, TryAgainLater) is again
    assert failure.value.__cause__ is None


@pytest.mark.parametrize("path", [ISSUE, EXCHANGE, LOOKUP, SEND])
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectError("no route"), "unreachable"),
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.RemoteProtocolError("broke off"), "unreachable"),
    ],
)
def test_a_line_that_breaks_is_tried_again(path: str, error: httpx.HTTPError, why: str) -> None:
    def breaks(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(TryAgainLater, match=why):
        Platform(instead={path: breaks}).carrier().carry(PARCEL)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (ISSUE, b""),
        (ISSUE, b"[]"),
        (ISSUE, b'{"RequestedSecurityToken": {}}'),
        (ISSUE, b'{"RequestedSecurityToken": {"Assertion": ""}}'),
        (EXCHANGE, b'{"token_type": "Holder-of-key", "access_token": "a\\r\\nx: y", "expires_in": 1}'),
        (EXCHANGE, b'{"token_type": "Holder-of-key", "access_token": "a", "expires_in": true}'),
        (EXCHANGE, b'{"token_type": "Holder-of-key", "access_token": "a", "expires_in": -1}'),
        (EXCHANGE, b'{"access_token": "a", "expires_in": 3600}'),
        (LOOKUP, b"<html>"),
        (LOOKUP, b"{}"),
    ],
)
def test_an_answer_that_is_none_is_tried_again(path: str, content: bytes) -> None:
    platform = Platform(instead={path: lambda _: httpx.Response(200, content=content)})
    with pytest.raises(TryAgainLater, match="-unreadable"):
        platform.carrier().carry(PARCEL)
    assert SEND not in platform.paths()


@pytest.mark.parametrize(
    ("parcel", "why"),
    [
        (replace(PARCEL, body=b"Subject: Sikker post\r\n\r\n"), "parcel-is-no-memo"),
        (replace(PARCEL, body=b"<kombi_request/>"), "parcel-is-no-memo"),
        (replace(PARCEL, body=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "parcel-is-no-memo"),
        (replace(PARCEL, recipient=REGION), "parcel-differs-from-memo"),
        (replace(PARCEL, recipient=KIRSTEN.cpr.digits), "parcel-differs-from-memo"),
        (replace(PARCEL, delivery=UUID(int=7)), "parcel-differs-from-memo"),
    ],
)
def test_a_parcel_that_is_not_what_it_says_never_reaches_the_platform(parcel: Parcel, why: str) -> None:
    """SM-17: one receiver, the same on the envelope and inside."""
    platform = Platform()
    with pytest.raises(Undeliverable, match=why):
        platform.carrier().carry(parcel)
    assert platform.heard == []


def test_addresses_and_headers_hold_nothing_about_a_person() -> None:
    """SM-40: the citizen stands in the message and nowhere else."""
    platform = Platform()
    platform.carrier().carry(PARCEL)
    number = KIRSTEN.cpr.digits
    assert number.encode() in platform.last(SEND).content
    for request in platform.heard:
        outside = str(request.url) + str(request.headers)
        assert not [word for word in (number, "Kirsten", "Berggren", POINT) if word in outside]


def test_the_envelope_is_the_same_every_time() -> None:
    assert kombi_request(PARCEL) == kombi_request(PARCEL)


def test_the_code_knows_no_way_but_digital_post() -> None:
    """SM-28, guide §12: no fallback exists that a setting could reach."""
    carrier = Path(KombiCarrier.carry.__code__.co_filename).read_text()
    assert not [way for way in ("Fysisk", "NemSMS", "Automatisk") if way in carrier]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for tests and its key."""
    folder, key = tmp_path_factory.mktemp("own"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    (folder / "own.crt").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "own.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "own.crt", folder / "own.key"


def test_the_client_presents_our_certificate_and_follows_no_redirect(own: tuple[Path, Path]) -> None:
    client, line = connected(*own)
    with client:
        assert not client.follow_redirects
    assert f"{line}" == "".join(own[0].read_text().splitlines()[1:-1])


@pytest.mark.parametrize("files", [("own.crt", "own.crt"), ("missing.crt", "own.key"), ("own.key", "own.key")])
def test_a_certificate_without_its_key_is_refused_at_the_start(own: tuple[Path, Path], files: tuple[str, str]) -> None:
    with pytest.raises(Unreadable, match="PEM"):
        connected(*(own[0].parent / file for file in files))


def test_an_old_tls_is_not_spoken(own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """SM-18."""
    seen: list[ssl.SSLContext] = []
    monkeypatch.setattr("adapters.digital_post.access.httpx.Client", lambda *, verify, **_: seen.append(verify))
    connected(*own)
    assert seen[0].minimum_version == ssl.TLSVersion.TLSv1_2
    assert seen[0].verify_mode == ssl.CERT_REQUIRED
    assert seen[0].check_hostname

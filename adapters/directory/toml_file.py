"""The organisations and units of a reviewed TOML file, read strictly: what is misspelt is refused, never skipped.

Organisation level only. A mailbox is a function mailbox, and it belongs to one unit: two units of one municipality are
two receivers (catalogue rule R20), so they cannot share one.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from hub.errors import Unreadable
from hub.ports.directory import Address, Kle, PostBox
from hub.vocabulary.identifiers import Ean
from hub.vocabulary.organisations import Unit

T = TypeVar("T")
ORGANISATION_FIELDS = frozenset({"kind", "name", "cvr", "certificates", "units"})
UNIT_FIELDS = frozenset(
    {*("name", "mailbox", "sor", "gln", "phone", "pulls", "certificates", "channel", "digital_post")}
    | {*("successor", "successor_from")}
)
POST_FIELDS = frozenset({"contact_point", "memo", "routes_on_citizen", "kle"})
KLE_FIELDS = frozenset({"key", "version", "label"})
CHANNELS = ("secure-mail", "digital-post")
MOST_CERTIFICATES = 4  # two are a rollover
LONGEST_NAME = 120
_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MAILBOX = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PHONE = re.compile(r"(?:\+45)?[2-9][0-9]{7}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KLE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


class TomlDirectory:
    """The Directory port over one file. What it holds never changes after it was read."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        self._by_unit = {address.unit: address for address in sorted(addresses, key=lambda entry: entry.unit)}

    @classmethod
    def read(cls, path: Path) -> "TomlDirectory":
        """The file's entries; `Unreadable` names file, entry, field and rule."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise Unreadable("expected a readable UTF-8 file", field=path.name) from None
        return cls(parse(text, file=path.name))

    @classmethod
    def sample(cls) -> "TomlDirectory":
        """The sample that comes with the hub: Region Syddanmark's municipalities and hospitals, and a few others."""
        text = files("adapters.directory").joinpath("sample.toml").read_text(encoding="utf-8")
        return cls(parse(text, file="sample.toml"))

    def find(self, unit: Unit) -> Address | None:
        """The unit's entry, or None for a unit nobody has entered."""
        return self._by_unit.get(unit)

    def all(self) -> Iterable[Address]:
        """Every entry, ordered by unit."""
        return self._by_unit.values()


def parse(text: str, *, file: str) -> tuple[Address, ...]:
    """TOML text → the entries, or `Unreadable` for the first thing that is wrong."""
    try:
        organisations = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"expected TOML: {error}", field=file, source="TOML 1.0") from None
    entries = tuple(
        address
        for key, organisation in organisations.items()
        for address in _organisation(key, _Fields(f"{file}: {key}", organisation))
    )
    _one_mailbox_each(entries, file)
    _successors_stand(entries, file)
    return entries


class _Fields:
    """One table of the file, and where it stands."""

    def __init__(self, where: str, table: object) -> None:
        self.where = where
        if not isinstance(table, dict):
            raise Unreadable("expected a table", field=where)
        self._table: Mapping[str, Any] = table

    def only(self, allowed: frozenset[str]) -> "_Fields":
        """The same table, once it holds nothing beside these fields."""
        for name in self._table:
            if name not in allowed:
                raise self.wrong(name, f"unknown field; expected one of {', '.join(sorted(allowed))}")
        return self

    def text(self, name: str, rule: str, holds: Callable[[str], object]) -> str:
        """A field that must be there."""
        value = self.optional(name, rule, holds)
        if value is None:
            raise self.wrong(name, f"missing; expected {rule}")
        return value

    def optional(self, name: str, rule: str, holds: Callable[[str], object]) -> str | None:
        """A text that keeps the rule, or None when the field is left out."""
        value = self._table.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not holds(value):
            raise self.wrong(name, f"expected {rule}")
        return value

    def switch(self, name: str) -> bool:
        """True or false; left out is false."""
        value = self._table.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name, "expected true or false")
        return value

    def day(self, name: str) -> date | None:
        """A day, as TOML writes one; None when the field is left out."""
        value = self._table.get(name)
        if value is not None and type(value) is not date:
            raise self.wrong(name, "expected a day, e.g. 2026-01-01")
        return value

    def fingerprints(self, name: str) -> tuple[str, ...]:
        """SHA-256 fingerprints as lower-case hexadecimal, however they were written; left out is none."""
        value = self._table.get(name, [])
        rule = f"at most {MOST_CERTIFICATES} SHA-256 fingerprints: 64 hexadecimal digits each, colons allowed"
        if not isinstance(value, list) or len(value) > MOST_CERTIFICATES or not all(map(_is_fingerprint, value)):
            raise self.wrong(name, f"expected {rule}")
        found = tuple(text.replace(":", "").lower() for text in value)
        if len(set(found)) != len(found):
            raise self.wrong(name, "the same fingerprint twice")
        return found

    def table(self, name: str) -> "_Fields | None":
        """A table inside this one; None when the field is left out."""
        beneath = self._table.get(name)
        return None if beneath is None else _Fields(f"{self.where}.{name}", beneath)

    def tables(self, name: str) -> Iterable[tuple[str, "_Fields"]]:
        """The tables beneath a field."""
        where = f"{self.where}.{name}"
        beneath = self._table.get(name, {})
        if not isinstance(beneath, dict) or not beneath:
            raise Unreadable("expected at least one unit", field=where)
        return ((key, _Fields(f"{where}.{key}", table)) for key, table in beneath.items())

    def wrong(self, name: str, rule: str) -> Unreadable:
        """The complaint about one field."""
        return Unreadable(rule, field=f"{self.where}.{name}")


def _organisation(key: str, fields: _Fields) -> Iterable[Address]:
    if not _KEY.fullmatch(key):
        raise Unreadable("expected a key of lower-case ASCII letters, digits and hyphens", field=fields.where)
    fields.only(ORGANISATION_FIELDS)
    kind = fields.text("kind", "a kind of the law catalogue", str.strip)
    name = fields.text("name", f"a name of 1 to {LONGEST_NAME} printed characters", _is_name)
    cvr = fields.optional("cvr", "a CVR number: eight digits that keep modulus 11", _is_cvr)
    shared = fields.fingerprints("certificates")
    for code, unit in fields.tables("units"):
        address = _address(_unit(f"{kind}/{code}@{key}", unit), unit.only(UNIT_FIELDS), name, cvr)
        yield address if address.certificates else replace(address, certificates=shared)


def _unit(text: str, fields: _Fields) -> Unit:
    try:
        return Unit.parse(text)
    except Unreadable as error:
        raise Unreadable(error.rule, field=fields.where) from None


def _address(unit: Unit, fields: _Fields, organisation_name: str, cvr: str | None) -> Address:
    return Address(
        unit=unit,
        organisation_name=organisation_name,
        unit_name=fields.text("name", f"a name of 1 to {LONGEST_NAME} printed characters", _is_name),
        mailbox=fields.optional("mailbox", "one function mailbox in lower-case ASCII", _MAILBOX.fullmatch),
        cvr=cvr,
        sor=fields.optional("sor", "a SOR code: 6 to 18 digits", re.compile(r"[0-9]{6,18}").fullmatch),
        gln=fields.optional("gln", "a GLN: thirteen digits, the last a modulus 10 check digit", _is_gln),
        phone=fields.optional("phone", "the function's own phone: eight digits, after +45 or not", _PHONE.fullmatch),
        pulls=fields.switch("pulls"),
        certificates=fields.fingerprints("certificates"),
        channel=fields.optional("channel", f"one of {', '.join(CHANNELS)}", CHANNELS.__contains__),
        post_box=_post_box(fields),
        successor=_successor(fields),
        succeeded_on=fields.day("successor_from"),
    )


def _successor(fields: _Fields) -> Unit | None:
    """Who takes over, which goes with the day from when."""
    text = fields.optional("successor", "a unit: kind/unit@organisation", str.strip)
    if (text is None) != (fields.day("successor_from") is None):
        raise fields.wrong("successor_from", "goes with successor: who takes over, and from which day")
    if text is None:
        return None
    try:
        return Unit.parse(text)
    except Unreadable as error:
        raise fields.wrong("successor", error.rule) from None


def _post_box(unit: _Fields) -> PostBox | None:
    """Where the unit stands in Digital Post; whoever prefers that channel must have it."""
    fields = unit.table("digital_post")
    if fields is None:
        if unit.optional("channel", "a channel", str.strip) == "digital-post":
            raise unit.wrong("digital_post", "missing; expected the contact point of a unit that prefers Digital Post")
        return None
    fields.only(POST_FIELDS)
    return PostBox(
        contact_point=fields.text("contact_point", "a contact point: a UUID in lower case", _UUID.fullmatch),
        memo=fields.optional("memo", "an edition of MeMo: 1.1 or 1.2", ("1.1", "1.2").__contains__) or "1.2",
        routes_on_citizen=fields.switch("routes_on_citizen"),
        kle=_kle(fields.table("kle")),
    )


def _kle(fields: _Fields | None) -> Kle | None:
    if fields is None:
        return None
    fields.only(KLE_FIELDS)
    return Kle(
        key=fields.text("key", "a KLE number: nn.nn.nn", _KLE.fullmatch),
        version=fields.text("version", f"an edition of 1 to {LONGEST_NAME} printed characters", _is_name),
        label=fields.text("label", f"a name of 1 to {LONGEST_NAME} printed characters", _is_name),
    )


def _one_mailbox_each(entries: Iterable[Address], file: str) -> None:
    owner: dict[str, Unit] = {}
    for entry in entries:
        first = owner.setdefault(entry.mailbox, entry.unit) if entry.mailbox else entry.unit
        if first != entry.unit:
            raise Unreadable(f"the mailbox of {first}; expected one of its own", field=f"{file}: {entry.unit} mailbox")


def _successors_stand(entries: Iterable[Address], file: str) -> None:
    """A successor has an entry, and whoever follows it from one to the next comes to an end."""
    after = {entry.unit: entry.successor for entry in entries}
    for unit, successor in after.items():
        seen = {unit}
        while successor is not None:
            if successor not in after or successor in seen:
                rule = "expected a unit of this file that does not lead back here"
                raise Unreadable(rule, field=f"{file}: {unit} successor")
            seen.add(successor)
            successor = after[successor]


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text == text.strip() and not _UNPRINTED.search(text)


def _is_cvr(text: str) -> bool:
    """Eight digits whose weighted sum is divisible by eleven (Erhvervsstyrelsen: how a CVR number is made)."""
    if not re.fullmatch(r"[1-9][0-9]{7}", text):
        return False
    return sum(weight * int(digit) for weight, digit in zip(_CVR_WEIGHTS, text, strict=True)) % 11 == 0


def _is_fingerprint(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{64}", text.replace(":", "").lower()) is not None


def _is_gln(text: str) -> bool:
    try:
        Ean.parse(text)
    except Unreadable:
        return False
    return True

"""A reviewed file is read whole or not at all, and the complaint names file, entry, field and rule."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from adapters.directory.toml_file import TomlDirectory, parse
from adapters.directory.toml_text import written
from hub.errors import Unreadable
from hub.ports.directory import Directory, entry_on
from hub.vocabulary.organisations import Unit
from tests.adapters.directory_contract import DirectoryContract

MUNICIPALITIES = {
    *("aabenraa", "assens", "billund", "esbjerg", "faaborg-midtfyn", "fanoe", "fredericia", "haderslev"),
    *("kerteminde", "kolding", "langeland", "middelfart", "nordfyns", "nyborg", "odense", "svendborg"),
    *("soenderborg", "toender", "varde", "vejen", "vejle", "aeroe"),
}
GOOD = """
[aabenraa]
kind = "kommune"
name = "Aabenraa Kommune"
cvr = "29189854"

[aabenraa.units]
familieafdeling = { name = "Familieafdelingen", mailbox = "familieafdeling@aabenraa.example", pulls = true }
sundhedspleje = { name = "Sundhedsplejen", gln = "9521000000025", sor = "123456", phone = "+4573760000" }
"""


class TestTheSample(DirectoryContract):
    def directory(self) -> Directory:
        return TomlDirectory.sample()


class TestAFile(DirectoryContract):
    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "directory.toml"
        self.path.write_text(GOOD, encoding="utf-8")

    def directory(self) -> Directory:
        return TomlDirectory.read(self.path)


def test_an_entry_holds_what_the_file_says() -> None:
    family, nurses = parse(GOOD, file="directory.toml")
    assert family.unit == Unit.parse("kommune/familieafdeling@aabenraa")
    assert (family.organisation_name, family.unit_name) == ("Aabenraa Kommune", "Familieafdelingen")
    assert (family.mailbox, family.cvr, family.pulls) == ("familieafdeling@aabenraa.example", "29189854", True)
    assert (nurses.mailbox, nurses.gln, nurses.sor, nurses.pulls) == (None, "9521000000025", "123456", False)
    assert (family.phone, nurses.phone) == (None, "+4573760000")


@pytest.mark.parametrize(
    ("old", "new", "field", "rule"),
    [
        ('kind = "kommune"', 'kind = "komune"', "aabenraa.units.familieafdeling", "unknown kind"),
        ('kind = "kommune"\n', "", "aabenraa.kind", "missing"),
        ('name = "Aabenraa Kommune"', 'name = ""', "aabenraa.name", "a name of 1 to 120"),
        ('name = "Aabenraa Kommune"', 'name = " Aabenraa"', "aabenraa.name", "a name of 1 to 120"),
        ('name = "Aabenraa Kommune"', 'name = "Aaben\\u202eraa"', "aabenraa.name", "printed characters"),
        ('name = "Aabenraa Kommune"', "name = 7", "aabenraa.name", "a name of 1 to 120"),
        ("29189854", "29189855", "aabenraa.cvr", "modulus 11"),
        ("29189854", "2918985", "aabenraa.cvr", "eight digits"),
        ("29189854", "٢٩١٨٩٨٥٤", "aabenraa.cvr", "eight digits"),
        ("cvr =", "cvrnr =", "aabenraa.cvrnr", "unknown field; expected one of certificates, cvr, kind, name, units"),
        ("pulls = true", 'pulls = "ja"', "aabenraa.units.familieafdeling.pulls", "true or false"),
        ("pulls = true", "pull = true", "aabenraa.units.familieafdeling.pull", "unknown field"),
        ("pulls = true", "person = 1", "aabenraa.units.familieafdeling.person", "unknown field"),
        ("pulls = true", "phone = 1", "aabenraa.units.familieafdeling.phone", "the function's own phone"),
        ("pulls = true", 'phone = "1234"', "aabenraa.units.familieafdeling.phone", "eight digits"),
        ("familieafdeling@", "familie afdeling@", "aabenraa.units.familieafdeling.mailbox", "one function mailbox"),
        ("familieafdeling@", "a@b.example,c@", "aabenraa.units.familieafdeling.mailbox", "one function mailbox"),
        ("familieafdeling@", "Familieafdeling@", "aabenraa.units.familieafdeling.mailbox", "lower-case"),
        ("9521000000025", "9521000000024", "aabenraa.units.sundhedspleje.gln", "check digit"),
        ('"123456"', '"12345"', "aabenraa.units.sundhedspleje.sor", "6 to 18 digits"),
        ("sundhedspleje =", "Sundhedspleje =", "aabenraa.units.Sundhedspleje", "lower-case ASCII"),
        ("[aabenraa", "[Aabenraa", "Aabenraa", "lower-case ASCII"),
        ("[aabenraa", "[åbenrå", "", "expected TOML"),
    ],
)
def test_what_is_wrong_is_named_by_file_entry_field_and_rule(old: str, new: str, field: str, rule: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        parse(GOOD.replace(old, new), file="directory.toml")
    assert str(wrong.value).startswith(f"directory.toml: {field}")
    assert rule in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("aabenraa = 3", "expected a table"),
        ('[a]\nkind = "gp"\nname = "A"', "at least one unit"),
        ('[a]\nkind = "gp"\nname = "A"\nunits = 3', "at least one unit"),
        ('[a]\nkind = "gp"\nname = "A"\nunits = { klinik = "x" }', "expected a table"),
        ('[a]\nkind = "gp"\n[a]\nname = "A"', "expected TOML"),
        ('[a]\nkind = "gp"\nname = "A\x00"', "expected TOML"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, rule: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(rule)):
        parse(text, file="directory.toml")


FINGERPRINT = "ab" * 32


def test_an_organisations_certificates_are_its_units_unless_they_have_their_own() -> None:
    own = GOOD.replace("pulls = true", f'certificates = ["{"CD:" * 31}CD"], channel = "secure-mail"')
    text = own.replace('cvr = "29189854"', f'cvr = "29189854"\ncertificates = ["{FINGERPRINT}", "{"ef" * 32}"]')
    family, nurses = parse(text, file="directory.toml")
    assert (family.certificates, family.channel) == (("cd" * 32,), "secure-mail")
    assert (nurses.certificates, nurses.channel) == ((FINGERPRINT, "ef" * 32), None)


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ('certificates = "ab"', "at most 4 SHA-256 fingerprints"),
        ('certificates = ["ab"]', "64 hexadecimal digits"),
        (f'certificates = ["{"gh" * 32}"]', "64 hexadecimal digits"),
        ("certificates = [7]", "64 hexadecimal digits"),
        (f'certificates = ["{FINGERPRINT}", "{FINGERPRINT.upper()}"]', "the same fingerprint twice"),
        ("certificates = [" + ", ".join(f'"{number:064x}"' for number in range(5)) + "]", "at most 4"),
        ('channel = "fax"', "one of secure-mail, digital-post"),
        ("channel = true", "one of secure-mail, digital-post"),
    ],
)
def test_a_certificate_is_a_fingerprint_and_a_channel_is_known(field: str, rule: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        parse(GOOD.replace("pulls = true", field), file="directory.toml")
    assert str(wrong.value).startswith("directory.toml: aabenraa.units.familieafdeling.")
    assert rule in str(wrong.value)


def test_what_is_written_is_read_again_as_it_was() -> None:
    entries = tuple(TomlDirectory.sample().all())
    more = tuple(replace(entry, certificates=(FINGERPRINT,), channel="secure-mail") for entry in entries)
    for these in (entries, more):
        assert sorted(parse(written(these), file="x"), key=lambda entry: entry.unit) == sorted(
            these, key=lambda entry: entry.unit
        )


def test_two_units_cannot_share_a_mailbox() -> None:
    shared = GOOD.replace('name = "Sundhedsplejen"', 'name = "S", mailbox = "familieafdeling@aabenraa.example"')
    with pytest.raises(Unreadable, match="kommune/familieafdeling@aabenraa"):
        parse(shared, file="directory.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_named_without_its_folder(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "directory.toml"
    if content:
        path.write_bytes(content)
    with pytest.raises(Unreadable) as wrong:
        TomlDirectory.read(path)
    assert "directory.toml" in str(wrong.value)
    assert str(tmp_path) not in str(wrong.value)


def test_an_empty_file_is_an_empty_directory() -> None:
    assert parse("", file="directory.toml") == ()


def test_the_sample_holds_the_region_whole() -> None:
    units = {str(address.unit) for address in TomlDirectory.sample().all()}
    for municipality in MUNICIPALITIES:
        for unit in ("familieafdeling", "sundhedspleje", "jobcenter", "voksensocial", "rusmiddelcenter"):
            assert f"kommune/{unit}@{municipality}" in units
    hospitals = (
        "sygehus-soenderjylland",
        "sygehus-lillebaelt",
        "esbjerg-grindsted-sygehus",
        "odense-universitetshospital",
    )
    for hospital in hospitals:
        for unit in ("familieambulatorium", "foedeafdeling", "barselsafsnit", "neonatal", "psykiatri"):
            assert f"hospital/{unit}@{hospital}" in units
    assert units >= {
        "ngo/raadgivning@moedrehjaelpen",
        "ngo/lokalforening@moedrehjaelpen",
        "gp/klinik@laegehuset-nord",
        "ankestyrelsen/-@ankestyrelsen",
    }
    assert len(units) == 22 * 5 + 4 * 5 + 4


def test_the_sample_can_reach_nobody_and_names_nobody() -> None:
    for address in TomlDirectory.sample().all():
        assert address.mailbox
        assert address.mailbox.endswith(".example")
        assert address.gln
        assert address.gln.startswith("952")
        assert address.sor is None


def test_some_units_pull_and_some_do_not() -> None:
    assert {address.pulls for address in TomlDirectory.sample().all()} == {True, False}


SUCCEEDED = GOOD.replace(
    "pulls = true }", 'pulls = true, successor = "kommune/sundhedspleje@aabenraa", successor_from = 2027-01-01 }'
)
FAMILIES, NURSES = Unit.parse("kommune/familieafdeling@aabenraa"), Unit.parse("kommune/sundhedspleje@aabenraa")


@pytest.mark.parametrize(("on", "stands"), [(date(2026, 12, 31), FAMILIES), (date(2027, 1, 1), NURSES)])
def test_a_successor_stands_for_a_unit_from_its_day_and_the_entry_stays(on: date, stands: Unit) -> None:
    """C05."""
    directory = TomlDirectory(parse(SUCCEEDED, file="d.toml"))
    found = entry_on(directory, FAMILIES, on)
    assert found is not None
    assert found.unit == stands
    assert directory.find(FAMILIES) is not None
    assert parse(written(directory.all()), file="d.toml") == tuple(directory.all())


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (", successor_from = 2027-01-01", "", "successor_from"),
        ('successor = "kommune/sundhedspleje@aabenraa", ', "", "successor_from"),
        ("2027-01-01", '"2027-01-01"', "successor_from"),
        ("2027-01-01", "2027-01-01T00:00:00Z", "successor_from"),
        ("kommune/sundhedspleje@aabenraa", "sundhedsplejen", "successor"),
        ("kommune/sundhedspleje@aabenraa", "kommune/sundhedspleje@nowhere", "successor"),
        ("kommune/sundhedspleje@aabenraa", "kommune/familieafdeling@aabenraa", "successor"),
    ],
)
def test_a_successor_that_is_none_is_refused(old: str, new: str, field: str) -> None:
    assert old in SUCCEEDED
    with pytest.raises(Unreadable) as refused:
        parse(SUCCEEDED.replace(old, new), file="d.toml")
    assert (refused.value.field or "").endswith(field)

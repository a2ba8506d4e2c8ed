"""Danish words for codes, days and numbers, as a letter writes them."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from hub.vocabulary.identification import ForeignNumber, NameAndBirth, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
NUMBERS = ("To", "Tre", "Fire", "Fem", "Seks", "Syv", "Otte", "Ni", "Ti", "Elleve", "Tolv")
_UNITS = {"Y": ("år", "år"), "M": ("måned", "måneder"), "W": ("uge", "uger"), "D": ("dag", "dage")}


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("adapters.documents").joinpath("labels.toml").read_text(encoding="utf-8"))


def label(kind: str, code: str) -> str:
    """The Danish word for a code; one nobody has named is written out, `ny_kode` as "Ny kode"."""
    known = _table()[kind].get(code)
    return known if known is not None else _written_out(code)


def known(kind: str, code: str | None) -> str:
    """The Danish words for a code, or nothing for one that has none."""
    return _table()[kind].get(code or "", "")


def named(kind: str) -> frozenset[str]:
    """The codes that have words of their own."""
    return frozenset(_table()[kind])


def _written_out(code: str) -> str:
    """ASCII spellings stay: "soeskende" is readable, and turning oe into ø would spell "naboer" wrong."""
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def listed(labels: tuple[str, ...]) -> str:
    """`Det kommende barn, den gravide og partneren`."""
    return joined(tuple(label if place == 0 else label[:1].lower() + label[1:] for place, label in enumerate(labels)))


def joined(names: tuple[str, ...]) -> str:
    """Names as they stand: `A, B og C`."""
    return " og ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def enumerated(labels: tuple[str, ...]) -> str:
    """`Graviditet og fødsel, rusmidler`: commas alone, since a label may hold an "og" of its own."""
    return ", ".join(label if place == 0 else label[:1].lower() + label[1:] for place, label in enumerate(labels))


def day(when: date) -> str:
    """`7. maj 2024`; a moment is read on the Danish calendar."""
    local = when.astimezone(COPENHAGEN) if isinstance(when, datetime) else when
    return f"{local.day}. {MONTHS[local.month - 1]} {local.year}"


def weekday(when: date) -> str:
    """`onsdag den 15. maj 2024`."""
    local = when.astimezone(COPENHAGEN) if isinstance(when, datetime) else when
    return f"{WEEKDAYS[local.weekday()]} den {day(local)}"


def moment(when: datetime) -> str:
    """`tirsdag den 7. maj 2024 kl. 14.30`, by the Danish clock."""
    local = when.astimezone(COPENHAGEN)
    return f"{weekday(local)} kl. {local:%H.%M}"


def latest(when: date) -> str:
    """The last moment of a deadline: with the clock where hours are counted, a day where days are."""
    return moment(when) if isinstance(when, datetime) else weekday(when)


def personnummer(cpr: Cpr) -> str:
    """With its hyphen, as everybody reads it."""
    return f"{cpr.digits[:6]}-{cpr.digits[6:]}"


def known_by(citizen: Citizen) -> tuple[str, str]:
    """What the woman is known by, the strongest of it: what it is called, and the number or the day itself."""
    match next(iter(citizen.identifications), None):
        case Cpr() as cpr:
            return "CPR-nummer", personnummer(cpr)
        case ReplacementNumber(written=written):
            return "Erstatnings-CPR-nummer", f"{written[:6]}-{written[6:]}"
        case ForeignNumber(number=number) as foreign if foreign.is_regional:
            return "Regionalt erstatnings-CPR-nummer", number
        case ForeignNumber(issuer=country, number=number):
            return f"Udenlandsk nummer ({country})", number
        case NameAndBirth(born=born):
            return "Fødselsdato", day(born)
        case None:
            return "CPR-nummer", "Ikke oplyst"


def term(duration: str) -> str:
    """An ISO 8601 duration of one part in words (`P1Y` → "1 år"); anything else as it stands."""
    number, unit = duration[1:-1], duration[-1:]
    if not duration.startswith("P") or not number.isascii() or not number.isdigit() or unit not in _UNITS:
        return duration
    one, more = _UNITS[unit]
    return f"{int(number)} {one if int(number) == 1 else more}"


def times(count: int) -> str:
    """`Én gang`, `To gange` … as a sentence begins."""
    if count == 1:
        return "Én gang"
    return f"{NUMBERS[count - 2] if count - 2 < len(NUMBERS) else count} gange"


def size(count: int) -> str:
    """Bytes as people say them, with a decimal comma."""
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= step:
            return f"{count / step:.1f}".replace(".", ",") + f" {unit}"
    return f"{count} byte"

"""By what a woman is known: a CPR number, a replacement for one, a foreign number, or her name and date of birth.

Somebody without a CPR number is given a replacement for it, an X-eCPR of the national service (Sundhedsdatastyrelsen;
DK Core `dk-core-x-ecpr-identifier`) or a D-eCPR of a region's own series (`dk-core-d-ecpr-identifier`); another country
may have numbered her, or nobody. The duty to notify asks for no number (barnets lov § 133). Each is masked whenever it
is shown by accident.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from hub.errors import Unreadable
from hub.vocabulary.identifiers import Cpr

REPLACEMENT_RULE = "an X-eCPR: six digits that are a date, then four digits and letters, one letter at least"
REPLACEMENT_SOURCE = "DK Core: dk-core-x-ecpr-identifier"
FOREIGN_RULE = "a number of another country, SE|19900101-1234, or of a region's own series, urn:oid:…|number"
FOREIGN_SOURCE = "ISO 3166-1 alpha-2; DK Core: dk-core-d-ecpr-identifier"
D_ECPR = "urn:oid:1.2.208.176.1.6.1.3"  # the series of the regions are registered below it
_REPLACEMENT = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d(?=\d{0,3}[A-Z])[0-9A-Z]{4}", re.ASCII)
_ISSUER = re.compile(rf"[A-Z]{{2}}|{re.escape(D_ECPR)}(\.\d+)+", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z ./+-]{0,38}[0-9A-Za-z])?", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class ReplacementNumber:
    """An X-eCPR. It begins like a date of birth and does not state the century; `written` shows it, on purpose."""

    written: str

    @classmethod
    def parse(cls, text: str) -> "ReplacementNumber":
        """Ten signs, one hyphen after the sixth allowed. `Unreadable` never repeats the number."""
        bare = text.upper()
        bare = bare[:6] + bare[7:] if bare[6:7] == "-" else bare
        if not _REPLACEMENT.fullmatch(bare):
            raise Unreadable(f"expected {REPLACEMENT_RULE}", source=REPLACEMENT_SOURCE)
        return cls(bare)

    def fits(self, born: date) -> bool:
        """Does it begin with this date of birth?"""
        return self.written.startswith(f"{born:%d%m%y}")

    def __repr__(self) -> str:
        return "ReplacementNumber(******-****)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, repr=False)
class ForeignNumber:
    """A number by which another country knows her, or a Danish region in a series of its own (D-eCPR).

    `issuer` is the country (ISO 3166-1 alpha-2) or the series; blanks, hyphens and capitals make no other number.
    """

    issuer: str
    number: str = field(compare=False)
    _compared: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compared", re.sub(r"[^0-9A-Z]", "", self.number.upper()))

    @classmethod
    def parse(cls, text: str) -> "ForeignNumber":
        """`issuer|number`; `Unreadable` never repeats it."""
        issuer, bar, number = text.partition("|")
        if not bar or issuer == "DK" or not _ISSUER.fullmatch(issuer) or not _NUMBER.fullmatch(number):
            raise Unreadable(f"expected {FOREIGN_RULE}", source=FOREIGN_SOURCE)
        return cls(issuer, number)

    @property
    def written(self) -> str:
        """Issuer and number in one text, as `parse` takes it."""
        return f"{self.issuer}|{self.number}"

    @property
    def is_regional(self) -> bool:
        """Is it a D-eCPR?"""
        return self.issuer.startswith(D_ECPR)

    @property
    def key(self) -> str:
        """The same for every way to write the number."""
        return f"{self.issuer}|{self._compared}"

    def __repr__(self) -> str:
        return "ForeignNumber(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, repr=False)
class NameAndBirth:
    """A name and a date of birth. Several women may share them: it finds a case again and claims nobody."""

    name: str = field(compare=False)
    born: date
    _compared: str = field(init=False)

    def __post_init__(self) -> None:
        folded = unicodedata.normalize("NFKC", self.name).casefold()
        object.__setattr__(self, "_compared", " ".join(folded.split()))

    @classmethod
    def parse(cls, text: str) -> "NameAndBirth":
        """`name, 1990-02-28`; `Unreadable` never repeats it."""
        name, comma, day = text.rpartition(",")
        try:
            born = date.fromisoformat(day.strip())
        except ValueError:
            born = None
        if not comma or not name.strip() or born is None:
            raise Unreadable("expected a name and a date of birth: name, 1990-02-28")
        return cls(name.strip(), born)

    @property
    def key(self) -> str:
        """The same for every way to write the name in capitals and blanks."""
        return f"{self._compared}|{self.born.isoformat()}"

    def __repr__(self) -> str:
        return "NameAndBirth(…)"

    __str__ = __repr__


Identification = Cpr | ReplacementNumber | ForeignNumber | NameAndBirth


def index_key(known_by: Identification) -> str:
    """What the blind index is keyed with: no two identifications share it, and a CPR number is its digits, as ever."""
    match known_by:
        case Cpr(digits=digits):
            return digits
        case ReplacementNumber(written=written):
            return f"x-ecpr|{written}"
        case ForeignNumber():
            return f"foreign|{known_by.key}"
        case NameAndBirth():
            return f"name|{known_by.key}"


def bare_number(number: Identification) -> str:
    """The signs of a number alone, in capitals, without what stands between them; nothing for a name."""
    return "" if isinstance(number, NameAndBirth) else index_key(number).rpartition("|")[2]


def read_identification(text: str) -> Identification:
    """A CPR number, an X-eCPR, `issuer|number`, or `name, 1990-02-28`: whichever the text is."""
    for kind in (Cpr, ReplacementNumber, ForeignNumber, NameAndBirth):
        try:
            return kind.parse(text)
        except Unreadable:
            continue
    rule = "a CPR number, an X-eCPR, `SE|number` for a foreign one, or a name and a date of birth: name, 1990-02-28"
    raise Unreadable(f"expected {rule}")

"""Numbers that name people and organisations; valid once parsed, masked whenever shown by accident.

CPR: ten digits, the first six a date, the seventh the century (CPR office, "Personnummeret i CPR"). The modulus 11
check has not been required since 2007, so only the date is judged. GLN: thirteen digits, GS1 modulus 10.
"""

import re
from dataclasses import dataclass
from datetime import date

from hub.errors import Unreadable

CPR_RULE = "ten digits DDMMYYNNNN whose first six are a date"
CPR_SOURCE = "CPR office: structure of the personnummer"


def _century(seventh: int, year: int) -> int:
    """The first two digits of the birth year, from the seventh digit and the year (CPR office's table)."""
    if seventh <= 3 or (seventh in (4, 9) and year > 36):
        return 1900
    if seventh in (4, 9) or year <= 57:
        return 2000
    return 1800


def _digits(text: str, pattern: str, rule: str, source: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise Unreadable(f"expected {rule}", source=source)
    return text


@dataclass(frozen=True, slots=True, repr=False)
class Cpr:
    """A personnummer without hyphen. `repr` and `str` never show it; `digits` does, on purpose."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "Cpr":
        """Ten digits, one hyphen after the sixth allowed. `Unreadable` never repeats the number."""
        cpr = cls(_digits(text, r"\d{6}-?\d{4}", CPR_RULE, CPR_SOURCE).replace("-", ""))
        try:
            _ = cpr.birth_date
        except ValueError:
            raise Unreadable(f"expected {CPR_RULE}", source=CPR_SOURCE) from None
        return cpr

    @property
    def birth_date(self) -> date:
        """The date of birth that the number states."""
        day, month, year, seventh = (int(self.digits[a:b]) for a, b in ((0, 2), (2, 4), (4, 6), (6, 7)))
        return date(_century(seventh, year) + year, month, day)

    def __repr__(self) -> str:
        return "Cpr(******-****)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Ean:
    """A GLN (EAN location number): thirteen digits with a modulus 10 check digit (GS1 General Specifications §7.9)."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "Ean":
        rule, source = "a GLN: thirteen digits, the last a modulus 10 check digit", "GS1 General Specifications §7.9"
        _digits(text, r"\d{13}", rule, source)
        weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text))
        if weighted % 10:
            raise Unreadable(f"expected {rule}", source=source)
        return cls(text)

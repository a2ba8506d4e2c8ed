"""No personal data where a relay, a notification or a log can read it (secure-mail guide §5). Refused, never masked.

Only what is readable is searched: the content of a MeMo's files is for its receiver alone. Names come from the message
itself and, when a letter is packed, from the letter.
"""

import re
from collections.abc import Iterable
from datetime import date

STOP_WORDS = (
    *("abort", "alkohol", "diagnose", "foedsel", "fødsel", "gravid", "hash", "misbrug"),
    *("overgreb", "psyk", "rusmid", "selvmord", "vold"),
)
OUR_WORDS = frozenset({"sikker", "post", "anmodning", "svar", "kvittering", "json"})  # a woman may be called Post
SHORTEST_NAME = 4  # shorter runs of letters turn up in a random reference by chance
_TEN_DIGITS = re.compile(r"(?<![A-Za-z0-9])(\d{2})(\d{2})(\d{2})[-. _]?\d{4}(?![A-Za-z0-9])", re.ASCII)
_DIGIT_RUN = re.compile(r"\d{6,}", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")
_SPELLED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def tells_of_a_person(text: str, *, reference: str, known: Iterable[str]) -> bool:
    """Does this text hold a number, a name or a word that tells something of somebody?

    `known` is what is known of the persons: names, addresses, CPR numbers. The opaque reference may hold digits.
    """
    ours = text.lower()
    beside = ours.replace(reference.lower(), " ") if reference else ours
    about = " ".join(known).lower()
    return (
        any(_is_date(*found.groups()) for found in _TEN_DIGITS.finditer(ours))
        or _DIGIT_RUN.search(beside) is not None
        or any(word in beside for word in STOP_WORDS)
        or not _words(about).isdisjoint(_WORD.findall(ours))
        or any(number[:6] in ours or number in re.sub(r"\D", "", ours) for number in _numbers(about))
    )


def _numbers(about: str) -> list[str]:
    return ["".join(found.group().split("-")) for found in re.finditer(r"\b\d{6}-?\d{4}\b", about, re.ASCII)]


def _words(about: str) -> set[str]:
    """The words of names and addresses, as they stand and spelled with ASCII letters."""
    words = {word for word in _WORD.findall(about) if len(word) >= SHORTEST_NAME}
    return (words | {word.translate(_SPELLED) for word in words}) - OUR_WORDS


def _is_date(day: str, month: str, year: str) -> bool:
    try:
        date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True

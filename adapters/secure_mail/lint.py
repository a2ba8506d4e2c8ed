"""No personal data where a relay, a log or a bounce can read it (secure-mail guide §5). It refuses; it never masks.

Searched are the fields that stay readable when the content is sealed. Mailbox domains are agreed data about
organisations, and a Message-ID is a random id at such a domain, so neither is searched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hub.errors import Undeliverable
from hub.vocabulary.identification import bare_number
from hub.vocabulary.information import Citizen

STOP_WORDS = (
    *("abort", "alkohol", "diagnose", "foedsel", "gravid", "hash", "misbrug"),
    *("overgreb", "psyk", "rusmid", "selvmord", "vold"),
)
OUR_WORDS = frozenset({"sikker", "post", "json"})  # a woman may be called Post
SHORTEST_NAME = 4  # shorter runs of letters turn up in a random reference by chance
SHORTEST_NUMBER = 6  # as for names
_TEN_DIGITS = re.compile(r"(?<![A-Za-z0-9])(\d{2})(\d{2})(\d{2})[-. _]?\d{4}(?![A-Za-z0-9])", re.ASCII)
_DIGIT_RUN = re.compile(r"\d{6,}", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")
_SPELLED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """The fields of a message that others than its receiver can read."""

    subject: str
    sender: str
    recipient: str
    message_id: str
    names: tuple[str, ...]


def refuse_personal_data(readable: Readable, *, reference: str, about: Citizen) -> None:
    """Raise `Undeliverable` with a code that names the field; the message never repeats what was found.

    One word of her name or address is too much beside our own words. In a mailbox it takes two: function mailboxes are
    named for places and tasks, and those are also surnames and streets.
    """
    _search("subject", readable.subject, reference, about, tolerated=0)
    for name in readable.names:
        _search("attachment-name", name, reference, about, tolerated=0)
    for mailbox in (readable.sender, readable.recipient):
        _search("mailbox", mailbox.partition("@")[0], reference, about, tolerated=1)


def _search(field: str, text: str, reference: str, about: Citizen, *, tolerated: int) -> None:
    ours = text.lower()
    beside = ours.replace(reference.lower(), " ")
    if (
        _has_number(ours, about)
        or _DIGIT_RUN.search(beside)
        or any(word in beside for word in STOP_WORDS)
        or len(_words(about) & set(_WORD.findall(ours))) > tolerated
    ):
        raise Undeliverable(f"personal-data-in-{field}")


def _has_number(text: str, about: Citizen) -> bool:
    """Her own number or birth day in any writing, or anything else that could be a CPR number."""
    bare = re.sub(r"[^0-9a-z]", "", text)
    born = f"{about.birth_date:%d%m%y}" if about.birth_date else None
    if any(own in bare for own in _numbers(about)) or born in re.split(r"[^0-9]+", text):
        return True
    return any(_is_date(*found.groups()) for found in _TEN_DIGITS.finditer(text))


def _numbers(about: Citizen) -> Iterator[str]:
    """Her numbers as they would stand in text without signs between: what is long enough to be one."""
    for number in about.numbers:
        bare = bare_number(number).lower()
        if len(bare) >= SHORTEST_NUMBER:
            yield bare


def _is_date(day: str, month: str, year: str) -> bool:
    try:
        date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _words(about: Citizen) -> set[str]:
    """The words of her name and address, as they stand and spelled with ASCII letters."""
    words = {word for word in _WORD.findall(f"{about.name} {about.address}".lower()) if len(word) >= SHORTEST_NAME}
    return (words | {word.translate(_SPELLED) for word in words}) - OUR_WORDS

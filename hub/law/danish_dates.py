"""Days as people write them, in Danish and English: `1. juli 2026`, `1 July 2026`."""

from datetime import date, datetime

from hub.vocabulary.period import COPENHAGEN

_MONTHS = {
    "da": (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_FROM = {"da": "fra {day}", "en": "from {day}"}
_TO = {"da": "til {day}", "en": "to {day}"}
_NO_DAYS = {"da": "ingen kendt første eller sidste dag", "en": "no known first or last day"}


def written(day: date, language: str) -> str:
    """A day; the language is `da` or `en`."""
    dot = "." if language == "da" else ""
    return f"{day.day}{dot} {_MONTHS[language][day.month - 1]} {day.year}"


def written_moment(moment: datetime, language: str) -> str:
    """A moment as a Danish wall clock shows it, to the minute."""
    there = moment.astimezone(COPENHAGEN)
    clock = f" kl. {there:%H.%M}" if language == "da" else f" at {there:%H:%M}"
    return written(there.date(), language) + clock


def written_interval(interval: str, language: str) -> str:
    """An edition's days as an event holds them, `2024-01-01/..`, as people write them."""
    first, last = (None if end == ".." else date.fromisoformat(end) for end in interval.split("/"))
    return written_period(first, last, language)


def written_period(first: date | None, last: date | None, language: str) -> str:
    """The days from the first to the last, both included; None is an open end."""
    ends = [words[language].format(day=written(day, language)) for words, day in ((_FROM, first), (_TO, last)) if day]
    return " ".join(ends) or _NO_DAYS[language]

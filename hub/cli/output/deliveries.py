"""Letters that a person must look at: a block for each, or a JSON object a line."""

import json
from collections.abc import Sequence

from hub.cli.actions.deliveries import Listed
from hub.vocabulary.jsonable import plain
from hub.vocabulary.period import COPENHAGEN


def write_letters(letters: Sequence[Listed], status: str | None, *, as_json: bool) -> None:
    """To standard output, in the order given; for people also how many, or that there is none."""
    if as_json:
        for letter in letters:
            print(json.dumps(plain(letter), ensure_ascii=False))
        return
    print(_counted(len(letters), status))
    for letter in letters:
        _write(letter)


def _counted(many: int, status: str | None) -> str:
    letters = "1 letter" if many == 1 else f"{many or 'no'} letters"
    if status is None:
        return f"{letters} {'needs' if many == 1 else 'need'} a person"
    return f"{letters} {'stands' if many == 1 else 'stand'} as {status}"


def _write(letter: Listed) -> None:
    since = letter.since.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")
    tried = f"{letter.attempts} by {letter.channel}" if letter.channel else "none"
    print(f"\n{letter.kind}, {letter.status} since {since}")
    for label, value in (
        ("delivery", letter.delivery),
        ("from", letter.sender),
        ("to", letter.recipient),
        ("attempts", tried),
        ("why", ", ".join(letter.why) or "–"),
        ("next", letter.next_step),
    ):
        print(f"  {label:<8}  {value}")

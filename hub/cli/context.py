"""What every command shares: settings, a hub for as long as the command runs, and standard error to talk on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from hub.bootstrap.services import Services
    from hub.cli.progress import Bar
    from hub.settings import Settings

errors = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]


def say(text: str, style: str = "") -> None:
    """To standard error, as it stands: nothing in it is markup."""
    errors.print(Text(text, style=style), soft_wrap=True, highlight=False)


def settings() -> "Settings":
    """From the environment; log lines follow them from here on."""
    from hub.observability import configure
    from hub.settings import Settings

    found = Settings.from_environment()
    configure(found.log_level)
    return found


@contextmanager
def hub(furnish: "Callable[[Settings], Settings] | None" = None) -> Iterator["Services"]:
    """The parts of a hub, closed again afterwards; a master key that was made on the way is never made silently.

    `furnish` may refuse or complete the settings of what is to carry letters.
    """
    from hub.bootstrap.build import build

    found = settings()
    with build(furnish(found) if furnish else found) as services:
        if services.keys.created:
            say(
                f"A master key was made: {services.keys.file} (mode 0600). Whoever has it can read the record, and "
                "without it nobody can. Keep a copy of it apart from the backups of the database."
            )
        yield services


@contextmanager
def progress(what: str) -> Iterator["Bar"]:
    """A progress bar on standard error; nothing when that is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from hub.cli.progress import Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as shown:
        yield Bar(shown, shown.add_task(what, total=None))

"""`tvaerspor …`: serve, replay, rebuild, dispatch, verify, tokens, the law. Results go to standard output, alone.

Exit codes: 0 done; 1 the answer is no (a scenario differs, evidence is broken); 2 the call or a setting is wrong; 70 a
fault of the hub itself.

The modules here hold the words of each family of commands, and import little. What a command does stands in
hub.cli.actions, what it prints in hub.cli.output; both are imported inside that command: `--help` waits for no web
framework, the law for no database.
"""

import os
import sys
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from hub.cli import clients, deliveries, directory, law, letter, mail, medcom, record, server
from hub.cli.context import say
from hub.errors import EvidenceBroken, HubError, Unreadable

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print what variables hold
)
app.add_typer(server.app)
app.add_typer(record.app)
app.add_typer(deliveries.app)
app.add_typer(directory.app)
app.add_typer(record.projections, name="projections")
app.add_typer(clients.app, name="clients")
app.add_typer(law.app, name="law")
app.add_typer(medcom.app, name="medcom")
app.add_typer(mail.app, name="mail")
app.add_typer(letter.app, name="letter")


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"tvaerspor {version('tvaerspor')}")
        raise typer.Exit


@app.callback()
def start(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is, and exit."),
    ] = False,
) -> None:
    """Tværspor: lawful, prompt, provable disclosure."""


def main() -> None:
    """The console script: whatever goes wrong is one line and an exit code, never a stack trace, never a person."""
    try:
        app()
    except EvidenceBroken as error:
        _complain(str(error), 1)
    except HubError as error:
        source = f" (see {error.source})" if isinstance(error, Unreadable) and error.source else ""
        _complain(f"{error}{source}", 2)
    except BrokenPipeError:  # `tvaerspor replay | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - what an exception holds may be anything; where it happened is enough
        _complain(*_fault(error))


def _fault(error: Exception) -> tuple[str, int]:
    """What to say of an exception that nobody raised on purpose, and the exit code."""
    from sqlalchemy.exc import SQLAlchemyError

    from hub.observability import whereabouts

    if isinstance(error, SQLAlchemyError):
        return f"the database does not do its part: {type(error).__name__}", 2
    return f"a fault of the hub: {type(error).__name__} at {whereabouts(error)}", 70


def _complain(text: str, code: int) -> NoReturn:
    say(text, style="red")
    sys.exit(code)

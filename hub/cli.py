"""`tvaerspor …`: serve, replay, rebuild, dispatch, verify, tokens, the law. Results go to standard output, alone.

Exit codes: 0 done; 1 the answer is no (a scenario differs, evidence is broken); 2 the call or a setting is wrong; 70 a
fault of the hub itself.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from hub import bootstrap, commands, mailing, medcom_check, paperwork, printed
from hub.errors import EvidenceBroken, HubError, Unreadable
from hub.observed import configure, whereabouts
from hub.settings import Settings
from hub.vocabulary.organisations import Unit

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print what variables hold
    help="Tværspor: lawful, prompt, provable disclosure.",
)
clients = typer.Typer(no_args_is_help=True, help="Who may call.")
projections = typer.Typer(no_args_is_help=True, help="Read models.")
law = typer.Typer(no_args_is_help=True, help="The rules: decide, list, show.")
app.add_typer(clients, name="clients")
app.add_typer(projections, name="projections")
app.add_typer(law, name="law")
medcom = typer.Typer(no_args_is_help=True, help="MedCom messages.")
app.add_typer(medcom, name="medcom")
mail = typer.Typer(no_args_is_help=True, help="Secure mail.")
app.add_typer(mail, name="mail")
letter = typer.Typer(no_args_is_help=True, help="Paper for people: to sign, to remind, to account.")
app.add_typer(letter, name="letter")
errors = Console(stderr=True)

Out = Annotated[Path, typer.Option(help="The PDF to write; it must not be there yet.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]


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
    except SQLAlchemyError as error:
        _complain(f"the database does not do its part: {type(error).__name__}", 2)
    except Exception as error:  # noqa: BLE001 - what an exception holds may be anything; where it happened is enough
        _complain(f"a fault of the hub: {type(error).__name__} at {whereabouts(error)}", 70)


def _complain(text: str, code: int) -> NoReturn:
    errors.print(Text(text, style="red"), soft_wrap=True, highlight=False)
    sys.exit(code)


@app.command()
def serve() -> None:
    """Run the hub. Every setting is an environment variable; docker/README.md lists them."""
    commands.serve(_built(), _say)


@app.command()
def demo(out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("demo-out")) -> None:
    """Play the main job against a hub of its own, over HTTP, and leave letters, bundles and reports in a folder."""
    from hub.demo import play

    play.run(out)


@app.command()
def replay(
    case: Annotated[str | None, typer.Option(help="A case id.")] = None,
    cpr_from: Annotated[
        Path | None, typer.Option("--citizen-file", help="A file with the citizen's CPR number; '-' is standard input.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="kind/unit@organisation, as discloser or recipient.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Acts at or after this moment or day.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Acts before this moment, or before this day.")] = None,
    basis: Annotated[str | None, typer.Option(help="An id of the law catalogue, as `law list` shows.")] = None,
    outcome: Annotated[str | None, typer.Option(help="made or refused")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="By what had been recorded then.")] = None,
    legal_time: Annotated[bool, typer.Option("--legal-time", help="With --as-of: by what held then.")] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, with a header.")] = False,
) -> None:
    """List every disclosure and refusal from the record itself."""
    if as_json and as_csv:
        raise Unreadable("either --json or --csv", field="--csv")
    asked = commands.asked(case, cpr_from, unit, since, until, basis, outcome, as_of, legal_time)
    with _house() as house, _progress("folding") as progress:
        lines = commands.replay(house, asked, progress)
    printed.write_lines(lines, as_json=as_json, as_csv=as_csv)


@projections.command("rebuild")
def rebuild(name: Annotated[str | None, typer.Argument(help="One projection; left out: all.")] = None) -> None:
    """Fold the whole record into the read models anew; the old answers until the new stands."""
    with _house() as house:
        for projection in commands.chosen(house, name):
            with _progress(projection.name) as progress:
                commands.rebuild(house, projection, progress)


@app.command()
def dispatch(
    once: Annotated[bool, typer.Option("--once", help="Move what waits, then stop.")] = False,
) -> None:
    """Open, render and carry the letters that wait."""
    with _house() as house:
        commands.dispatch(house, once=once)


@app.command()
def verify() -> None:
    """Recompute every leaf and every tree head of the record."""
    with _house() as house, _progress("verifying") as progress:
        reached = commands.verify(house, progress)
    typer.echo(f"sound: {reached.total} events, position {reached}")


@app.command()
def openapi(out: Annotated[Path, typer.Option(help="Where to write.")] = Path("openapi/hub.yaml")) -> None:
    """Write the API's description, with the examples of the folder `examples` beside it, and what FHIR can do."""
    out.write_text(commands.description(out.parent / "examples"), encoding="utf-8")
    beside = out.with_name("capability-statement.json")
    beside.write_text(commands.capabilities(), encoding="utf-8")
    typer.echo(f"{out}\n{beside}")


@clients.command("token")
def token(
    client: Annotated[str, typer.Option(help="The system client's name.")],
    unit: Annotated[str, typer.Option(help="kind/unit@organisation")],
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="How long it lasts.")] = 24,
) -> None:
    """Make an access token for one client and one unit."""
    with _house() as house:
        typer.echo(commands.token(house, client, unit, timedelta(hours=hours)))


@law.command("decide")
def decide(
    file: Annotated[Path, typer.Argument(help="Scenarios with id and facts, as YAML or JSON; '-' is stdin.")],
    as_json: AsJson = False,
    in_words: Annotated[bool, typer.Option("--explain", help="Say it in Danish and English below each line.")] = False,
) -> None:
    """Decide every scenario of a file; exit 1 when an expected block differs."""
    if as_json and in_words:
        raise Unreadable("either --json or --explain", field="--explain")
    raise typer.Exit(commands.decide(file, as_json=as_json, in_words=in_words))


@law.command("list")
def list_bases(as_json: AsJson = False) -> None:
    """Every provision the hub applies."""
    commands.list_bases(as_json=as_json)


@law.command("show")
def show(basis: Annotated[str, typer.Argument(help="An id, e.g. SUL-43-1.")], as_json: AsJson = False) -> None:
    """One provision: editions, source, certainty, open points."""
    commands.show(basis, as_json=as_json)


@law.command("redecide")
def redecide(
    case: Annotated[str | None, typer.Option(help="One case; left out: the whole record.")] = None,
    rules: Annotated[str, typer.Option(help="then or now")] = "now",
    as_json: AsJson = False,
) -> None:
    """Ask every past decision again and list each difference; writes nothing. Exit 1 when there is one."""
    with _house() as house, _progress("deciding again") as progress:
        found = commands.redecide(house, case, rules, progress)
    printed.write_differences(found, as_json=as_json)
    raise typer.Exit(1 if found else 0)


@medcom.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Messages as JSON; '-' is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Judge messages as the door would; a line each, nothing stored. Exit 1 when one is not ok."""
    raise typer.Exit(medcom_check.run(files, as_json=as_json))


@letter.command("consent-form")
def consent_form(
    number: Annotated[str, typer.Argument(help="4.0 to obtain, 4.1 for a network meeting, 4.2 to pass on.")],
    unit: Annotated[str, typer.Option(help="Who hands it out: kind/unit@organisation.")],
    out: Out,
    to: Annotated[list[str] | None, typer.Option(help="A unit to choose, with a box; once for each.")] = None,
    case: Annotated[str | None, typer.Option(help="A case id, for her name; left out: room to write it.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="A category to choose; left out: the usual.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it is for; left out: room to write it.")] = None,
    meeting: Annotated[str | None, typer.Option(help="The day of the meeting, as 2025-04-07.")] = None,
) -> None:
    """A consent to print and sign. No box is ticked: that is hers to do."""
    with _house() as house:
        paperwork.write(
            out, paperwork.consent_form(house, number, unit, to or (), case, category or (), purpose, meeting)
        )
    typer.echo(str(out))


@letter.command("account")
def account(case: Annotated[str, typer.Option(help="A case id.")], out: Out) -> None:
    """What was shared about her, with whom and why, in plain Danish, for herself."""
    with _house() as house:
        paperwork.write(out, paperwork.account(house, case, _say))
    typer.echo(str(out))


@letter.command("reminder")
def reminder(
    case: Annotated[str, typer.Option(help="A case id.")],
    act: Annotated[str, typer.Option(help="The request, concern or referral that waits for an answer.")],
    out: Out,
) -> None:
    """A letter that an answer is missing."""
    with _house() as house:
        paperwork.write(out, paperwork.reminder(house, case, act))
    typer.echo(str(out))


@mail.command("trial-keys")
def trial_keys(
    out: Annotated[Path, typer.Option(help="A new folder for keys, certificates and a directory that approves them.")],
    unit: Annotated[list[str], typer.Option(help="kind/unit@organisation; several may be named.")],
) -> None:
    """Make keys for a trial and print the settings that use them. Their root is for tests; production refuses it."""
    settings = _settings()
    directory = bootstrap.directory_of(settings)
    made = mailing.make_trial(directory, map(Unit.parse, unit), out, production=settings.is_production)
    for name, value in made.items():
        typer.echo(f"{name}={value}")


def _settings() -> Settings:
    settings = Settings.from_environment()
    configure(settings.log_level)
    return settings


def _built() -> bootstrap.House:
    """The house; a master key that was made on the way is never made silently."""
    house = bootstrap.build(_settings())
    if house.keys.created:
        _say(
            f"A master key was made: {house.keys.file} (mode 0600). Whoever has it can read the record, and without it "
            "nobody can. Keep a copy of it apart from the backups of the database."
        )
    return house


def _say(text: str) -> None:
    errors.print(Text(text), soft_wrap=True)


@contextmanager
def _house() -> Iterator[bootstrap.House]:
    with _built() as house:
        yield house


@contextmanager
def _progress(what: str) -> Iterator[commands.Bar]:
    """A progress bar on standard error; nothing when that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        yield commands.Bar(progress, progress.add_task(what, total=None))

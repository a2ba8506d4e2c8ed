"""`tvaerspor replay`, `verify` and `projections …`: the record, read again from its first event."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.house import AsJson, house, progress
from hub.errors import Unreadable

app = typer.Typer()
projections = typer.Typer(no_args_is_help=True, help="Read models.")


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
    from hub import printed
    from hub.commands import record

    if as_json and as_csv:
        raise Unreadable("either --json or --csv", field="--csv")
    asked = record.asked(case, cpr_from, unit, since, until, basis, outcome, as_of, legal_time)
    with house() as built, progress("folding") as bar:
        lines = record.replay(built, asked, bar)
    printed.write_lines(lines, as_json=as_json, as_csv=as_csv)


@projections.command("rebuild")
def rebuild(name: Annotated[str | None, typer.Argument(help="One projection; left out: all.")] = None) -> None:
    """Fold the whole record into the read models anew; the old answers until the new stands."""
    from hub.commands import record

    with house() as built:
        for projection in record.chosen(built, name):
            with progress(projection.name) as bar:
                record.rebuild(built, projection, bar)


@app.command()
def verify() -> None:
    """Recompute every leaf and every tree head of the record."""
    from hub.commands import record

    with house() as built, progress("verifying") as bar:
        reached = record.verify(built, bar)
    typer.echo(f"sound: {reached.total} events, position {reached}")

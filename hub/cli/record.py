"""`tvaerspor replay`, `verify` and `projections …`: the record, read again from its first event."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.context import AsJson, hub, progress
from hub.errors import EvidenceBroken, Unreadable

app = typer.Typer()
projections = typer.Typer(no_args_is_help=True, help="Read models.")


@app.command()
def replay(
    case: Annotated[str | None, typer.Option(help="A case id.")] = None,
    cpr_from: Annotated[
        Path | None,
        typer.Option("--citizen-file", help="A file with what the citizen is known by; '-' is standard input."),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Discloser or recipient: kind/unit@organisation.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Acts from this day on, or this moment.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Acts up to this day's end, or before this moment.")] = None,
    basis: Annotated[str | None, typer.Option(help="An id of the law catalogue, as `law list` shows.")] = None,
    outcome: Annotated[str | None, typer.Option(help="made, refused, received or joined")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="By what was on record at this day's end.")] = None,
    legal_time: Annotated[bool, typer.Option("--legal-time", help="With --as-of: by what held then.")] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A sheet for a Danish Excel: semicolons, UTF-8.")] = False,
) -> None:
    """List every disclosure and refusal, and who joined by her number.

    A day (2025-04-07) is a whole Danish day: --from counts from its
    beginning, --to and --as-of to its end. A moment states its zone
    (2025-04-07T10:00+02:00) and is taken as it is.

    A citizen is known by a CPR number, an X-eCPR, a foreign number
    (SE|19890511-TEST) or a name and a date of birth (name, 1990-02-28).

    The acts are a table where there are 180 columns, else a block each.
    The sheet of --csv holds Danish time without a zone, and the consents
    behind an act, as they stood then, in columns of their own.
    """
    from hub.cli.actions import record
    from hub.cli.output.acts import write_lines

    if as_json and as_csv:
        raise Unreadable("either --json or --csv", field="--csv")
    asked = record.asked(case, cpr_from, unit, since, until, basis, outcome, as_of, legal_time)
    with hub() as services, progress("folding") as bar:
        replayed = record.replay(services, asked, bar)
    write_lines(replayed.lines, as_json=as_json, as_csv=as_csv)
    if replayed.damaged:
        typer.echo(f"{replayed.damaged} damaged cases are left out; `tvaerspor verify` names the places", err=True)
        raise typer.Exit(1)


@projections.command("rebuild")
def rebuild(name: Annotated[str | None, typer.Argument(help="One projection; left out: all.")] = None) -> None:
    """Fold the whole record into the read models anew; the old answers until the new stands."""
    from hub.cli.actions import record

    with hub() as services:
        for projection in record.chosen(services, name):
            with progress(projection.name) as bar:
                record.rebuild(services, projection, bar)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Recompute every proof of the record, say what that shows and what it does not. Exit 1 when it is not sound."""
    from hub.cli.actions import record
    from hub.cli.output import proof

    try:
        with hub() as services, progress("verifying") as bar:
            heads = record.verify(services, bar)
    except EvidenceBroken as broken:
        if as_json:
            proof.write_broken(str(broken))
        raise
    proof.write_proof(heads, as_json=as_json)

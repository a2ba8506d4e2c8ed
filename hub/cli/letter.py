"""`tvaerspor letter …`: paper for people."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.context import hub, say

app = typer.Typer(no_args_is_help=True, help="Paper for people: to sign, to remind, to account.")
Out = Annotated[Path, typer.Option(help="The PDF to write; it must not be there yet.")]


@app.command("consent-form")
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
    from hub.cli.actions import letter

    with hub() as services:
        letter.write(out, letter.consent_form(services, number, unit, to or (), case, category or (), purpose, meeting))
    typer.echo(str(out))


@app.command("account")
def account(case: Annotated[str, typer.Option(help="A case id.")], out: Out) -> None:
    """What was shared about her, with whom and why, in plain Danish, for herself."""
    from hub.cli.actions import letter

    with hub() as services:
        letter.write(out, letter.account(services, case, say))
    typer.echo(str(out))


@app.command("reminder")
def reminder(
    case: Annotated[str, typer.Option(help="A case id.")],
    act: Annotated[str, typer.Option(help="The request, concern or referral that waits for an answer.")],
    out: Out,
) -> None:
    """A letter that an answer is missing."""
    from hub.cli.actions import letter

    with hub() as services:
        letter.write(out, letter.reminder(services, case, act))
    typer.echo(str(out))

"""`tvaerspor clients …`: who may call."""

from datetime import timedelta
from typing import Annotated

import typer

from hub.cli.house import house

app = typer.Typer(no_args_is_help=True, help="Who may call.")


@app.command("token")
def token(
    client: Annotated[str, typer.Option(help="The system client's name.")],
    unit: Annotated[str, typer.Option(help="kind/unit@organisation")],
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="How long it lasts.")] = 24,
) -> None:
    """Make an access token for one client and one unit."""
    from hub.commands import clients

    with house() as built:
        typer.echo(clients.token(built, client, unit, timedelta(hours=hours)))

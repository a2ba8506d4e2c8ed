"""`tvaerspor clients …`: who may call."""

from datetime import timedelta
from typing import Annotated

import typer

from hub.cli.context import hub

app = typer.Typer(no_args_is_help=True, help="Who may call.")


@app.command("token")
def token(
    client: Annotated[str, typer.Option(help="The system client's name.")],
    unit: Annotated[str, typer.Option(help="kind/unit@organisation")],
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="How long it lasts.")] = 24,
) -> None:
    """Make an access token for one client and one unit."""
    from hub.access.tokens import make_token
    from hub.cli.actions import lookup
    from hub.vocabulary.period import local_day

    with hub() as services:
        acting = lookup.acting_unit("--unit", unit, services.directory, local_day(services.clock()))
        typer.echo(make_token(services.keys.token_key(), client, acting, services.clock(), timedelta(hours=hours)))

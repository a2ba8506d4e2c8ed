"""`tvaerspor deliveries`: the letters that somebody must look at."""

from typing import Annotated

import typer

from hub.cli.context import AsJson, hub, progress

app = typer.Typer()


@app.command()
def deliveries(
    status: Annotated[
        str | None,
        typer.Option(help="queued, held, attempted, accepted, rejected, received or abandoned: every letter that is."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the letters that need a person: given up, held back, stuck, or never heard of again.

    Read from the record, so nothing is forgotten at a restart; of the whole hub, whoever sent them.
    """
    from hub.cli.actions import deliveries as command
    from hub.cli.output.deliveries import write_letters

    with hub() as services, progress("reading") as bar:
        letters = command.listed(services, status, bar)
    write_letters(letters, status, as_json=as_json)

"""`tvaerspor medcom …`: messages judged without a server."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.context import AsJson

app = typer.Typer(no_args_is_help=True, help="MedCom messages.")


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Messages as JSON; '-' is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Judge messages as the door would; a line each, nothing stored.

    Exit 1 when one is not ok, 2 when a file could not be read; the others are judged all the same.
    """
    from hub.cli.actions import medcom

    raise typer.Exit(medcom.run(files, as_json=as_json))

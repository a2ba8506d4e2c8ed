"""`tvaerspor units`: the directory."""

import typer

from hub.cli.context import AsJson, settings

app = typer.Typer()


@app.command()
def units(as_json: AsJson = False) -> None:
    """List the units of the directory: key, channel of their letters, whether they pull FHIR, name."""
    from hub.cli.actions import directory

    directory.write(directory.entries(settings()), as_json=as_json)

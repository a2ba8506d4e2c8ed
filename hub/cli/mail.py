"""`tvaerspor mail …`: keys for a trial of secure mail."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.context import settings

app = typer.Typer(no_args_is_help=True, help="Secure mail.")


@app.command("trial-keys")
def trial_keys(
    out: Annotated[Path, typer.Option(help="A new folder for keys, certificates and a directory that approves them.")],
    unit: Annotated[list[str], typer.Option(help="kind/unit@organisation; several may be named.")],
) -> None:
    """Make keys for a trial and print the settings that use them. Their root is for tests; production refuses it."""
    from hub.bootstrap import secure_mail
    from hub.bootstrap.build import directory_of
    from hub.vocabulary.organisations import Unit

    found = settings()
    directory = directory_of(found)
    made = secure_mail.make_trial(directory, map(Unit.parse, unit), out, production=found.is_production)
    for name, value in made.items():
        typer.echo(f"{name}={value}")

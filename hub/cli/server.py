"""`tvaerspor serve`, `demo`, `dispatch` and `openapi`: what runs, and what it says of itself."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.context import hub, say

app = typer.Typer()


@app.command()
def serve() -> None:
    """Run the hub. Every setting is an environment variable; docker/README.md lists them."""
    from hub.bootstrap import trial
    from hub.cli.actions import server

    with hub(trial.furnished) as services:
        if note := trial.notice(services.settings):
            say(note, style="yellow")
        server.serve(services, say)


@app.command()
def demo(out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("demo-out")) -> None:
    """Play the main job against a hub of its own, over HTTP, and leave letters, bundles and reports in a folder."""
    from hub.demo import play

    play.run(out)


@app.command()
def dispatch(
    once: Annotated[bool, typer.Option("--once", help="Move what waits, then stop.")] = False,
) -> None:
    """Open, render and carry the letters that wait."""
    from hub.bootstrap import trial
    from hub.cli.actions import server

    with hub(trial.furnished) as services:
        if not services.settings.dispatch:
            say("nothing was carried: TVAERSPOR_DISPATCH is off", style="red")
            raise typer.Exit(1)
        server.dispatch(services, once=once)


@app.command("openapi")
def describe(out: Annotated[Path, typer.Option(help="Where to write.")] = Path("openapi/hub.yaml")) -> None:
    """Write the API's description, with the examples of the folder `examples` beside it, and what FHIR can do."""
    from hub.cli.actions import openapi

    out.write_text(openapi.description(out.parent / "examples"), encoding="utf-8")
    beside = out.with_name("capability-statement.json")
    beside.write_text(openapi.capabilities(), encoding="utf-8")
    typer.echo(f"{out}\n{beside}")

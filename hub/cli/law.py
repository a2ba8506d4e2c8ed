"""`tvaerspor law …`: the rules – decide, list, show, ask again."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.context import AsJson, hub, progress
from hub.errors import Unreadable

app = typer.Typer(no_args_is_help=True, help="The rules: decide, list, show, ask again.")


@app.command("decide")
def decide(
    file: Annotated[Path, typer.Argument(help="Scenarios with id and facts, as YAML or JSON; '-' is stdin.")],
    as_json: AsJson = False,
    in_words: Annotated[bool, typer.Option("--explain", help="Say it in Danish and English below each line.")] = False,
) -> None:
    """Decide every scenario of a file; exit 1 when an expected block differs. Times without a zone are Danish."""
    from hub.cli.actions import law

    if as_json and in_words:
        raise Unreadable("either --json or --explain", field="--explain")
    raise typer.Exit(law.decide(file, as_json=as_json, in_words=in_words))


@app.command("list")
def list_bases(as_json: AsJson = False) -> None:
    """Every provision the hub applies."""
    from hub.cli.actions import law

    law.list_bases(as_json=as_json)


@app.command("show")
def show(basis: Annotated[str, typer.Argument(help="An id, e.g. SUL-43-1.")], as_json: AsJson = False) -> None:
    """One provision: editions, source, certainty, open points."""
    from hub.cli.actions import law

    law.show(basis, as_json=as_json)


@app.command("redecide")
def redecide(
    case: Annotated[str | None, typer.Option(help="One case; left out: the whole record.")] = None,
    rules: Annotated[str, typer.Option(help="then or now")] = "now",
    as_json: AsJson = False,
) -> None:
    """Ask every past decision again and list each difference; writes nothing. Exit 1 when there is one."""
    from hub.cli.actions import record
    from hub.cli.output.differences import write_differences

    with hub() as services, progress("deciding again") as bar:
        found = record.redecide(services, case, rules, bar)
    write_differences(found, as_json=as_json)
    raise typer.Exit(1 if found.differences else 0)

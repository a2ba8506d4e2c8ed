"""Tells the story as it happens, and keeps every line of it for the transcript."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDEST = 118
_SIGNS = {"yes": "[green]✔[/green]", "no": "[red]✘[/red]", "seen": "[cyan]▸[/cyan]"}


class Narrator:
    """Lines on the terminal: a chapter, a step, and beneath the step what came of it."""

    def __init__(self) -> None:
        self._console = Console(record=True, highlight=False)
        self._console.width = min(self._console.width, WIDEST) if self._console.is_terminal else WIDEST

    def title(self, title: str, beneath: str) -> None:
        """How the story begins."""
        self._console.print(f"\n[bold]{escape(title)}[/bold]\n{escape(beneath)}")

    def chapter(self, title: str, danish: str) -> None:
        """A new part of the story."""
        self._console.print()
        self._console.rule(f"[bold]{escape(title)}[/bold] [dim]· {escape(danish)}[/dim]", align="left", style="dim")

    def step(self, at: datetime, who: str, does: str) -> None:
        """Somebody does something; `at` is when the act took place."""
        self._line(f"[dim]{at:%a %d %b %H:%M}[/dim]", f"[bold]{escape(who)}[/bold] {escape(does)}")

    def came(self, sign: str, what: str) -> None:
        """What came of it: `sign` is yes, no or seen."""
        self._line("", f"{_SIGNS[sign]} {escape(what)}")

    def aside(self, what: str) -> None:
        """What the reader should know."""
        self._line("", f"[italic dim]{escape(what)}[/italic dim]")

    def table(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Rows of which the last column may wrap."""
        grid = Table.grid(padding=(0, 2))
        for row in rows:
            if not grid.columns:
                for column in range(len(row)):
                    grid.add_column(no_wrap=column < len(row) - 1)
            grid.add_row(*map(escape, row))
        self._console.print(grid)

    def keep(self, file: Path) -> None:
        """Write down everything said so far."""
        file.write_text(self._console.export_text(clear=False), encoding="utf-8")

    def _line(self, left: str, right: str) -> None:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=16, no_wrap=True)
        grid.add_column()
        grid.add_row(left, right)
        self._console.print(grid)

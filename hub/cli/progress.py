"""How far a command has come, for whoever watches."""

from dataclasses import dataclass

from rich.progress import Progress, TaskID


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar, if anybody watches."""

    progress: Progress
    task: TaskID

    def of(self, total: int) -> None:
        """How much there is to do."""
        self.progress.update(self.task, total=total)

    def forward(self, done: int) -> None:
        """That much more is done."""
        self.progress.advance(self.task, done)

"""The bodies that the story sends: the files of openapi/examples, as they lie there."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.errors import Unreadable

FOLDER = Path(__file__).resolve().parents[2] / "openapi" / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One body, and the moment that its act took place."""

    name: str
    body: dict[str, Any]

    @property
    def at(self) -> datetime:
        """The legal time that the body states."""
        return datetime.fromisoformat(self.body["at"])

    def about(self, act: str | None) -> "Example":
        """The same, with this act's id where the body names an act."""
        return self if act is None else Example(self.name, self.body | {"act": act})

    def text(self, category: str) -> str:
        """The words under one category of the body's items."""
        return next(str(item["text"]) for item in self.body["items"] if item["category"] == category)


def read(name: str) -> Example:
    """The example of that name, without its ending."""
    file = FOLDER / f"{name}.json"
    try:
        return Example(name, json.loads(file.read_text(encoding="utf-8")))
    except OSError:
        raise Unreadable("the demo runs from the repository, beside openapi/examples", field=file.name) from None

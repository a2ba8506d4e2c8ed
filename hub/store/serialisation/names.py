"""Stable event names: the one table that says what is stored under which name, and how old shapes are read.

A name is kebab-case with a version, `disclosure-made.v1`. It is a promise: never renamed, never a Python path. An added
optional field keeps the version; a structural change raises it and adds an upcaster; a new meaning is a new event.
Upcasting happens on reading only, because stored bytes are evidence.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

Json = dict[str, Any]
Upcaster = Callable[[Json], Json]
_KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class EventType:
    """One line of the table: the name without version, the newest class, and how older versions are lifted to it.

    `upcasters[0]` lifts the JSON object of v1 to v2, and so on: one per version before the newest. An event
    `under_audit_key` survives the destruction of the case's key.
    """

    name: str
    event: type
    version: int = 1
    upcasters: tuple[Upcaster, ...] = ()
    under_audit_key: bool = False

    def __post_init__(self) -> None:
        if not _KEBAB.fullmatch(self.name):
            raise TypeError(f"{self.name}: an event name is kebab-case without a version")
        if not is_dataclass(self.event):
            raise TypeError(f"{self.name}: {self.event.__name__} is not a dataclass")
        if len(self.upcasters) != self.version - 1:
            raise TypeError(f"{self.name}.v{self.version} needs {self.version - 1} upcasters")

    def stored_as(self, version: int) -> str:
        """The stored name of one version."""
        return f"{self.name}.v{version}"

    @property
    def newest(self) -> str:
        """The name under which the event is stored today."""
        return self.stored_as(self.version)


@dataclass(frozen=True, slots=True)
class StoredName:
    """What reading needs to know about one stored name."""

    type: EventType
    upcasters: tuple[Upcaster, ...]

    def lift(self, body: Json) -> Json:
        """The JSON object of this stored version in its newest shape."""
        for upcaster in self.upcasters:
            body = upcaster(body)
        return body


class EventNames:
    """The table, looked up both ways. Two events cannot share a name, nor one class two names."""

    def __init__(self, types: Iterable[EventType]) -> None:
        self._by_class: dict[type, EventType] = {}
        self._by_name: dict[str, StoredName] = {}
        for type_ in types:
            self._add(type_)

    def _add(self, event_type: EventType) -> None:
        if event_type.event in self._by_class or event_type.newest in self._by_name:
            raise TypeError(f"{event_type.newest} or its class stands twice in the table")
        self._by_class[event_type.event] = event_type
        for version in range(1, event_type.version + 1):
            self._by_name[event_type.stored_as(version)] = StoredName(event_type, event_type.upcasters[version - 1 :])

    @property
    def types(self) -> tuple[EventType, ...]:
        """Every line of the table, in its order."""
        return tuple(self._by_class.values())

    @property
    def stored(self) -> Mapping[str, StoredName]:
        """Every name that may stand in the record, old versions included."""
        return self._by_name

    def of(self, event: type) -> EventType:
        """The line of one event class; a class without a name cannot be stored (`TypeError`)."""
        try:
            return self._by_class[event]
        except KeyError:
            raise TypeError(f"{event.__name__} has no name in the table of events") from None

    def names_of(self, *events: type) -> tuple[str, ...]:
        """All stored names of these event classes, old versions included: what `Record.scan` takes as `names`."""
        lines = [self.of(event) for event in events]
        return tuple(line.stored_as(version) for line in lines for version in range(1, line.version + 1))

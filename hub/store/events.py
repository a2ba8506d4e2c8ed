"""The table of events: what is stored under which name (see hub.store.names for what a line promises)."""

from hub.store.names import EventNames, EventType

TYPES: tuple[EventType, ...] = ()

NAMES = EventNames(TYPES)

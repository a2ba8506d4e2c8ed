"""What a handler asks for by its type (FastAPI's `Depends`): who calls, and what answers are made of.

No other module reaches into the app. The functions are coroutines that wait for nothing: for any other, FastAPI would
take a thread.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from hub.access.gate import Gate
from hub.application.citizen_search import CitizenSearch
from hub.application.command_handler import CommandHandler
from hub.application.read_log import ReadLog
from hub.bootstrap.services import Services
from hub.bootstrap.workers import Workers
from hub.errors import HubError
from hub.store import Record
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit


class Behind(HubError):
    """A read model has not taken yet what is recorded."""


@dataclass(frozen=True, slots=True)
class Served:
    """What every door of one app shares."""

    services: Services
    workers: Workers
    gate: Gate
    municipalities: frozenset[str]


def served(workers: Workers) -> Served:
    """What the doors share, made of what runs."""
    services = workers.services
    units = [address.unit for address in services.directory.all()]
    return Served(
        services=services,
        workers=workers,
        gate=Gate(services.keys.token_key(), services.directory, services.clock),
        municipalities=frozenset(unit.organisation for unit in units if unit.kind == "kommune"),
    )


def served_at(request: Request) -> Served:
    """The same, from any request."""
    found: Served = request.app.state.served
    return found


class RequestContext:
    """One request that has passed the gate."""

    __slots__ = ("actor", "request", "served")

    def __init__(self, request: Request) -> None:
        self.request, self.served = request, served_at(request)
        self.actor: Actor = request.state.actor

    @property
    def unit(self) -> Unit:
        """The unit that the token speaks for."""
        return self.actor.unit

    @property
    def services(self) -> Services:
        """The parts of the hub."""
        return self.served.services

    @property
    def handler(self) -> CommandHandler:
        """Where commands go, and the cases as they stand."""
        return self.served.services.command_handler

    @property
    def record(self) -> Record:
        """What is recorded."""
        return self.served.services.record

    @property
    def reads(self) -> ReadLog:
        """Where look-ups are recorded."""
        return self.served.services.read_log

    @property
    def searches(self) -> CitizenSearch:
        """Where a citizen is looked for by her number."""
        return self.served.services.citizen_search

    @property
    def fhir_base(self) -> str:
        """Where the FHIR doors are, as the world knows them."""
        return f"{self.services.settings.server.public_url}/fhir"

    def up_to_date(self) -> None:
        """The read models hold everything recorded by now, or `Behind`: half an answer would look whole."""
        if not self.served.workers.caught_up():
            raise Behind


async def served_here(request: Request) -> Served:
    """For the doors without a gate."""
    return served_at(request)


async def context_of(request: Request) -> RequestContext:
    """For every other door."""
    return RequestContext(request)


Open = Annotated[Served, Depends(served_here)]
Context = Annotated[RequestContext, Depends(context_of)]

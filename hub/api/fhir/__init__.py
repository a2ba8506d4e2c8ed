"""FHIR R4 doors (`/fhir`): what the hub does, and the message bundles that a unit pulls."""

from fastapi import APIRouter

from hub.api.fhir import inbox, metadata

router = APIRouter()
for each in (metadata.router, inbox.router):
    router.include_router(each)

"""FHIR R4 doors (`/fhir`): what the hub does, the resources of cases, and the message bundles that a unit pulls."""

from fastapi import APIRouter

from hub.api.fhir import binaries, bundle_pull, metadata, organisations, resources

router = APIRouter()
for module in (metadata, bundle_pull, organisations, binaries, resources):
    router.include_router(module.router)

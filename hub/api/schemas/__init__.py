"""What the doors answer, described for clients: the shapes stand in the OpenAPI file and are held against real answers.

The answers themselves are made by hub.api.v1.presenter from the events; nothing is validated twice at run time. A field
with a default may be missing: it is left out where this unit was not told.
"""

from hub.api.schemas.act import Decided, Recorded
from hub.api.schemas.case import CaseSeen, Events, Obligations, Search
from hub.api.schemas.lists import Bases, Basis, Letters, Live, Parked, Ready, Register, Units

__all__ = ["ANSWERS", "Recorded"]
ANSWERS: dict[str, type] = {
    "post /v1/cases/search": Search,
    "get /v1/cases/{case}": CaseSeen,
    "get /v1/cases/{case}/events": Events,
    "get /v1/cases/{case}/obligations": Obligations,
    "post /v1/decisions": Decided,
    "get /v1/compliance/disclosures": Register,
    "get /v1/deliveries": Letters,
    "get /v1/parked-messages": Parked,
    "get /v1/units": Units,
    "get /v1/law/bases": Bases,
    "get /v1/law/bases/{basis}": Basis,
    "get /health/live": Live,
    "get /health/ready": Ready,
}

"""What the doors answer, described for clients: the shapes stand in the OpenAPI file and are held against real answers.

The answers themselves are made by hub.api.v1.presenter from the events; nothing is validated twice at run time. A field
with a default may be missing: it is left out where this unit was not told.
"""

from hub.api.schemas.act import DecisionAnswer, RecordedAnswer
from hub.api.schemas.case import CaseAnswer, CaseSearchAnswer, EventsAnswer, ObligationsAnswer
from hub.api.schemas.lists import (
    BasesAnswer,
    BasisAnswer,
    DeliveriesAnswer,
    DisclosureRegisterAnswer,
    LiveAnswer,
    ParkedMessagesAnswer,
    ReadyAnswer,
    UnitsAnswer,
)

__all__ = ["ANSWERS", "RecordedAnswer"]
ANSWERS: dict[str, type] = {
    "post /v1/cases/search": CaseSearchAnswer,
    "get /v1/cases/{case}": CaseAnswer,
    "get /v1/cases/{case}/events": EventsAnswer,
    "get /v1/cases/{case}/obligations": ObligationsAnswer,
    "post /v1/decisions": DecisionAnswer,
    "get /v1/compliance/disclosures": DisclosureRegisterAnswer,
    "get /v1/deliveries": DeliveriesAnswer,
    "get /v1/parked-messages": ParkedMessagesAnswer,
    "get /v1/units": UnitsAnswer,
    "get /v1/law/bases": BasesAnswer,
    "get /v1/law/bases/{basis}": BasisAnswer,
    "get /health/live": LiveAnswer,
    "get /health/ready": ReadyAnswer,
}

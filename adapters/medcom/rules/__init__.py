"""Every rule of MedCom that the models do not check, one for each row of the guide, by message.

ALL is what `tvaerspor medcom check` and the door judge by; ids are part of the hub's contract.
"""

from adapters.medcom import systems
from adapters.medcom.rule import Rule
from adapters.medcom.rules import (
    acknowledgement,
    bundle,
    care_communication,
    hospital_notification,
    parties,
    payload,
    provenance,
)

EVERYWHERE: tuple[Rule, ...] = (*bundle.RULES, *parties.RULES, *provenance.RULES)
OF_EVENT: dict[str, tuple[Rule, ...]] = {
    systems.CARE_EVENT: (*EVERYWHERE, *care_communication.RULES, *payload.RULES),
    systems.HOSPITAL_EVENT: (*EVERYWHERE, *hospital_notification.RULES),
    systems.ACK_EVENT: (*EVERYWHERE, *acknowledgement.RULES),
}
ALL: tuple[Rule, ...] = tuple(dict.fromkeys(rule for rules in OF_EVENT.values() for rule in rules))

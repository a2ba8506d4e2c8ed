"""Name and address protection (navne- og adressebeskyttelse): to whom a protected address may go.

CPR-loven § 28: what the register holds of her name and address is not given to private persons; public authorities may
have it. Her name goes with every act, on the act's own hjemmel. A practice, an organisation and a private person are
told that she is protected, and nothing of where she lives.
"""

from dataclasses import replace

from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit

AUTHORITIES = ("kommune", "hospital", "ankestyrelsen", "other_authority")  # a kind that is not named is private


def as_told_to(recipient: Unit, citizen: Citizen) -> Citizen:
    """The woman as a letter to this unit names her: a protected address goes to authorities only."""
    if citizen.protected and recipient.kind not in AUTHORITIES:
        return replace(citizen, address="")
    return citizen

"""The base a message may be presumed to rest on when its sender's system states none.

A MedCom message names no provision. What the hub passes on from one unit to another is a disclosure all the same
(ADR 0009): between health persons it is taken for part of the treatment now under way, sundhedsloven § 41, stk. 2,
nr. 1, unless the woman has said no to it (§ 41, stk. 3; rule R24). Between any others nothing is presumed: the sender
states a base, or the message waits.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hub.domain.case import Case
from hub.domain.consent import Consents
from hub.domain.disclosure import DisclosureRefused, Passing, judge, refusal
from hub.domain.message import IncomingEvent
from hub.domain.ruling import Ruling
from hub.law import frabedelse, samtykkegiver
from hub.law.facts import Facts, Flags, Subject
from hub.vocabulary.period import local_day

PRESUMED, TREATMENT = "SUL-41-2-1", "behandling"


@dataclass(frozen=True, slots=True)
class StatedBase:
    """What a sender says that its message rests on: a provision of the catalogue, and what it passes on for what.

    `at` is when it lets the message pass: the moment that the law is asked for.
    """

    at: datetime
    basis: str
    purpose: str
    categories: tuple[str, ...] = ()
    discloser_role: str | None = None
    flags: Flags = field(default_factory=Flags)


def presumed(message: IncomingEvent, case: Case | None) -> Ruling:
    """What the law says of a message whose base is presumed; `case` is what it is about, None while nobody knows.

    What the sender knows of her consents counts, and nothing else.
    """
    known = case.consents.known_to(message.by) if case else Consents()
    citizen = case.course.citizen if case else None
    asked = _asked(message, StatedBase(message.at, PRESUMED, TREATMENT, flags=Flags(current_course=True)))
    ruling = judge(asked, citizen, known)
    if not _said_no(ruling.facts, known):
        return ruling
    return judge(replace(asked, flags=replace(asked.flags, opted_out=True)), citizen, known)


def stated(message: IncomingEvent, base: StatedBase, case: Case) -> Ruling:
    """What the law says of it on the base that its sender states."""
    return judge(_asked(message, base), case.course.citizen, case.consents.known_to(message.by))


def refused(key: UUID, message: IncomingEvent, base: StatedBase, ruling: Ruling) -> DisclosureRefused:
    """The event that says no to the sender's base."""
    return refusal(key, message.by, _asked(message, base), ruling)


def _asked(message: IncomingEvent, base: StatedBase) -> Passing:
    return Passing(
        act="videregivelse",
        initiative="discloser",
        discloser=message.by,
        recipient=message.recipient,
        at=base.at,
        basis=base.basis,
        purpose=base.purpose,
        categories=base.categories,
        subject=Subject("gravid"),
        discloser_role=base.discloser_role,
        flags=base.flags,
    )


def _said_no(facts: Facts, consents: Consents) -> bool:
    """Does a no of hers stand between these parties? A yes given later to the same lifts it (rule R24)."""
    noes = frabedelse.standing(facts, samtykkegiver.age(facts, local_day(facts.at)))
    return _asked_in_vain(facts, consents) or any(not _lifted(facts, category, no) for category, no in noes.items())


def _lifted(facts: Facts, category: str, no: datetime) -> bool:
    return any(
        yes.given_at > no
        and yes.withdrawn_at is None
        and category in yes.categories
        and facts.discloser in yes.disclosers
        and facts.recipient in yes.recipients
        for yes in facts.consents
    )


def _asked_in_vain(facts: Facts, consents: Consents) -> bool:
    """Did she decline when she was asked, and has she said yes to nothing? (With a yes, the law hears both.)"""
    asked = () if consents.given else consents.declined.values()
    return any(
        (not no.terms.disclosers or facts.discloser in no.terms.disclosers)
        and (not no.terms.recipients or facts.recipient in no.terms.recipients)
        and (not no.terms.purposes or facts.purpose in no.terms.purposes)
        for no in asked
    )

"""Passing information on (videregivelse): asked of the law, then made or refused; both are evidence.

Every act that carries information out of one unit and into another goes through `judge`, whichever matter it belongs
to: disclosure, referral, concern, request, answer, receipt, feedback. A withdrawal already stored stops every such act
stored after it that relies on the consent, whatever moment the act claims (see hub.domain.consent).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hub.domain.consent import Consents
from hub.domain.message import Following
from hub.domain.ruling import Ruling, rule
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound, Unreadable
from hub.law.facts import Facts, Flags, Notification, Request, Subject
from hub.vocabulary.information import Citizen, Item, categories
from hub.vocabulary.organisations import Unit

THE_WOMAN = ("gravid", "mor")  # one woman, before and after the birth (rule R17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What one unit would pass on to another, and what it relies on: an act before the law has been asked."""

    act: str
    initiative: str
    discloser: Unit
    recipient: Unit
    at: datetime
    basis: str | None
    purpose: str
    categories: tuple[str, ...]
    subject: Subject
    discloser_role: str | None = None
    request: Request | None = None
    notification: Notification | None = None
    flags: Flags = field(default_factory=Flags)


def judge(passing: Passing, citizen: Citizen | None, consents: Consents) -> Ruling:
    """Ask the law whether this may be passed on, with the consents of the case as they are stored.

    What is passed on here is about somebody: her letter names her, whatever the sender says of it (rule R23). `citizen`
    is None for a message about nobody that a case is known of.
    """
    her_own = citizen is not None and passing.subject.role in THE_WOMAN
    flags = replace(passing.flags, birth_date=citizen.birth_date) if citizen and her_own else passing.flags
    flags = replace(flags, identifiable=True) if flags.identifiable is False else flags
    facts = Facts(
        at=passing.at,
        act=passing.act,
        initiative=passing.initiative,
        discloser=passing.discloser,
        discloser_role=passing.discloser_role,
        recipient=passing.recipient,
        subject=passing.subject,
        basis_invoked=passing.basis,
        purpose=passing.purpose,
        categories=passing.categories,
        consents=consents.as_law(at=passing.at, discloser=passing.discloser, recipient=passing.recipient),
        request=passing.request,
        notification=passing.notification,
        flags=flags,
    )
    return rule(facts)


def granted(items: tuple[Item, ...], ruling: Ruling) -> tuple[Item, ...]:
    """The items that may go once the law has permitted; what it withheld is not kept."""
    return tuple(item for item in items if item.category in ruling.decision.passes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclose:
    """Pass information on, of one's own accord."""

    disclosure: UUID
    at: datetime
    by: Unit
    passing: Passing
    items: tuple[Item, ...]
    already_made: bool = False
    follows: Following | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDisclosure:
    """Send the same receiver a correction; the first words stay on record (rule R26)."""

    correction: UUID
    disclosure: UUID
    at: datetime
    by: Unit
    items: tuple[Item, ...]
    already_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InformCitizen:
    """Register that the citizen was told what was passed on (orientering)."""

    about: UUID
    at: datetime
    by: Unit
    how: str
    reaction: str = ""


DisclosureCommand = Disclose | CorrectDisclosure | InformCitizen


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureMade:
    """Information was passed on: the words, to whom, on which hjemmel, and why that was lawful.

    `follows` says that it goes as the reply to a message that came, or forwards one.
    """

    disclosure: UUID
    at: datetime
    by: Unit
    recipient: Unit
    purpose: str
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    follows: Following | None = None
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The disclosure."""
        return self.disclosure


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRefused:
    """An act had no hjemmel: what was asked, which provision answered, and what to do next. Nothing was passed on."""

    disclosure: UUID
    at: datetime
    by: Unit
    recipient: Unit
    purpose: str
    ruling: Ruling
    already_made: bool = False

    @property
    def known_as(self) -> UUID:
        """The disclosure."""
        return self.disclosure


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureCorrected:
    """What was passed on before is corrected; both stand."""

    correction: UUID
    disclosure: UUID
    at: datetime
    by: Unit
    recipient: Unit
    purpose: str
    items: tuple[Item, ...]
    ruling: Ruling
    already_made: bool = False
    registered: Ruling | None = None

    @property
    def known_as(self) -> UUID:
        """The correction."""
        return self.correction


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenInformed:
    """The citizen was told about an act, how, and what she said."""

    about: UUID
    at: datetime
    by: Unit
    how: str
    reaction: str = ""

    @property
    def known_as(self) -> UUID:
        """The about."""
        return self.about


DisclosureEvent = DisclosureMade | DisclosureRefused | DisclosureCorrected | CitizenInformed


@dataclass(frozen=True, slots=True)
class Disclosures:
    """What has been passed on in a case, and what was refused. `acts` names every act the citizen may be told about."""

    made: Mapping[UUID, DisclosureMade] = field(default_factory=dict)
    acts: Mapping[UUID, Unit] = field(default_factory=dict)

    def __getitem__(self, disclosure: UUID) -> DisclosureMade:
        try:
            return self.made[disclosure]
        except KeyError:
            raise NotFound("no such disclosure on this case") from None


def require_another(recipient: Unit, by: Unit) -> None:
    """Nothing is passed on to oneself: `Unreadable` for an act whose receiver is the unit that makes it."""
    if recipient == by:
        raise Unreadable("another unit than the acting one", field="recipient", source="sundhedsloven § 40")


def refusal(key: UUID, by: Unit, passing: Passing, ruling: Ruling, *, already_made: bool = False) -> DisclosureRefused:
    """The event that says no to `by`, for any act."""
    return DisclosureRefused(
        disclosure=key,
        at=passing.at,
        by=by,
        recipient=passing.recipient,
        purpose=passing.purpose,
        ruling=ruling,
        already_made=already_made,
    )


def decide(
    disclosures: Disclosures, command: DisclosureCommand, citizen: Citizen, consents: Consents
) -> tuple[DisclosureEvent, ...]:
    """What the command adds to the record: made, refused, corrected, told."""
    match command:
        case Disclose():
            return (_disclose(command, citizen, consents),)
        case CorrectDisclosure():
            return (_correct(disclosures[command.disclosure], command, citizen, consents),)
        case InformCitizen(about=about, by=by):
            if disclosures.acts.get(about) != by:
                raise NotFound("no such act of this unit on this case")
            return (CitizenInformed(about=about, at=command.at, by=by, how=command.how, reaction=command.reaction),)
        case _:
            assert_never(command)


def evolve(disclosures: Disclosures, event: DisclosureEvent) -> Disclosures:
    """The disclosures as they stand after one more event."""
    match event:
        case DisclosureMade(disclosure=key, by=by):
            return Disclosures({**disclosures.made, key: _remembered(event)}, {**disclosures.acts, key: by})
        case DisclosureCorrected(correction=key, by=by):
            return told_about(disclosures, key, by)
        case DisclosureRefused() | CitizenInformed():
            return disclosures
        case _:
            assert_never(event)


def handed_on(disclosures: Disclosures, heir: Heir) -> Disclosures:
    """The same, with whoever stands now for those that told and were told; what the law was asked stays as it was."""
    return replace(
        disclosures,
        made={
            key: replace(made, by=heir(made.by), recipient=heir(made.recipient))
            for key, made in disclosures.made.items()
        },
        acts={act: heir(unit) for act, unit in disclosures.acts.items()},
    )


def _remembered(event: DisclosureMade) -> DisclosureMade:
    """As later acts are judged by it: its documents stay in the record, and out of every case that is held ready."""
    return replace(event, items=tuple(replace(item, attachment=None) for item in event.items))


def told_about(disclosures: Disclosures, act: UUID, by: Unit) -> Disclosures:
    """An act of another matter (concern, answer) is one the citizen may be told about as well."""
    return replace(disclosures, acts={**disclosures.acts, act: by})


def _disclose(command: Disclose, citizen: Citizen, consents: Consents) -> DisclosureMade | DisclosureRefused:
    require_another(command.passing.recipient, command.by)
    ruling = judge(command.passing, citizen, consents)
    if not ruling.permits:
        return refusal(command.disclosure, command.by, command.passing, ruling, already_made=command.already_made)
    return DisclosureMade(
        disclosure=command.disclosure,
        at=command.at,
        by=command.by,
        recipient=command.passing.recipient,
        purpose=command.passing.purpose,
        items=granted(command.items, ruling),
        ruling=ruling,
        already_made=command.already_made,
        follows=_followed(command, ruling),
    )


def _followed(command: Disclose, ruling: Ruling) -> Following | None:
    """A message is forwarded whole or not at all: when the law holds back a category, the rest goes by itself."""
    forwards = command.follows is not None and command.follows.how == "forward"
    whole = set(categories(command.items)) <= set(ruling.decision.passes)
    return None if forwards and not whole else command.follows


def _correct(
    first: DisclosureMade, command: CorrectDisclosure, citizen: Citizen, consents: Consents
) -> DisclosureCorrected | DisclosureRefused:
    """A correction is a new act on the base of the first, judged at its own moment."""
    if first.by != command.by:
        raise NotFound("no such disclosure of this unit on this case")
    facts = first.ruling.facts
    outside = set(categories(command.items)) - set(categories(first.items))
    if outside:
        raise Contradiction("a correction holds only categories that were passed on", code="correction-adds")
    passing = Passing(
        act=facts.act,
        initiative=facts.initiative,
        discloser=facts.discloser,
        recipient=facts.recipient,
        at=command.at,
        basis=facts.basis_invoked,
        purpose=facts.purpose,
        categories=categories(command.items),
        subject=facts.subject,
        discloser_role=facts.discloser_role,
        request=facts.request,
        notification=facts.notification,
        flags=facts.flags,
    )
    ruling = judge(passing, citizen, consents)
    if not ruling.permits:
        return refusal(command.correction, command.by, passing, ruling, already_made=command.already_made)
    return DisclosureCorrected(
        correction=command.correction,
        disclosure=first.disclosure,
        at=command.at,
        by=command.by,
        recipient=first.recipient,
        purpose=first.purpose,
        items=granted(command.items, ruling),
        ruling=ruling,
        already_made=command.already_made,
    )

"""The parts that bodies of acts share: whose information, on which basis, under which circumstances."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from hub.api.fields import Body, CarriedBody, Code, Flag, Items, UnitName, complain
from hub.api.schemas.codes import Abuse, ConsentSought, NoticeChannel, SubjectRole
from hub.api.v1.perform import items
from hub.domain.disclosure import THE_WOMAN, Passing
from hub.errors import Unreadable
from hub.law import catalogue
from hub.law.facts import Flags, Notification, Subject
from hub.law.parse import flags as parse_flags
from hub.vocabulary.information import categories
from hub.vocabulary.organisations import Unit


def _known_basis(value: Any) -> Any:
    if value is not None and (not isinstance(value, str) or catalogue.find(value) is None):
        raise complain("an id of the law catalogue (GET /v1/law/bases, hub/law/catalogue.toml)", "law catalogue")
    return value


def _flags(value: Any) -> Flags:
    if isinstance(value, Flags):
        return value
    if not isinstance(value, dict):
        raise complain("an object of circumstances, see hub/law/README.md")
    try:
        return parse_flags(value, "")
    except Unreadable as complaint:
        raise complain(complaint.rule, complaint.source, at=complaint.field) from None


Basis = Annotated[
    str | None,
    BeforeValidator(_known_basis),
    WithJsonSchema({"type": ["string", "null"], "description": "what the sender relies on", "examples": ["SUL-43-1"]}),
]
FlagsBody = Annotated[Flags, BeforeValidator(_flags)]


class SubjectBody(Body):
    """Whose information it is. The woman's own age is read from her CPR number."""

    role: SubjectRole
    age: Annotated[int, Field(ge=0, le=130, strict=True)] | None = None

    def subject(self) -> Subject:
        """As the law knows it."""
        return Subject(self.role.value, None if self.role in THE_WOMAN else self.age)


class NotificationBody(Body):
    """How an underretning came about."""

    consent_sought: ConsentSought
    abuse_suspected: Flag = False
    balancing_recorded: Flag = False
    parents_informed: Flag = False
    acute: Flag = False
    channel: NoticeChannel = NoticeChannel.WRITTEN
    abuse: Abuse | None = Field(
        None, description="left out: a suspicion is read as one of a parent (barnets lov § 133, stk. 1, nr. 4)"
    )

    def notification(self) -> Notification:
        """As the law knows it."""
        return Notification(
            consent_sought=self.consent_sought.value,
            abuse_suspected=self.abuse_suspected,
            balancing_recorded=self.balancing_recorded,
            parents_informed=self.parents_informed,
            acute=self.acute,
            channel=self.channel.value,
            abuse=self.abuse.value if self.abuse else None,
        )


class PassingBody(CarriedBody):
    """What is to be passed on, to whom, and on what."""

    recipient: UnitName
    subject: SubjectBody = SubjectBody(role=SubjectRole.GRAVID)
    basis: Basis = None
    purpose: Code
    items: Items
    flags: FlagsBody = Field(default_factory=Flags)

    def passing(self, acting: Unit, act: str, notification: Notification | None = None) -> Passing:
        """The act as the domain asks the law about it."""
        return Passing(
            act=act,
            initiative="discloser",
            discloser=acting,
            discloser_role=self.role,
            recipient=self.recipient,
            at=self.at,
            basis=self.basis,
            purpose=self.purpose,
            categories=categories(items(self.items)),
            subject=self.subject.subject(),
            notification=notification,
            flags=self.flags,
        )

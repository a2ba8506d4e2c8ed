"""What every answer is made of, and what an act and a question to the law are answered with."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hub.law.hjemmel import DutyCode, Outcome, Reason

UnitText = Annotated[str, Field(description="kind/unit@organisation")]
DueText = Annotated[
    dict[DutyCode, str],
    Field(
        description="duty to its latest moment: Danish local time (Europe/Copenhagen) without an offset, as the law's "
        "truth table writes it, 2024-05-08T14:30; or a Danish day, to its end, 2024-05-15. The obligations of the case "
        "hold the same moment with its offset."
    ),
]
EditionText = Annotated[
    str | None,
    Field(
        description="the first and the last day of the wording that was applied, as an ISO 8601 interval; `..` where "
        "none is known"
    ),
]


class Answer(BaseModel):
    """An answer has these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class ExplanationAnswer(Answer):
    """The same words twice."""

    da: str
    en: str


class DecisionAnswer(Answer):
    """What the law answered, whole, as its asker or author is shown it."""

    decision: Outcome
    basis: str | None
    invoked: str | None
    citation: str | None
    edition: EditionText
    gate: str | None
    reason: Reason
    duties: list[DutyCode]
    due: DueText
    granted: list[str] = Field(description="when only part may go; else empty")
    withheld: list[str]
    next_step: DutyCode | None
    successor: list[str]
    contested: bool
    contested_why: str | None
    consents: list[str]
    rules: list[str]
    rule_set: str
    explanation: ExplanationAnswer


class RecordedAnswer(Answer):
    """What an act recorded. A repeat under the same key gives the very same."""

    case: UUID
    version: int = Field(description="of the case after the act, as this unit knows it; the ETag as a number")
    id: UUID = Field(description="of what was made; a joined or opened case's own id")
    kind: str
    recorded_at: datetime
    events: list[str]
    decision: DecisionAnswer | None = Field(None, description="where the law was asked")
    retraction: UUID | None = Field(
        None, description="of a correction: what tells the receiver that the first was wrong"
    )
    looks_like: UUID | None = Field(
        None, description="an earlier letter of this unit with the same receiver and words: sent twice by mistake?"
    )

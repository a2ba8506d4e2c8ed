"""Consents (samtykke): given, confirmed, declined, withdrawn."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from hub.api.dependencies import Context
from hub.api.fields import ActBody, Code, Codes, Day, Flag, UnitName, Units, Words
from hub.api.route import RecordingRoute
from hub.api.schemas.codes import ConsentDirection, ConsentScope, StatementForm
from hub.api.v1.perform import perform
from hub.domain.case import Case
from hub.domain.consent import ConfirmConsent, DeclineConsent, GiveConsent, Terms, WithdrawConsent

router = APIRouter(prefix="/v1/cases/{case}/consents", route_class=RecordingRoute, tags=["consents"])


class ConsentBody(ActBody):
    """What she said, as forms 4.0 to 4.2 have it. `at` is when she said it."""

    given: Flag = Field(True, description="false: she was asked and said no")
    form: StatementForm
    given_by: Code = Field(examples=["gravid"])
    received_by: UnitName | None = Field(None, description="the unit that took the consent; left out: the acting unit")
    direction: ConsentDirection = ConsentDirection.VIDEREGIVE
    disclosers: Units
    recipients: Units
    categories: Codes
    purposes: Codes
    subjects: Annotated[Codes, Field(min_length=1)]
    valid_until: Day | None = Field(None, description="last usable day, if she set one")
    oral_reason: Words | None = Field(None, description="why writing was waived (sundhedsloven § 44(1))")
    journalised: Flag = False
    excludes: Codes = ()
    scope: ConsentScope | None = None
    meeting_at: Day | None = None

    def terms(self, acting: UnitName) -> Terms:
        """As the domain knows them."""
        return Terms(
            form=self.form.value,
            given_by=self.given_by,
            received_by=self.received_by or acting,
            direction=self.direction.value,
            disclosers=self.disclosers,
            recipients=self.recipients,
            categories=self.categories,
            purposes=self.purposes,
            subjects=self.subjects,
            valid_until=self.valid_until,
            oral_reason=self.oral_reason,
            journalised=self.journalised,
            excludes=self.excludes,
            scope=self.scope.value if self.scope else None,
            meeting_at=self.meeting_at,
        )


@router.post("", summary="Register a consent, or a no")
def register_consent(context: Context, case: UUID, body: ConsentBody) -> Response:
    """Given, or asked for and declined. It carries the acting unit; any other discloser confirms it first."""
    unit = context.unit
    terms = body.terms(unit)

    def make(key: UUID, _case: Case) -> GiveConsent | DeclineConsent:
        kind = GiveConsent if body.given else DeclineConsent
        return kind(key, body.at, unit, terms)

    return perform(context, case, body, make, "consent", {terms.received_by, *body.disclosers, *body.recipients})


@router.post("/{consent}/confirmation", summary="Confirm a consent that another unit registered")
def confirm_consent(context: Context, case: UUID, consent: UUID, body: ActBody) -> Response:
    """The acting unit is named as discloser, and states that she gave it: from here on it may pass on by it."""
    return perform(
        context, case, body, lambda _key, _case: ConfirmConsent(consent, body.at, context.unit), "confirmation"
    )


@router.post("/{consent}/withdrawal", summary="Register that she took a consent back")
def withdraw_consent(context: Context, case: UUID, consent: UUID, body: ActBody) -> Response:
    """No disclosure that relies on it is stored after this, whatever moment it claims.

    By the unit that registered it or one that it names as discloser; for any other there is no such consent.
    """
    return perform(
        context, case, body, lambda _key, _case: WithdrawConsent(consent, body.at, context.unit), "withdrawal"
    )

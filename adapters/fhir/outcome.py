"""OperationOutcome: how the FHIR door says that something was wrong (FHIR R4 §2.28).

No outcome holds a CPR number, a name or free text of a message: `text` names the rule, `expression` the element, and
`location` the part of the HTTP request (R4: `http.` and its name), when that was wrong and no element.
"""

from dataclasses import dataclass

import msgspec

from adapters.fhir.datatypes import CodeableConcept, Coding, Element, Narrative
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to tell. `severity` and `code` are FHIR's (issue-severity, issue-type), `expression` FHIRPath.

    `details` is a code for machines as (system, code), e.g. of MedCom's acknowledgement error codes.
    """

    severity: str
    code: str
    text: str
    expression: tuple[str, ...] = ()
    details: tuple[str, str] | None = None
    parameter: str = ""  # a header or parameter of the request, when no element is to blame


class _Issue(Element, frozen=True, kw_only=True):
    severity: str
    code: str
    details: CodeableConcept | None = None
    location: tuple[str, ...] = ()
    expression: tuple[str, ...] = ()


class OperationOutcome(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="OperationOutcome"):
    """What went wrong, or right."""

    language: str
    text: Narrative
    issue: tuple[_Issue, ...]


def operation_outcome(*issues: Issue) -> bytes:
    """The outcome as JSON; at least one issue (FHIR R4: issue 1..*)."""
    if not issues:
        raise TypeError("an OperationOutcome tells at least one issue")
    told = OperationOutcome(
        language=LANGUAGE,
        text=narrative("OperationOutcome", [(issue.severity, issue.text) for issue in issues]),
        issue=tuple(_issue(issue) for issue in issues),
    )
    return msgspec.json.encode(told)


def _issue(issue: Issue) -> _Issue:
    coding = (Coding(system=issue.details[0], code=issue.details[1]),) if issue.details else ()
    expression = tuple(legal(path) for path in issue.expression if said(path))
    return _Issue(
        severity=issue.severity,
        code=issue.code,
        details=CodeableConcept(coding=coding, text=said(issue.text)) if coding or said(issue.text) else None,
        location=(f"http.{legal(issue.parameter)}",) if said(issue.parameter) else (),
        expression=expression,
    )


INCOMPLETE = operation_outcome(
    Issue(
        "warning",
        "incomplete",
        "something may be missing: a place of the record is damaged or cannot be shown yet, and was set aside",
    )
)

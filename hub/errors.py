"""Every error the hub raises on purpose.

    HubError
    ├── Unreadable        what came in cannot be understood (names the field and the rule it breaks)
    ├── Contradiction     understood, but it cannot follow what the record already holds
    │   ├── StaleVersion      the case has moved on since the caller looked (If-Match)
    │   └── KeyReused         the same idempotency key came with another request
    ├── NotFound          nothing by that name that the caller may know of
    ├── NotPermitted      the caller may not speak for that unit, or that unit not say so
    ├── Undeliverable     it could not be carried, and trying again will not help
    │   ├── TryAgainLater     it could not be carried now
    │   └── Unsendable        it never could be: no safe way there, or too large for it (asked before it is recorded)
    └── EvidenceBroken    the record does not prove what it should

A legal no is none of these: it is an event (product.md, "The shape of the domain"). No message holds a CPR number,
a name or free text.
"""


class HubError(Exception):
    """The root; caught in two places only, hub.api.problems and hub.cli."""


class Unreadable(HubError):
    """What came in cannot be understood. `field` is where (dotted path), `rule` what was expected there."""

    def __init__(self, rule: str, *, field: str = "", source: str = "") -> None:
        super().__init__(f"{field}: {rule}" if field else rule)
        self.rule, self.field, self.source = rule, field, source

    def under(self, parent: str) -> "Unreadable":
        """The same complaint, seen from the field that holds this one."""
        path = f"{parent}.{self.field}" if self.field and not self.field.startswith("[") else f"{parent}{self.field}"
        return Unreadable(self.rule, field=path, source=self.source)


class Contradiction(HubError):
    """Understood, but it cannot follow what the record already holds. `code` is stable, kebab-case."""

    def __init__(self, detail: str, *, code: str = "contradiction", field: str = "") -> None:
        super().__init__(detail)
        self.detail, self.code, self.field = detail, code, field


class StaleVersion(Contradiction):
    """The case has moved on since the caller looked (RFC 9110 §13.1.1)."""

    def __init__(self, detail: str = "the case has moved on; read it again") -> None:
        super().__init__(detail, code="stale-version")


class KeyReused(Contradiction):
    """The same idempotency key came with another request."""

    def __init__(self, detail: str = "this Idempotency-Key was used for another request") -> None:
        super().__init__(detail, code="idempotency-key-reused", field="Idempotency-Key")


class NotFound(HubError):
    """Nothing by that name that the caller may know of. `field` says which, where a request holds several names."""

    def __init__(self, detail: str = "", *, field: str = "") -> None:
        super().__init__(detail)
        self.field = field


class NotPermitted(HubError):
    """The caller may not speak for that unit, or that unit may not say so."""


class Undeliverable(HubError):
    """It could not be carried, and trying again will not help."""


class TryAgainLater(Undeliverable):
    """It could not be carried now; the same bytes may be tried again."""


class Unsendable(Undeliverable):
    """It never could be carried: no safe way there, or too large for the one there is.

    `code` is stable, kebab-case; `field` is what of the act it concerns, `rule` what was expected there.
    """

    def __init__(self, code: str, rule: str, *, field: str) -> None:
        super().__init__(code)
        self.code, self.rule, self.field = code, rule, field


class EvidenceBroken(HubError):
    """The record does not prove what it should."""

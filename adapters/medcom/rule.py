"""What a rule is: an id, one sentence of what must hold, and a look that names the elements where it does not.

One rule stands for one row of MedCom's guide. The look gets the whole message and returns paths (FHIRPath from the
Bundle on), never what stands there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from adapters.medcom import systems
from adapters.medcom.message import Message
from hub.domain.message import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `broken` returns the paths of elements that break it; `severity` warning is told and changes nothing."""

    id: str
    says: str
    broken: Callable[[Message], Iterable[str]]
    code: str = systems.BAD_FORMAT
    severity: str = "error"

    def findings(self, message: Message) -> Iterable[Finding]:
        """One finding an element."""
        for path in self.broken(message):
            yield Finding(severity=self.severity, code=self.code, element=path, rule=self.id, says=self.says)

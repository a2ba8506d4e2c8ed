"""Where a past decision comes out otherwise when it is asked again."""

import json
from collections.abc import Sequence

from hub.api.plain import plain
from hub.redecide import Difference
from hub.vocabulary.period import COPENHAGEN


def write_differences(found: Sequence[Difference], *, as_json: bool) -> None:
    """To standard output: one line a difference, or that there is none."""
    for each in found:
        if as_json:
            print(json.dumps(plain(each), ensure_ascii=False))
        else:
            at = each.at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")
            print(f"{at}  {each.kind}  {each.case}  {each.field}: {each.then} → {each.again}")
    if not found and not as_json:
        print("every decision comes out as it did")

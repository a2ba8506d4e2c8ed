"""Where a past decision comes out otherwise when it is asked again."""

import json

from hub.compliance.reevaluation import Reevaluation
from hub.vocabulary.jsonable import plain
from hub.vocabulary.period import COPENHAGEN


def write_differences(found: Reevaluation, *, as_json: bool) -> None:
    """To standard output: one line a difference; for people also how many decisions were asked."""
    for difference in found.differences:
        if as_json:
            print(json.dumps(plain(difference), ensure_ascii=False))
        else:
            at = difference.at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")
            what = f"{difference.field}: {difference.then} → {difference.again}"
            print(f"{at}  {difference.kind}  {difference.case}  {what}")
    if not as_json:
        asked = f"{found.decisions} decision{'s' if found.decisions != 1 else ''} asked again"
        print(f"{asked}: {'see above' if found.differences else 'nothing comes out otherwise'}")

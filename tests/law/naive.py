"""A second reading of the consent rules, slow and plain, to hold beside hub.law.samtykke.

Written from the rules R02 to R08, R16, R17, R24 and R27 alone: no catalogue, no shared helpers, every day and every
statement walked through one by one. It says which categories pass, on whose consents, or why nothing does.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.law.facts import ConsentFact, Facts
from hub.vocabulary.organisations import Unit

PRECEDENCE = [
    f"CONSENT_{end}"
    for end in (
        *("NOT_YET_GIVEN", "WITHDRAWN", "EXPIRED", "WRONG_DIRECTION", "GIVEN_TO_WRONG_PARTY", "GIVER_INCOMPETENT"),
        *("CUSTODY_CONFLICT", "NOT_SPECIFIC", "WRONG_SUBJECT", "WRONG_DISCLOSER", "WRONG_RECIPIENT", "WRONG_PURPOSE"),
        *("WRONG_CATEGORY", "ORAL_NO_REASON", "MISSING"),
    )
]


def naive(facts: Facts) -> tuple[dict[str, set[str]], str | None]:
    """Category to the ids of the consents that carry it; and, when nothing passes, the reason."""
    spoken = [c for c in facts.consents if c.form != "tacit"]
    sound = {c.id for c in spoken if not complaints(c, facts)}
    alive = after_all_statements(facts)
    carried = {cat: {c for c in alive.get(cat, set()) if c in sound} for cat in facts.categories}
    carried = {cat: ids for cat, ids in carried.items() if ids}
    if carried:
        return carried, None
    if not spoken:
        return {}, "CONSENT_MISSING"
    ranked = []
    for position, c in enumerate(spoken):
        mentions = [cat for cat in facts.categories if cat in c.categories or cat in c.excludes]
        found = set(complaints(c, facts))
        if not found and mentions:
            return {}, "CONSENT_WITHDRAWN"
        if not mentions:
            found |= {"CONSENT_WRONG_CATEGORY"} if c.categories else set()
        elif not any(c.id in alive.get(cat, set()) for cat in facts.categories):
            found.add("CONSENT_WITHDRAWN")
        age = facts.at - c.given_at
        ranked.append((len(found), age, position, min(found, key=PRECEDENCE.index)))
    return {}, sorted(ranked)[0][3]


def after_all_statements(facts: Facts) -> dict[str, set[str]]:
    """Every yes and every no in the order they were said, up to the act; a no wins over a yes of the same moment."""
    said: list[tuple[datetime, int, str, str]] = []
    for c in facts.consents:
        said += [(c.given_at, 0, category, c.id) for category in c.categories]
        if heard(c, facts):
            said += [(c.given_at, 1, category, c.id) for category in c.excludes]
        if c.withdrawn_at is not None and heard(c, facts) and about_this_act(c, facts):
            said += [(c.withdrawn_at, 1, category, c.id) for category in c.categories]
    alive: dict[str, set[str]] = {}
    for moment, is_no, category, consent in sorted(said):
        if is_no and moment <= facts.at:
            alive[category] = set()
        if not is_no:
            alive.setdefault(category, set()).add(consent)
    return alive


def heard(c: ConsentFact, facts: Facts) -> bool:
    """May this person say no for this subject?"""
    role = facts.subject.role
    if c.subjects and role not in c.subjects:
        return False
    if grown(facts) or role == "kommende_barn":
        return c.given_by == "-" or c.given_by in who_may(facts)
    return c.given_by not in ("foraelder_uden_myndighed", "plejeforaelder", "kommune")


def about_this_act(c: ConsentFact, facts: Facts) -> bool:
    """Does a withdrawal speak of these parties, this purpose, this direction? Blank speaks of all."""
    if c.direction == "indhente" and facts.act != "indhentning":
        return False
    if c.direction == "videregive" and facts.act == "indhentning":
        return False
    pairs = ((facts.discloser, c.disclosers), (facts.recipient, c.recipients), (facts.purpose, c.purposes))
    return all(not named or wanted in named for wanted, named in pairs)


def complaints(c: ConsentFact, facts: Facts) -> list[str]:
    """Everything wrong with this consent for this act, its categories apart."""
    today, found = danish_day(facts.at), []
    if c.given_at > facts.at:
        found.append("CONSENT_NOT_YET_GIVEN")
    if c.withdrawn_at is not None and not facts.at < c.withdrawn_at:
        found.append("CONSENT_WITHDRAWN")
    if not usable_on(today, c, facts):
        found.append("CONSENT_EXPIRED")
    if c.direction is not None and c.direction not in (
        "begge",
        "indhente" if facts.act == "indhentning" else "videregive",
    ):
        found.append("CONSENT_WRONG_DIRECTION")
    holders = {"SUL-43-1": ["discloser"], "SUL-41-1": ["discloser", "recipient"]}.get(str(facts.basis_invoked))
    if holders is not None and c.given_to not in holders:
        found.append("CONSENT_GIVEN_TO_WRONG_PARTY")
    if c.subjects and facts.subject.role in c.subjects and not from_before_birth(c, facts):
        if c.given_by not in who_may(facts):
            found.append("CONSENT_GIVER_INCOMPETENT")
        if protested(facts):
            found.append("CONSENT_CUSTODY_CONFLICT")
    elif c.subjects:
        found.append("CONSENT_WRONG_SUBJECT")
    sender = "fits" if facts.discloser in c.disclosers else named(c.disclosers, facts.discloser)
    receiver = named(c.recipients, facts.recipient)
    blank = [c.direction is None, not c.subjects, not c.categories, not c.purposes]
    blank += [sender == "blank", receiver == "blank", c.scope == "network_meeting" and c.meeting_at is None]
    if any(blank):
        found.append("CONSENT_NOT_SPECIFIC")
    if sender == "other":
        found.append("CONSENT_WRONG_DISCLOSER")
    if receiver == "other":
        found.append("CONSENT_WRONG_RECIPIENT")
    if c.purposes and facts.purpose not in c.purposes:
        found.append("CONSENT_WRONG_PURPOSE")
    if c.form == "oral" and facts.basis_invoked != "SUL-41-1" and (c.oral_reason or "").strip() in ("", "-"):
        found.append("CONSENT_ORAL_NO_REASON")
    return found


def danish_day(moment: datetime) -> date:
    """The date on a Danish wall calendar, by trying every offset Denmark has had since 1980."""
    copenhagen = ZoneInfo("Europe/Copenhagen")
    for hours in (1, 2):
        wall = moment.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=hours)
        if wall.replace(tzinfo=copenhagen).utcoffset() == timedelta(hours=hours):
            return wall.date()
        if wall.replace(tzinfo=copenhagen, fold=1).utcoffset() == timedelta(hours=hours):
            return wall.date()
    raise AssertionError(moment)


def usable_on(today: date, c: ConsentFact, facts: Facts) -> bool:
    """Is today among the days this consent may be used on, by its own term and the statute's?"""
    if c.valid_until is not None and today > c.valid_until:
        return False
    if c.scope == "network_meeting" and c.meeting_at is not None and today > c.meeting_at:
        return False
    if facts.basis_invoked != "SUL-43-1":
        return True
    given = danish_day(c.given_at)
    try:
        anniversary = given.replace(year=given.year + 1)
    except ValueError:
        anniversary = date(given.year + 1, 2, 28)
    return today < anniversary


def named(units: tuple[Unit, ...], wanted: Unit) -> str:
    """Whether a list of units names the wanted one: fits, other, or blank when it leaves open whom it means."""
    if wanted in units and filled_in(wanted):
        return "fits"
    if not any(filled_in(unit) for unit in units):
        return "blank"
    for unit in units:
        if not filled_in(unit) and (unit.kind, unit.organisation) == (wanted.kind, wanted.organisation):
            return "blank"
    return "other"


def filled_in(unit: Unit) -> bool:
    """A hospital, a municipality and an organisation have units; the others need none."""
    if unit.organisation == "-":
        return False
    return unit.unit != "-" or unit.kind not in ("hospital", "kommune", "ngo")


def years_old(facts: Facts) -> int | None:
    """Birthdays lived through, counted one by one."""
    born = facts.flags.birth_date
    if born is None:
        return facts.subject.age
    today, years = danish_day(facts.at), 0
    while (born.year + years + 1, born.month, born.day) <= (today.year, today.month, today.day):
        years += 1
    return years


def grown(facts: Facts) -> bool:
    """Fifteen or more; without an age, everybody but a child."""
    age = years_old(facts)
    return facts.subject.role not in ("barn", "nyfoedt") if age is None else age >= 15


def who_may(facts: Facts) -> list[str]:
    """The words for everybody who may consent for this subject."""
    role = facts.subject.role
    if role == "kommende_barn" or (role in ("gravid", "mor") and grown(facts)):
        return ["gravid", "mor"]
    if grown(facts):
        return [role]
    holder = "foraeldremyndighedsindehaver"
    may = [f"{holder}_ene", f"{holder}_bopael"]
    apart = facts.flags.parents_live_together is False
    if not apart:
        may += [f"{holder}_1", f"{holder}_2"]
    if not (apart and facts.flags.joint_custody):
        may.append(holder)
    return may


def protested(facts: Facts) -> bool:
    """Another holder of custody says no, and the child is too young to decide."""
    child = not grown(facts) and facts.subject.role != "kommende_barn"
    return child and (facts.flags.other_holder_protests is True or facts.flags.custody_holder_objects is True)


def from_before_birth(c: ConsentFact, facts: Facts) -> bool:
    """Given while the child was unborn."""
    if facts.subject.role == "nyfoedt" and c.given_by == "gravid":
        return True
    born = facts.flags.birth_date
    return facts.subject.role in ("barn", "nyfoedt") and born is not None and danish_day(c.given_at) < born

"""Who may consent, and for whom: sundhedsloven § 17, stk. 3, and the custody rules behind it (rules R16 and R17).

From fifteen the patient alone; before that a custody holder, after a split the one the child lives with, and not
against the protest of another holder. The giver has the right on the day of giving and on the day of the act: a
birthday heals nothing. The mother who gave birth holds custody until a fact says otherwise.
"""

from datetime import date

from hub.law.facts import NOT_STATED, ConsentFact, Facts, Flags
from hub.vocabulary.period import age_on, local_day

AGE_OF_CONSENT = 15  # sundhedsloven § 17, stk. 3
AGE_OF_MAJORITY = 18  # børn og unge er under 18 år (barnets lov)
THE_WOMAN = frozenset({"gravid", "mor"})  # one woman, before and after birth
THE_CHILD = frozenset({"barn", "nyfoedt"})
THE_UNBORN = "kommende_barn"

HOLDER = "foraeldremyndighedsindehaver"
RESIDENCE_HOLDER, SOLE_HOLDER = f"{HOLDER}_bopael", f"{HOLDER}_ene"
VISITED_HOLDER = f"{HOLDER}_samvaer"
_ONE_OF_TWO = frozenset({HOLDER, f"{HOLDER}_1", f"{HOLDER}_2"})
_HOLDERS = _ONE_OF_TWO | {VISITED_HOLDER}


def age(facts: Facts, day: date) -> int | None:
    """The subject's age on that day; a date of birth wins over a stated age."""
    born = facts.flags.birth_date
    return facts.subject.age if born is None else age_on(born, day)


def decides_alone(role: str, years: int | None) -> bool:
    """Is the patient old enough to consent for herself? Without an age, children are not and grown-up roles are."""
    if years is None:
        return role not in THE_CHILD
    return years >= AGE_OF_CONSENT


def is_she(giver: str, role: str) -> bool:
    """Are these two words for one person? gravid and mor are, when it is asked who gave the consent."""
    return giver == role or (giver in THE_WOMAN and role in THE_WOMAN)


def competent(role: str, years: int | None, flags: Flags) -> frozenset[str]:
    """Everybody who may consent to disclosure about this person."""
    if role == THE_UNBORN or (role in THE_WOMAN and decides_alone(role, years)):
        return THE_WOMAN
    if decides_alone(role, years):
        return frozenset({role})
    one_of_two = frozenset(holder for holder in _ONE_OF_TWO if not have_split(holder, flags))
    return one_of_two | {RESIDENCE_HOLDER, SOLE_HOLDER} | _mother(role, flags)


def _mother(role: str, flags: Flags) -> frozenset[str]:
    """She who gave birth, as a holder of custody (forældreansvarsloven §§ 6-7), unless a fact says otherwise.

    After a split nothing shows that she is the one of two whom the child lives with.
    """
    return THE_WOMAN if _holds_custody(role, flags) and not have_split(HOLDER, flags) else frozenset()


def _holds_custody(role: str, flags: Flags) -> bool:
    """Is she taken for a holder of custody of this child, wherever it lives?"""
    return role in THE_CHILD and not flags.placed and not flags.custody_with_another


def have_split(giver: str, flags: Flags) -> bool:
    """Do two holders of custody live apart, so that the one the child lives with must be named?"""
    two = giver not in THE_WOMAN | {HOLDER} or bool(flags.joint_custody)
    return two and flags.parents_live_together is False


def may_say_no(giver: str, role: str, years: int | None, flags: Flags) -> bool:
    """Does a later no by this person count? Only by one who could have given the consent (R24).

    More are heard than may consent, in case of doubt: a giver who is not stated, and for a child too young to decide
    every holder of custody, wherever the child lives (R16).
    """
    if giver == NOT_STATED or giver in competent(role, years, flags):
        return True
    too_young = role != THE_UNBORN and not decides_alone(role, years)
    return too_young and (giver in _HOLDERS or (giver in THE_WOMAN and _holds_custody(role, flags)))


def another_holder_protests(role: str, years: int | None, flags: Flags) -> bool:
    """Does a holder of custody protest, for a child too young to decide? A parent without custody cannot."""
    if role == THE_UNBORN or decides_alone(role, years):
        return False
    return bool(flags.other_holder_protests) or bool(flags.custody_holder_objects)


def given_before_birth(consent: ConsentFact, facts: Facts) -> bool:
    """Was this given while the child now spoken of was unborn? Then it does not cover the child's own journal.

    The date of birth says so; on that day itself, and where none is stated, that a newborn's mother signed as the
    pregnant woman.
    """
    role, born, given = facts.subject.role, facts.flags.birth_date, local_day(consent.given_at)
    if role in THE_CHILD and born is not None and given != born:
        return given < born
    return role == "nyfoedt" and consent.given_by == "gravid"

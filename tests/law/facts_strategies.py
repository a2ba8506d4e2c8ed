"""Random facts: acts that mostly fit, so that the rules behind the first test are reached too."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from hub.law import catalogue
from hub.law.facts import ACTS, ConsentFact, Facts, Flags, Notification, Request, Subject
from hub.vocabulary.organisations import Unit

AMBULATORY = Unit.parse("hospital/familieambulatorium@Sygehus Nord")
MATERNITY = Unit.parse("hospital/foedeafdeling@Sygehus Nord")
FAMILY_UNIT = Unit.parse("kommune/familieafdeling@Byby")
HEALTH_VISITORS = Unit.parse("kommune/sundhedspleje@Byby")
UNITS = (
    AMBULATORY,
    MATERNITY,
    FAMILY_UNIT,
    HEALTH_VISITORS,
    Unit.parse("kommune/familieafdeling@Nyby"),
    Unit.parse("kommune/-@Byby"),
    Unit.parse("kommune/familieafdeling@-"),
    Unit.parse("gp/klinik@Lægehuset"),
    Unit.parse("gp/-@Lægehuset"),
    Unit.parse("ngo/raadgivning@Hjælpen"),
    Unit.parse("private/-@Borgeren"),
    Unit.parse("other_authority/skat@Skatten"),
    Unit.parse("ankestyrelsen/-@Ankestyrelsen"),
)
CATEGORIES = (
    "rusmiddel",
    "psykisk_helbred",
    "obstetrik",
    "mor_barn_observation",
    "kvittering",
    "sag_aabnet",
    "oekonomi",
    "type_af_indsats",
)
PURPOSES = ("stoette_graviditet", "behandling", "boligansoegning", "-", "underretning")
ROLES = ("gravid", "mor", "partner", "barn", "nyfoedt", "kommende_barn")
HOLDER = "foraeldremyndighedsindehaver"
GIVERS = (
    *ROLES,
    *(HOLDER, f"{HOLDER}_1", f"{HOLDER}_2", f"{HOLDER}_ene", f"{HOLDER}_bopael", f"{HOLDER}_samvaer"),
    *("foraelder_uden_myndighed", "plejeforaelder", "kommune", "-"),
)
DIRECTIONS = ("begge", "indhente", "videregive", None)
CONSENT_BASES = ("SUL-43-1", "SUL-41-1", "FVL-28")
BASES = tuple(basis.id for basis in catalogue.bases())
CASE_TYPES = (None, "SEL-50", "BL-20", "BL-26", "SEL-voksen", "BL-27")

# Around the nights when clocks change, leap days and the change of law, a few minutes apart; else anywhere.
_CORNERS = [
    datetime(2023, 2, 28, 22, 59, tzinfo=UTC),
    datetime(2023, 12, 31, 22, 59, tzinfo=UTC),
    datetime(2024, 2, 28, 23, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 12, 0, tzinfo=UTC),
    datetime(2025, 2, 27, 23, 0, tzinfo=UTC),
    datetime(2025, 3, 30, 1, 0, tzinfo=UTC),
    datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
    datetime(2025, 10, 26, 1, 0, tzinfo=UTC),
]
moments = st.one_of(
    st.builds(
        lambda corner, minutes: corner + timedelta(minutes=minutes), st.sampled_from(_CORNERS), st.integers(-2, 2)
    ),
    st.datetimes(datetime(2022, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 – the zone is given beside it
)
days = st.dates(date(2022, 1, 1), date(2027, 1, 1))
maybe = st.sampled_from((None, True, False))


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """The usual value in most examples."""
    return st.sampled_from((usual,) * 12 + others)


def some(words: tuple[Any, ...], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few of these, in some order, each at most once."""
    return st.lists(st.sampled_from(words), max_size=most, unique=True).map(tuple)


@st.composite
def consents(draw: st.DrawFn, at: datetime, role: str, purpose: str, named: tuple[Unit, Unit]) -> ConsentFact:
    """A consent that fits an act at that time between those units, but for up to two of its elements."""
    odd: dict[str, st.SearchStrategy[Any]] = {
        "given_at": st.one_of(
            st.sampled_from((364, 365, 366, 500)).map(lambda days_before: at - timedelta(days=days_before)),
            st.integers(-3, 3).map(lambda minutes: at - timedelta(minutes=minutes)),
        ),
        "form": st.sampled_from(("oral", "tacit")),
        "given_by": st.sampled_from(GIVERS),
        "given_to": st.sampled_from(("recipient", "requester", None)),
        "direction": st.sampled_from(DIRECTIONS),
        "disclosers": some(UNITS),
        "recipients": some(UNITS),
        "categories": some(CATEGORIES[:4]),
        "purposes": st.sampled_from(((), ("behandling", "boligansoegning"))),
        "subjects": some(ROLES),
        "valid_until": st.integers(-2, 2).map(lambda later: at.date() + timedelta(days=later)),
        "withdrawn_at": st.one_of(
            st.integers(-2, 2).map(lambda minutes: at + timedelta(minutes=minutes)),
            st.integers(0, 300).map(lambda days_before: at - timedelta(days=days_before)),
        ),
        "journalised": st.just(False),
        "excludes": some(CATEGORIES[:3], 2),
        "scope": st.just("network_meeting"),
    }
    fitting = {
        "given_at": at - timedelta(days=draw(st.integers(0, 360))),
        "form": "written",
        "given_by": HOLDER if role in ("barn", "nyfoedt") else role,
        "given_to": "discloser",
        "direction": "begge",
        "disclosers": named[:1],
        "recipients": named[1:],
        "categories": CATEGORIES[:2],
        "purposes": () if purpose == "-" else (purpose,),  # as hub.law.parse reads it
        "subjects": (role,),
        "oral_reason": draw(st.sampled_from((None, "", "-", "i fødsel"))),
        "journalised": True,
        "meeting_at": draw(st.sampled_from((None, at.date(), at.date() - timedelta(days=2)))),
    }
    changed = {name: draw(odd[name]) for name in draw(some(tuple(odd), 2))}
    return ConsentFact(id=str(draw(st.uuids())), **{**fitting, **changed})


flags = st.builds(
    Flags,
    current_course=maybe,
    opted_out=mostly(None, True, False),
    discharge_letter=maybe,
    own_gp=maybe,
    hospital_declines=some(CATEGORIES, 2),
    journalised=mostly(None, True, False),
    interpretation=mostly(None, True, False),
    not_needed=some(CATEGORIES, 2),
    identifiable=maybe,
    weighty_interest=maybe,
    necessary=maybe,
    balancing_recorded=maybe,
    decider=st.sampled_from((None, "laege", "sekretaer")),
    channel=st.sampled_from((None, "manual", "electronic")),
    joint_custody=maybe,
    other_holder_protests=mostly(None, True, False),
    parents_live_together=maybe,
    custody_holder_objects=mostly(None, True, False),
    placed=mostly(None, True, False),
    custody_with_another=mostly(None, True, False),
    birth_date=st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2026, 1, 1))),
    notifier_professional=maybe,
    special_regard=maybe,
    essential_for_support=maybe,
    receipt_sent=maybe,
    moved_at=st.one_of(st.none(), days),
    special_support_need=maybe,
    aware_at=st.one_of(st.none(), days),
)
requests = st.builds(
    Request,
    case_type=st.sampled_from(CASE_TYPES),
    case_open=mostly(True, False, None),
    asserted_consent=mostly(True, False, None),
    specific=mostly(True, False, None),
    items=some(CATEGORIES, 4),
    asserted_consent_by=mostly(None, *ROLES),
    investigated=some(ROLES, 2),
    consent_given_at=st.one_of(st.none(), days),
    consent_form_term=mostly(None, "P1Y", "P6M", "ikke en frist"),
    case_closed_at=st.one_of(st.none(), st.none(), days),
)
notifications = st.builds(
    Notification,
    consent_sought=st.sampled_from(("yes", "no", "refused", "n/a", None)),
    abuse_suspected=maybe,
    balancing_recorded=maybe,
    parents_informed=maybe,
    channel=st.sampled_from((None, "written", "oral")),
    abuse=mostly(None, "by_parent", "by_other", "none"),
)


@st.composite
def consent_facts(draw: st.DrawFn) -> Facts:
    """An act under a consent base whose parties fit it, with up to four consents."""
    basis = draw(st.sampled_from(CONSENT_BASES))
    sender = FAMILY_UNIT if basis == "FVL-28" else draw(st.sampled_from((AMBULATORY, MATERNITY, HEALTH_VISITORS)))
    receivers = {
        "FVL-28": (MATERNITY, FAMILY_UNIT),
        "SUL-41-1": (HEALTH_VISITORS, MATERNITY),
        "SUL-43-1": (FAMILY_UNIT,) * 9 + UNITS,
    }[basis]
    receiver = draw(st.sampled_from(receivers))
    at, role = draw(moments), draw(mostly("gravid", *ROLES))
    purpose = "behandling" if basis == "SUL-41-1" else draw(mostly(*PURPOSES[:3]))
    act = draw(mostly("videregivelse", "anmodning_besvarelse", "indhentning", "raadgivning"))
    return Facts(
        at=at,
        act=act,
        initiative=draw(st.sampled_from(("discloser", "recipient"))),
        discloser=sender,
        recipient=receiver,
        subject=Subject(role, draw(mostly(2 if role in ("barn", "nyfoedt") else 29, None, 0, 14, 15, 40))),
        basis_invoked=basis,
        purpose=purpose,
        categories=draw(some(CATEGORIES[:3])) or draw(mostly(CATEGORIES[:1], ())),
        consents=tuple(draw(st.lists(consents(at, role, purpose, (sender, receiver)), max_size=4))),
        flags=draw(mostly(Flags(), None)) or draw(flags),
    )


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Any act at all, under any base, between any units."""
    at, role, purpose = draw(moments), draw(st.sampled_from((*ROLES, "soester"))), draw(st.sampled_from(PURPOSES))
    named = draw(st.sampled_from(UNITS)), draw(st.sampled_from(UNITS))
    return Facts(
        at=at,
        act=draw(st.sampled_from((*sorted(ACTS), "ukendt"))),
        initiative=draw(st.sampled_from(("discloser", "recipient", "ukendt"))),
        discloser=named[0],
        recipient=named[1],
        subject=Subject(role, draw(st.one_of(st.none(), st.integers(0, 45)))),
        basis_invoked=draw(st.sampled_from((None, "", "UKENDT", *BASES))),
        purpose=purpose,
        categories=draw(some(CATEGORIES)),
        consents=tuple(draw(st.lists(consents(at, role, purpose, named), max_size=2))),
        request=draw(st.one_of(st.none(), requests)),
        notification=draw(st.one_of(st.none(), notifications)),
        flags=draw(flags),
        discloser_role=draw(st.sampled_from((None, "laege", "jordemoder", "frivillig"))),
    )


@st.composite
def acts_that_could_pass(draw: st.DrawFn) -> Facts:
    """An act whose base, parties, act and initiative fit one another; the rest may or may not."""
    basis = catalogue.basis(draw(st.sampled_from([basis.id for basis in catalogue.bases() if basis.acts])))
    facts = draw(any_facts())
    senders = [unit for unit in UNITS if basis.covers_discloser(unit, "laege")]
    receivers = [unit for unit in UNITS if basis.covers_recipient(unit)]
    at = draw(
        st.sampled_from([m for m in _CORNERS if basis.edition(m.date()) is not None and m.hour < 22] or [facts.at])
    )
    return Facts(
        at=at,
        act=draw(st.sampled_from(sorted(basis.acts))),
        initiative=basis.initiative if basis.initiative != "either" else facts.initiative,
        discloser=draw(st.sampled_from(senders)),
        recipient=draw(st.sampled_from(receivers)),
        subject=facts.subject,
        basis_invoked=basis.id,
        purpose=draw(st.sampled_from(sorted(basis.purposes) or PURPOSES)),
        categories=facts.categories,
        consents=facts.consents,
        request=facts.request,
        notification=facts.notification,
        flags=facts.flags,
        discloser_role="laege",
    )


PROFESSIONALS = (MATERNITY, HEALTH_VISITORS, Unit.parse("gp/klinik@Lægehuset"), Unit.parse("kommune/jobcenter@Byby"))
OTHERS = (Unit.parse("ngo/lokalforening@Hjælpen"), Unit.parse("private/-@Borgeren"))
NOTICE_BASES = tuple(
    f"{law}{number}"
    for law, numbers in (
        ("SEL-", ("153-1-1", "153-1-2", "153-1-4", "154")),
        ("BL-", ("133-1-1", "133-1-2", "133-1-4", "135")),
    )
    for number in numbers
)
CASE_BASES = ("BL-136", "BL-20-1", "BL-26", "SEL-50-1")
OPEN_CASE_TYPES = ("SEL-kap11", "SEL-50", "BL-kap4", "BL-kap5", "BL-18", "BL-20", "BL-26", "BL-27")
CHILDREN = ("barn", "nyfoedt")
lately = st.one_of(moments, st.sampled_from(_CORNERS))


@st.composite
def notices(draw: st.DrawFn) -> Facts:
    """An underretning by somebody about somebody, with the number of a duty, another one, or none."""
    base = draw(
        mostly(draw(st.sampled_from((*NOTICE_BASES, None))), "BL-151", "SEL-65", "SUL-43-2-2", "SUL-43-1", "BL-136")
    )
    to_the_board = base in ("BL-151", "SEL-65")
    receiver = Unit.parse("ankestyrelsen/-@Ankestyrelsen") if to_the_board else FAMILY_UNIT
    role = draw(st.sampled_from(ROLES))
    return Facts(
        at=draw(lately),
        act="underretning",
        initiative=draw(mostly("discloser", "recipient")),
        discloser=draw(st.sampled_from((*PROFESSIONALS, *PROFESSIONALS, *OTHERS))),
        recipient=draw(mostly(receiver, *UNITS)),
        subject=Subject(role, draw(mostly(None, 0, 17, 18, 29))),
        basis_invoked=base,
        purpose="underretning",
        categories=draw(some(CATEGORIES[:3])) or CATEGORIES[:1],
        notification=draw(mostly(draw(notifications), None)),
        flags=draw(mostly(Flags(), None)) or draw(flags),
        discloser_role=draw(st.sampled_from((None, "jordemoder", "frivillig"))),
    )


@st.composite
def answers_to_requests(draw: st.DrawFn) -> Facts:
    """An authority asks under retssikkerhedsloven § 11 a or § 11 c, and mostly asks well."""
    at, role, purpose = draw(lately), draw(mostly("gravid", *ROLES)), draw(mostly("stoette_graviditet", "-"))
    base = draw(mostly(draw(st.sampled_from(("RSL-11a-1", "RSL-11c-1-1"))), "RSL-11a-2"))
    receiver, asked = FAMILY_UNIT, draw(some(CATEGORIES, 4)) or CATEGORIES[:1]
    odd: dict[str, st.SearchStrategy[Any]] = {
        "case_type": st.sampled_from(CASE_TYPES),
        "case_open": maybe,
        "asserted_consent": maybe,
        "specific": maybe,
        "items": st.just(()),
        "asserted_consent_by": st.sampled_from((*ROLES, HOLDER)),
        "investigated": some(ROLES, 2),
        "consent_given_at": st.integers(-370, 0).map(lambda days_before: at.date() + timedelta(days=days_before)),
        "consent_form_term": st.sampled_from(("P1Y", "P6M", "P2W", "P30D")),
        "case_closed_at": st.integers(-1, 1).map(lambda days_before: at.date() + timedelta(days=days_before)),
    }
    fitting = {
        "case_type": draw(st.sampled_from(OPEN_CASE_TYPES)),
        "case_open": True,
        "asserted_consent": True,
        "specific": True,
        "items": asked,
    }
    changed = {name: draw(odd[name]) for name in draw(some(tuple(odd), 2))}
    said = draw(st.lists(consents(at, role, purpose, (MATERNITY, receiver)), max_size=2))
    if said and draw(st.booleans()):
        said[0] = replace(said[0], withdrawn_at=at - timedelta(minutes=draw(st.integers(0, 2000))))
    return Facts(
        at=at,
        act=draw(mostly("anmodning_besvarelse", "videregivelse")),
        initiative=draw(mostly("recipient", "discloser")),
        discloser=draw(mostly(MATERNITY, *UNITS)),
        recipient=draw(mostly(receiver, *UNITS)),
        subject=Subject(role),
        basis_invoked=base,
        purpose=purpose,
        categories=draw(mostly(asked, asked[:1], CATEGORIES, ())),
        consents=tuple(replace(consent, direction=draw(st.sampled_from(DIRECTIONS))) for consent in said),
        request=draw(mostly(Request(**{**fitting, **changed}), None)),
        flags=draw(
            st.builds(
                Flags,
                hospital_declines=some(("mor_barn_observation", "foraeldreevne", "obstetrik"), 2),
                journalised=mostly(None, True, False),
                interpretation=mostly(None, True, False),
                hospital_demands_form=maybe,
            )
        ),
    )


@st.composite
def consents_for_a_child(draw: st.DrawFn) -> Facts:
    """Statements by the mother, holders of custody and others about a child, with birthdays near by."""
    at, role = draw(lately), draw(mostly(draw(st.sampled_from(CHILDREN)), "kommende_barn", "gravid"))
    near = st.integers(-3, 300).map(lambda days_before: at.date() - timedelta(days=days_before))
    fifteen = near.map(lambda day: (day - timedelta(days=15 * 366)).replace(month=day.month, day=min(day.day, 28)))
    named, purpose = (MATERNITY, FAMILY_UNIT), "stoette_barn"
    said = [
        replace(draw(consents(at, role, purpose, named)), given_by=draw(mostly(*(3 * ("mor", HOLDER)), role, *GIVERS)))
        for _ in range(draw(st.integers(1, 3)))
    ]
    return Facts(
        at=at,
        act="videregivelse",
        initiative="discloser",
        discloser=MATERNITY,
        recipient=FAMILY_UNIT,
        subject=Subject(role, draw(st.sampled_from((None, 0, 3, 14, 15)))),
        basis_invoked="SUL-43-1",
        purpose=purpose,
        categories=draw(some(CATEGORIES[:2])) or CATEGORIES[:1],
        consents=tuple(said),
        flags=draw(
            st.builds(
                Flags,
                joint_custody=maybe,
                other_holder_protests=mostly(None, True),
                parents_live_together=mostly(None, True, False),
                custody_holder_objects=mostly(None, True),
                non_custodial_parent_protests=maybe,
                placed=mostly(None, True, False),
                birth_date=st.one_of(st.none(), near, fifteen),
            )
        ),
    )


@st.composite
def receipts(draw: st.DrawFn) -> Facts:
    """A receipt or feedback from the familieafdeling to somebody who notified."""
    told = ("kvittering", "sag_aabnet", "type_af_indsats", "varighed", "rusmiddel")
    return Facts(
        at=draw(lately),
        act=draw(mostly("kvittering", "videregivelse")),
        initiative="discloser",
        discloser=draw(mostly(FAMILY_UNIT, HEALTH_VISITORS, MATERNITY)),
        recipient=draw(st.sampled_from(UNITS)),
        subject=Subject(draw(st.sampled_from(ROLES))),
        basis_invoked=draw(mostly(draw(st.sampled_from(("BL-KVIT", "SEL-155b-1"))), None)),
        purpose="kvittering",
        categories=draw(some(told[:2])) or draw(some(told)),
        flags=draw(flags),
    )


@st.composite
def deadlines(draw: st.DrawFn) -> Facts:
    """A deadline computed for a base that has one, or for another."""
    return Facts(
        at=draw(lately),
        act="frist",
        initiative="discloser",
        discloser=draw(st.sampled_from((*PROFESSIONALS, FAMILY_UNIT, FAMILY_UNIT))),
        recipient=draw(mostly(FAMILY_UNIT, *PROFESSIONALS)),
        subject=Subject(draw(st.sampled_from(ROLES))),
        basis_invoked=draw(st.sampled_from((*NOTICE_BASES, *CASE_BASES, "BL-KVIT", "SEL-155b-1", *BASES))),
        purpose="underretning",
        categories=draw(some(CATEGORIES[:2])),
        notification=draw(st.one_of(st.none(), notifications)),
        flags=draw(st.builds(Flags, aware_at=st.one_of(st.none(), days))),
    )


@st.composite
def without_consent(draw: st.DrawFn) -> Facts:
    """A base of sundhedsloven that needs no consent, with flags that fit but for up to two."""
    base = draw(st.sampled_from(("SUL-41-2-1", "SUL-41-2-2", "SUL-41-2-4", "SUL-42a-1", "SUL-43-2-2")))
    practice = Unit.parse("gp/klinik@Lægehuset")
    receiver = {"SUL-41-2-2": practice, "SUL-43-2-2": FAMILY_UNIT}.get(base, HEALTH_VISITORS)
    fitting: dict[str, Any] = {
        "current_course": True,
        "discharge_letter": True,
        "own_gp": True,
        "weighty_interest": True,
        "necessary": True,
        "balancing_recorded": True,
        "decider": "jordemoder",
        "opted_out": None,
    }
    odd = {name: st.sampled_from((None, False)) for name in fitting}
    odd |= {"opted_out": st.just(True), "decider": st.sampled_from((None, "sekretaer"))}
    changed = {name: draw(odd[name]) for name in draw(some(tuple(odd), 2))}
    own_accord = mostly("discloser", "recipient")
    return Facts(
        at=draw(lately),
        act="indhentning" if base == "SUL-42a-1" else draw(mostly("videregivelse", "underretning", "raadgivning")),
        initiative="recipient" if base == "SUL-42a-1" else draw(own_accord),
        discloser=draw(mostly(MATERNITY, HEALTH_VISITORS, *OTHERS)),
        recipient=draw(mostly(receiver, *UNITS)),
        subject=Subject(draw(st.sampled_from(ROLES))),
        basis_invoked=base,
        purpose=draw(mostly("behandling", "underretning", "-")),
        categories=draw(some(CATEGORIES[:3])) or CATEGORIES[:1],
        flags=Flags(**{**fitting, **changed}),
        discloser_role=draw(mostly("laege", "jordemoder", None)),
    )


@st.composite
def moves(draw: st.DrawFn) -> Facts:
    """The municipality that a family left tells the new one, mostly for good reason."""
    at = draw(lately)
    near = st.integers(-2, 30).map(lambda days_before: at.date() - timedelta(days=days_before))
    return Facts(
        at=at,
        act="flytteunderretning",
        initiative=draw(mostly("discloser", "recipient")),
        discloser=draw(mostly(FAMILY_UNIT, HEALTH_VISITORS, MATERNITY)),
        recipient=draw(mostly(Unit.parse("kommune/familieafdeling@Nyby"), *UNITS)),
        subject=Subject(draw(st.sampled_from(ROLES))),
        basis_invoked=draw(mostly(draw(st.sampled_from(("BL-132-1", "SEL-152-1"))), None, "FVL-28")),
        purpose="flytning",
        categories=draw(some(CATEGORIES[:3])),
        flags=Flags(moved_at=draw(mostly(draw(near), None)), special_support_need=draw(mostly(True, False, None))),
    )


@st.composite
def consents_with_one_fault(draw: st.DrawFn) -> Facts:
    """A fitting act on one consent, of which one element may be odd."""
    at, named = draw(lately), (MATERNITY, FAMILY_UNIT)
    given = replace(draw(consents(at, "gravid", "stoette_graviditet", named)), categories=CATEGORIES[:2])
    before = at - timedelta(days=draw(st.integers(1, 360)))
    fitting = ConsentFact(
        id="1",
        given_at=before,
        form="written",
        given_by="gravid",
        given_to="discloser",
        direction="videregive",
        disclosers=named[:1],
        recipients=named[1:],
        categories=CATEGORIES[:2],
        purposes=("stoette_graviditet",),
        subjects=("gravid",),
    )
    odd = draw(st.sampled_from([field.name for field in fields(ConsentFact)][1:]))
    return Facts(
        at=at,
        act=draw(mostly("videregivelse", "indhentning")),
        initiative="discloser",
        discloser=MATERNITY,
        recipient=FAMILY_UNIT,
        subject=Subject("gravid", 29),
        basis_invoked="SUL-43-1",
        purpose="stoette_graviditet",
        categories=draw(some(CATEGORIES[:3])) or CATEGORIES[:1],
        consents=(replace(fitting, **{odd: getattr(given, odd)}),),
    )

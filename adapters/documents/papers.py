"""Forms, reminders and accounts → what their templates show, in Danish words.

The account is for the woman herself, so it speaks to her: whom, what, why, what she was told, and what became of it. It
shows what was shared; what was refused it counts, because nobody was told.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from adapters.documents import words
from adapters.documents.content import Basis, Party, Person, Said
from adapters.documents.sheets import AccountSheet, Asking, FormSheet, Knows, ReminderSheet, ReplySheet, SaidYes, Told
from hub.errors import Unreadable
from hub.law.catalogue import is_health_person
from hub.ports.directory import Address
from hub.ports.papers import Agreed, ConsentForm, NotifierReply, Reminder, Shared, SharingAccount
from hub.vocabulary.information import Citizen
from hub.vocabulary.period import local_day

FORMS = ("4.0", "4.1", "4.2")
WROTE = "{sender} skrev til {recipient} om dig."
EDITION = ", gældende"  # from here on a citation says which edition: a lawyer's matter, not hers
NOT_INFORMED = "Der står ikke noget om, at du fik det at vide."
OURSELVES = Party("Tværspor", "Oplysninger delt mellem sygehus, kommune og andre")


def form_sheet(form: ConsentForm) -> FormSheet:
    """The form; `Unreadable` for a number there is none of.

    A year is the most where a health person passes on (sundhedsloven § 44, stk. 2); on 4.0 it is a term of the form.
    """
    if form.number not in FORMS:
        raise Unreadable(f"one of {', '.join(FORMS)}", field="number")
    return FormSheet(
        number=form.number,
        sender=_party(form.owner),
        day=_day(form.on),
        dated=words.day(form.on),
        citizen=_person(form.citizen) if form.citizen else None,
        others=tuple(map(_party, form.others)),
        categories=tuple(words.label("category", code) for code in form.categories),
        purpose=words.label("purpose", form.purpose) if form.purpose else "",
        meeting=words.weekday(form.meeting_on) if form.meeting_on else "",
        within_a_year=form.number == "4.0" or is_health_person(form.owner.unit),
    )


def reminder_sheet(reminder: Reminder) -> ReminderSheet:
    """The reminder, in words for what was sent and what is missing."""
    return ReminderSheet(
        sender=_party(reminder.sender),
        recipient=_party(reminder.recipient),
        citizen=_person(reminder.citizen),
        day=_day(reminder.on),
        dated=words.day(reminder.on),
        reference=reminder.reference,
        document=str(reminder.act),
        sent=words.day(reminder.sent_on),
        what=words.known("sent", reminder.name) or "et brev",
        missing=words.known("missing", reminder.owed) or "jeres svar",
        due=words.latest(reminder.due) if reminder.due else "",
    )


def reply_sheet(reply: NotifierReply) -> ReplySheet:
    """The reply to a notifier who is no unit, in words."""
    citation = (reply.citation or "").partition(EDITION)[0]
    return ReplySheet(
        sender=_party(reply.sender),
        recipient=Party(reply.to or "Den, der har underrettet", reply.contact),
        day=_day(reply.on),
        dated=words.day(reply.on),
        document=str(reply.act),
        received=words.day(reply.received_on),
        is_receipt=reply.is_receipt,
        professional=reply.professional,
        basis=Basis(words.known("basis", reply.basis), citation, "") if citation else None,
        items=tuple(Said(words.label("category", item.category), item.text, True, None) for item in reply.items),
        person=reply.person,
        role=words.known("role", reply.role) or reply.role,
    )


def account_sheet(account: SharingAccount) -> AccountSheet:
    """The account, oldest first. A letter that was held back told nobody anything and stands with what was stopped."""
    acts = sorted(account.shared, key=lambda act: act.at)
    shared = [act for act in acts if act.arrived != "held"]
    return AccountSheet(
        sender=OURSELVES,
        citizen=_person(account.citizen),
        day=_day(account.on),
        dated=words.day(account.on),
        knows=tuple(_knowing(shared)),
        told=tuple(map(_told, shared)),
        said_yes=tuple(_said_yes(consent, account.on) for consent in account.agreed),
        stopped=tuple(_stopped(act) for act in acts if act.arrived == "held"),
        refused=words.times(account.refused) if account.refused else "",
        asking=tuple(_asking(shared)),
    )


def _knowing(shared: Iterable[Shared]) -> Iterable[Knows]:
    """Each receiver once, with everything it was told of, in the order it first was."""
    heard: dict[Party, dict[str, None]] = {}
    for act in shared:
        if act.name in words.named("tells") and act.arrived != "failed":
            heard.setdefault(_party(act.recipient), {}).update(dict.fromkeys(_categories(act.categories)))
    return (Knows(who, words.enumerated(tuple(about))) for who, about in heard.items() if about)


def _told(act: Shared) -> Told:
    sender, recipient = _spoken(act.sender), _spoken(act.recipient)
    template = words.known("tells", act.name) or words.known("speaks", act.name) or WROTE
    return Told(
        day=words.day(local_day(act.at)),
        sentence=template.format(sender=sender, recipient=recipient),
        about=words.enumerated(_categories(act.categories)),
        purpose=words.label("purpose", act.purpose) if act.purpose else "",
        why=_why(act),
        citation=(act.citation or "").partition(EDITION)[0],
        informed=_informed(act),
        became=words.known("became", act.arrived),
    )


def _why(act: Shared) -> str:
    """The hjemmel in words for her; a consent is named by its day."""
    if act.consents:
        days = words.joined(tuple(f"den {words.day(local_day(given))}" for given in act.consents))
        return f"Du havde sagt ja {days}."
    return words.known("why", act.basis)


def _informed(act: Shared) -> str:
    if act.informed_at is None:
        return NOT_INFORMED if act.name in words.named("tells") else ""
    noted = f" Der står: »{how}«" if (how := act.informed_how.strip()) else ""
    return f"Du fik det at vide den {words.day(local_day(act.informed_at))}.{noted}"


def _stopped(act: Shared) -> str:
    about = f" ({words.enumerated(('', *_categories(act.categories)))[2:]})" if act.categories else ""
    told = f"Den {words.day(local_day(act.at))} skulle {_spoken(act.recipient)} have haft oplysninger{about} fra"
    return f"{told} {_spoken(act.sender)}. Brevet blev holdt tilbage og er ikke sendt."


def _said_yes(consent: Agreed, on: date) -> SaidYes:
    givers, receivers = (words.joined(tuple(map(_spoken, units))) for units in (consent.disclosers, consent.recipients))
    template = words.known("agreed", consent.direction) or words.known("agreed", "videregive")
    return SaidYes(
        day=words.day(local_day(consent.given_at)),
        sentence=template.format(sender=givers, recipient=receivers),
        about=words.enumerated(_categories(consent.categories)),
        stands=_stands(consent, on),
        registered=_spoken(consent.registered_by),
    )


def _stands(consent: Agreed, on: date) -> str:
    if consent.withdrawn_at is not None:
        return f"Du trak det tilbage den {words.day(local_day(consent.withdrawn_at))}."
    if consent.lapses_on is None:
        return "Det gælder, til du trækker det tilbage."
    last = words.day(consent.lapses_on - timedelta(days=1))
    if consent.lapses_on <= on:
        return f"Det gælder ikke længere. Det gjaldt til og med den {last}."
    return f"Det gælder til og med den {last}, medmindre du trækker det tilbage før."


def _asking(shared: Iterable[Shared]) -> Iterable[Asking]:
    """Those who told something: they answer for it."""
    senders = dict.fromkeys(act.sender for act in shared if act.name in words.named("tells"))
    return (Asking(_party(address), address.phone or "") for address in senders)


def _spoken(address: Address) -> str:
    return f"{address.unit_name} ({address.organisation_name})"


def _categories(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words.label("category", code) for code in codes)


def _party(address: Address) -> Party:
    return Party(address.organisation_name, address.unit_name)


def _person(citizen: Citizen) -> Person:
    return Person(citizen.name, *words.known_by(citizen), citizen.address, citizen.protected)


def _day(on: date | datetime) -> tuple[int, int, int]:
    return on.year, on.month, on.day

"""The Printer port: consent forms, reminders and the citizen's own account as PDF."""

from adapters.documents import typesetting
from adapters.documents.papers import account_sheet, form_sheet, reminder_sheet, reply_sheet
from hub.ports.papers import ConsentForm, NotifierReply, Reminder, SharingAccount


class TypstPrinter:
    """Same paper, same bytes; safe to share between threads. `Unreadable` when typst cannot set it."""

    def consent_form(self, form: ConsentForm) -> bytes:
        """Form 4.0, 4.1 or 4.2, to print and to sign; no box is ticked."""
        return typesetting.pdf(form_sheet(form))

    def reminder(self, reminder: Reminder) -> bytes:
        """A letter that an answer is missing."""
        return typesetting.pdf(reminder_sheet(reminder))

    def reply(self, reply: NotifierReply) -> bytes:
        """A receipt or feedback to a notifier who is no unit."""
        return typesetting.pdf(reply_sheet(reply))

    def account(self, account: SharingAccount) -> bytes:
        """What was shared about her, with whom and why, in plain Danish."""
        return typesetting.pdf(account_sheet(account))

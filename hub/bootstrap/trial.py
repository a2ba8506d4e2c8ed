"""A trial house: a hub to try out, sealed like a real one with keys that are worth nothing (`TVAERSPOR_ENV=trial`).

Where no mail folder is set, keys for every unit of the directory are made at each start, and good for the day that
their revocation lists are. What was sealed to those of an earlier start is sealed anew (ADR 0004). Production trusts no
such key, and without a mail folder it does not start.
"""

import shutil
from dataclasses import replace

from hub.bootstrap.build import directory_of
from hub.bootstrap.resources import folder
from hub.bootstrap.secure_mail import make_trial
from hub.errors import Unreadable
from hub.settings import PREFIX, Settings

TRIAL = "trial"  # the folder, in the data folder
SAID = (
    "This is a trial house (TVAERSPOR_ENV=trial): no letter of it is genuine. {sealed} Use no real person's data. "
    "docker/README.md says what production needs."
)
OURS = "Mail is sealed with trial keys made at this start, in {folder}."
THEIRS = "Mail is sealed with the keys of TVAERSPOR_MAIL_DIR."


def furnished(settings: Settings) -> Settings:
    """The settings to run a server with: as they are, or those of a trial house with keys made now.

    `Unreadable` in production without a mail folder, unless no letter is carried: nothing would be sealed.
    """
    if settings.secure_mail.folder is not None:
        return settings
    if settings.is_production and settings.dispatch:
        rule = "a folder with keys and certificates: nothing leaves production unsealed (make serve is a trial house)"
        raise Unreadable(rule, field=f"{PREFIX}MAIL_DIR")
    return _with_keys(settings) if settings.is_trial else settings


def notice(settings: Settings) -> str | None:
    """What a trial house says of itself at every start, given the settings it runs with; None for any other."""
    if not settings.is_trial:
        return None
    made, used = settings.data_dir / TRIAL, settings.secure_mail.folder
    sealed = OURS.format(folder=made) if used is not None and made in used.parents else THEIRS
    return SAID.format(sealed=sealed)


def _with_keys(settings: Settings) -> Settings:
    out = settings.data_dir / TRIAL
    folder(settings.data_dir, "DATA_DIR")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(mode=0o700)
    directory = directory_of(settings)
    units = [entry.unit for entry in directory.all() if entry.mailbox and entry.cvr]
    made = make_trial(directory, units, out, production=settings.is_production, one_key=True)
    of_trial = Settings.from_environment(made)
    mail = replace(settings.secure_mail, folder=of_trial.secure_mail.folder, roots=of_trial.secure_mail.roots)
    return replace(settings, secure_mail=mail, directory_file=of_trial.directory_file)

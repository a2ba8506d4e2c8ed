"""25 MB leave within 400 MiB: packed, kept, carried over SMTP, by a process that holds the whole hub."""

import subprocess
import sys
from pathlib import Path

from tests.adapters.secure_mail.mailserver import Inbox, server_context, serving, trusted_by

LIMIT = 400  # MiB
LETTER = 25  # MiB
SENDING = """
import os, sys
from pathlib import Path
from uuid import UUID, uuid4
import hub.api.app, hub.bootstrap.build, hub.cli  # what a running hub holds
from adapters.secure_mail.signer import read_signers
from adapters.secure_mail.smtp import Relay, SmtpCarrier
from hub.domain.course.events import CaseOpened
from hub.store import PackedParcel, Save
from tests.adapters.secure_mail.letters import FHIR, to_town
from tests.adapters.secure_mail.pki import sealing, pki, write_lists
from tests.office import Office

folder, port, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
write_lists(folder)
with Office(f"sqlite:///{folder}/memory.sqlite") as office:
    case = office.open().case
    letter, delivery = to_town(), uuid4()
    pdf = b"%PDF-1.7" + os.urandom(size << 20)
    parcels = office.record.parcels()
    packer = sealing(folder, pki().town, limit=2 * size << 20)
    parcels.keep(case, delivery, PackedParcel(packer.pack(letter, pdf, FHIR), "smtp"))
    del pdf
    kept = parcels.kept(case, delivery)
    SmtpCarrier(Relay(host="localhost", port=port, authorities=folder / "authorities.pem")).carry(kept.parcel)
# Not ru_maxrss: Linux keeps in it what the test's own process held when it began this one.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak) // 1024, len(kept.parcel.body) >> 20)
"""


def test_a_letter_of_25_mb_leaves_within_400_mib(tmp_path: Path) -> None:
    """SM-36: memory bounded in the 25 MB case."""
    trusted_by(tmp_path)
    inbox = Inbox()
    with serving(inbox, server_context(tmp_path), data_size_limit=100 << 20) as port:
        words = [sys.executable, "-c", SENDING, str(tmp_path), str(port), str(LETTER)]
        run = subprocess.run(words, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert run.returncode == 0, run.stderr
    peak, size = map(int, run.stdout.split())
    assert [len(mail) >> 20 for mail in inbox.mails] == [size]
    assert size > 1.8 * LETTER
    assert peak < LIMIT, f"{peak} MiB"

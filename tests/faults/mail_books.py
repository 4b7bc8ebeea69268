"""
Three books about mails, held against each other by code that shares nothing with the portal.

E: whom the part expects a mail for · L: the ledger as SQL tells it · S: the mail server's own log.
"""

from collections import Counter
from dataclasses import dataclass, field

# A claim looks at the report, writes the mail, and only then notes its moment; seconds, on a
# loaded machine too.
CLAIM_TAKES = 3


@dataclass
class Batch:
    """E: the addresses that wait for a mail, the reports behind them, and what was withdrawn."""

    addresses: set
    reports: dict = field(default_factory=dict)  # address → Report
    skipped_lines: int = 0
    mails_each: int = 1
    submitted_at: dict = field(default_factory=dict)  # address → real moment, seconds


def judge(batch, mails, rows):
    """
    Return Counter(lost, doubled, other) of a batch.

    `mails` counts the mails the server took for each address; `rows` are the ledger's (address,
    state, real moment of the latest claim in seconds or None). lost: in E, not in S · doubled:
    more in S than in E · other: in S and not in E (ghosts), `sent` in L and not in S (lies), or
    claimed after its report was in.
    """
    sent = Counter(address for address, state, _ in rows if state == "sent")
    claimed = {address: moment for address, _, moment in rows if moment is not None}
    expected = batch.addresses - batch.submitted_at.keys()
    ghosts = sum(address not in batch.addresses for address in mails)
    lies = sum(count > mails[address] for address, count in sent.items())
    late = sum(
        address in mails and claimed.get(address, 0) > moment + CLAIM_TAKES
        for address, moment in batch.submitted_at.items()
    )
    return Counter(
        lost=sum(batch.mails_each > mails[address] for address in expected),
        doubled=sum(count > batch.mails_each for count in mails.values()),
        other=ghosts + lies + late,
    )

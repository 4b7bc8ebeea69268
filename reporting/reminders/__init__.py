"""
Reminders: what the calendar owes, the ledger, and delivery (R23, R24; ADR 0008, 0014).

owed.py says who is owed what on a day, above.py asks the floors above the same, by_hand.py is
the staff's “nhắc ngay”, news.py tells of deeds. ledger.py enters, claims and closes rows,
validity.py asks again at the claim; digest.py makes the mail of wording.py's words and the files
of enclosures.py; delivery.py hands it to the mail server; recovery.py asks relay_log.py what
became of it.
"""

from reporting.reminders.by_hand import RemindedNow, ReminderRefused, decide, remind_now
from reporting.reminders.delivery import note_tick, send_owed
from reporting.reminders.ledger import enter_in_ledger
from reporting.reminders.owed import Owed, owed_on

__all__ = [
    "Owed",
    "RemindedNow",
    "ReminderRefused",
    "decide",
    "enter_in_ledger",
    "note_tick",
    "owed_on",
    "remind_now",
    "send_owed",
]

"""
Reminders: what the calendar owes, the ledger, and delivery (R23, R24; ADR 0008).

owed.py says who is owed what on a day; ledger.py enters, claims and closes rows; digest.py words
the mail; delivery.py hands it to the mail server; by_hand.py is the staff's “nhắc ngay”.
"""

from reporting.reminders.by_hand import RemindedNow, ReminderRefused, remind_now
from reporting.reminders.delivery import send_owed
from reporting.reminders.ledger import enter_in_ledger
from reporting.reminders.owed import Owed, owed_on

__all__ = [
    "Owed",
    "RemindedNow",
    "ReminderRefused",
    "enter_in_ledger",
    "owed_on",
    "remind_now",
    "send_owed",
]

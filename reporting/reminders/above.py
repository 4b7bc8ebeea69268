"""What floors above owe people on a day besides the calendar's reminders, as they register it."""

_askable = []


def register(owed_on):
    """
    Let `owed_on(day)` be asked what was owed on a day; it returns `Owed` items, sent or not.

    Whoever registers enters them in the ledger when their time has come. `send_reminders` asks here
    to enter them by hand; after a restore they are asked for, so that what the relay's log holds of
    them is not sent again (recovery.py).
    """
    _askable.append(owed_on)


def owed_on(day):
    """Return all that the floors above owed on a day."""
    return [item for owed_then in _askable for item in owed_then(day)]

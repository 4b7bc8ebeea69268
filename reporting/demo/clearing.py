"""Clearing the demo: the one way sent versions ever go, and only those marked as demo (R8)."""

from django.db import connection, transaction

_DEMO_ROUNDS = "SELECT id FROM reporting_round WHERE is_demo"
_DEMO_REPORTS = f"SELECT id FROM reporting_report WHERE round_id IN ({_DEMO_ROUNDS})"
_DEMO_USERS = "SELECT id FROM agencies_user WHERE is_demo"
# Foreign keys are checked at the end of the transaction, so versions and reports, which point
# at each other, may go one after the other.
_STATEMENTS = [
    f"DELETE FROM reporting_reminder WHERE report_id IN ({_DEMO_REPORTS})"
    f" OR recipient_id IN ({_DEMO_USERS})",
    f"DELETE FROM reporting_draftfield WHERE report_id IN ({_DEMO_REPORTS})",
    "DELETE FROM reporting_versionfigure WHERE is_demo",
    "DELETE FROM reporting_versionduty WHERE is_demo",
    "DELETE FROM reporting_reportversion WHERE is_demo",
    f"DELETE FROM reporting_report WHERE round_id IN ({_DEMO_ROUNDS})",
    f"DELETE FROM reporting_rounddue WHERE round_id IN ({_DEMO_ROUNDS})",
    "DELETE FROM agencies_event WHERE is_demo",
    "DELETE FROM reporting_round WHERE is_demo",
    "DELETE FROM targets_allocation WHERE is_demo",
    f"DELETE FROM agencies_membership WHERE user_id IN ({_DEMO_USERS})",
    "DELETE FROM agencies_user WHERE is_demo",
]


@transaction.atomic
def clear_demo():
    """Remove everything the demo brought. Needs the owner's role; real rows never go."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.clearing_demo = 'on'")
        for statement in _STATEMENTS:
            cursor.execute(statement)

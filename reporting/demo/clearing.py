"""Clearing the demo: the one way sent versions ever go, and only those marked as demo (R8)."""

from django.db import connection, models, transaction

from agencies.models import StoredFile
from config import clock
from reporting.demo.people import HEAD_APPROVAL_SET
from reporting.models import Tick

_DEMO_ROUNDS = "SELECT id FROM reporting_round WHERE is_demo"
_DEMO_REPORTS = f"SELECT id FROM reporting_report WHERE round_id IN ({_DEMO_ROUNDS})"
_DEMO_USERS = "SELECT id FROM agencies_user WHERE is_demo"
_DEMO_AGENCIES = "SELECT id FROM agencies_agency WHERE is_demo"
_DEMO_IMPORTS = f"added_by_id IN ({_DEMO_USERS}) OR applied_by_id IN ({_DEMO_USERS})"
_FILES = (
    f"SELECT file_id FROM reporting_evidence WHERE report_id IN ({_DEMO_REPORTS})"
    f" UNION SELECT unnest(ARRAY[original_id, annotated_id]) FROM targets_appendiximport"
    f" WHERE {_DEMO_IMPORTS}"
    f" UNION SELECT file_id FROM reporting_tablejob WHERE asked_by_id IN ({_DEMO_USERS})"
    f" UNION SELECT unnest(ARRAY[original_id, annotated_id]) FROM reporting_resultsheet"
    f" WHERE round_id IN ({_DEMO_ROUNDS})"
    # Copies with comments: of lists, and those another one took the place of.
    f" UNION SELECT id FROM agencies_storedfile WHERE stored_by_id IN ({_DEMO_USERS})"
)
# Foreign keys are checked at the end of the transaction, so versions and reports, which point
# at each other, may go one after the other.
_STATEMENTS = [
    f"DELETE FROM reporting_reminder WHERE report_id IN ({_DEMO_REPORTS})"
    f" OR recipient_id IN ({_DEMO_USERS})",
    *(
        f"DELETE FROM reporting_{table} WHERE report_id IN ({_DEMO_REPORTS})"
        for table in ("draftfield", "evidence", "note", "extension", "followup")
    ),
    f"DELETE FROM reporting_resultsheet WHERE round_id IN ({_DEMO_ROUNDS})",
    "DELETE FROM reporting_versionfigure WHERE is_demo",
    "DELETE FROM reporting_versionduty WHERE is_demo",
    "DELETE FROM reporting_reportversion WHERE is_demo",
    f"DELETE FROM reporting_report WHERE round_id IN ({_DEMO_ROUNDS})",
    f"DELETE FROM reporting_rounddue WHERE round_id IN ({_DEMO_ROUNDS})",
    f"UPDATE agencies_agency SET head_approves = false WHERE id IN (SELECT subject_id FROM"
    f" agencies_event WHERE is_demo AND action = '{HEAD_APPROVAL_SET}')",
    "DELETE FROM agencies_event WHERE is_demo",
    "DELETE FROM reporting_round WHERE is_demo",
    "DELETE FROM targets_allocation WHERE is_demo",
    f"DELETE FROM reporting_tablejob WHERE asked_by_id IN ({_DEMO_USERS})",
    f"DELETE FROM reporting_draftimport WHERE record_id IN"
    f" (SELECT id FROM targets_appendiximport WHERE {_DEMO_IMPORTS})",
    f"DELETE FROM targets_appendiximport WHERE {_DEMO_IMPORTS}",
    f"DELETE FROM agencies_listimport WHERE read_by_id IN ({_DEMO_USERS})",
    f"DELETE FROM agencies_membership WHERE user_id IN ({_DEMO_USERS})",
    f"DELETE FROM plans_party_members WHERE agency_id IN ({_DEMO_AGENCIES})",
]
_LAST = [
    f"DELETE FROM agencies_invitation WHERE user_id IN ({_DEMO_USERS})"
    f" OR invited_by_id IN ({_DEMO_USERS})",
    f"DELETE FROM agencies_accesstoken WHERE made_by_id IN ({_DEMO_USERS})",
    *(
        f"DELETE FROM reporting_{table} WHERE user_id IN ({_DEMO_USERS})"
        for table in ("feed", "mute")
    ),
    "DELETE FROM agencies_agency WHERE is_demo",
    "DELETE FROM agencies_user WHERE is_demo",
]


@transaction.atomic
def clear_demo():
    """Remove everything the demo brought. Needs the owner's role; real rows never go."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.clearing_demo = 'on'")
        cursor.execute(_FILES)
        files = [row[0] for row in cursor.fetchall()]
        _execute(cursor, _STATEMENTS)
        _remove_files(files)
        _execute(cursor, _LAST)
    # Mails about what is gone now are no sign of a database restored from an older copy.
    Tick.objects.update(finished_at=clock.real_now())


def _execute(cursor, statements):
    for statement in statements:
        cursor.execute(statement)


def _remove_files(ids):
    """Remove files that stood beside demo reports, but those something real points at too."""
    for stored in StoredFile.objects.filter(pk__in=ids):
        try:
            stored.delete()
        except models.ProtectedError:
            continue
        transaction.on_commit(lambda file=stored.file: file.storage.delete(file.name))

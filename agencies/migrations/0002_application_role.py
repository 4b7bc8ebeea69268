from django.db import migrations

from agencies import append_only


class Migration(migrations.Migration):
    """Two login roles from the start (ADR 0004): events can be read and appended, no more."""

    dependencies = [("agencies", "0001_initial")]

    operations = [
        append_only.grant_to_application(),
        append_only.trigger_function(),
        append_only.refuse_change("agencies_event"),
        append_only.revoke_change("agencies_event"),
    ]

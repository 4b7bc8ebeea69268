from django.db import migrations

from agencies import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0001_initial"),
        ("agencies", "0002_application_role"),
    ]

    operations = [
        append_only.refuse_change("reporting_reportversion"),
        append_only.refuse_change("reporting_versionfigure"),
        append_only.refuse_change("reporting_versionduty"),
        append_only.revoke_change(
            "reporting_reportversion", "reporting_versionfigure", "reporting_versionduty"
        ),
    ]

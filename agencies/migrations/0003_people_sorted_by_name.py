from django.db import migrations, models

from agencies.vietnamese import fold, person_sort_key


def fill(apps, schema_editor):
    users = list(apps.get_model("agencies", "User").objects.all())
    for user in users:
        user.name_key, user.name_fold = person_sort_key(user.full_name), fold(user.full_name)
        user.save(update_fields=["name_key", "name_fold"])


class Migration(migrations.Migration):
    """Lists of people sort and search as lists of agencies do (R30)."""

    dependencies = [("agencies", "0002_application_role")]

    operations = [
        migrations.AddField(
            "user",
            "name_key",
            models.BinaryField(db_index=True, default=b"", editable=False),
        ),
        migrations.AddField(
            "user",
            "name_fold",
            models.CharField(db_index=True, default="", editable=False, max_length=150),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0009_table_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="tick",
            name="log_read_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0011_problems_of_lists"),
    ]

    operations = [
        migrations.AlterField(
            model_name="listimport",
            name="sheet",
            field=models.TextField(verbose_name="trang tính"),
        ),
    ]

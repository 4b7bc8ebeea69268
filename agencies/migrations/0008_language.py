from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_first_hint"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                choices=[("vi", "Tiếng Việt"), ("en", "English")],
                default="vi",
                max_length=2,
                verbose_name="ngôn ngữ giao diện",
            ),
        ),
    ]

from django.db import migrations, models

from agencies.vietnamese import fold


def fill(apps, schema_editor):
    for plan in apps.get_model("plans", "Plan").objects.all():
        plan.text_fold = fold(f"{_short_title(plan)} {plan.title}")
        plan.save(update_fields=["text_fold"])
    duties = list(apps.get_model("plans", "Duty").objects.all())
    for duty in duties:
        duty.statement_fold = fold(duty.statement)
    apps.get_model("plans", "Duty").objects.bulk_update(duties, ["statement_fold"], batch_size=500)


def _short_title(plan):
    """As Plan.short_title had it when this was written."""
    if plan.number:
        return f"Kế hoạch {plan.number}"
    one_year = plan.first_year == plan.last_year
    return f"Kế hoạch năm {plan.first_year}" if one_year else plan.title.split(" ngày ")[0]


class Migration(migrations.Migration):
    """Plans and duties are found without accents (R30)."""

    dependencies = [("plans", "0002_plan_state")]

    operations = [
        migrations.AddField("plan", "text_fold", models.TextField(default="", editable=False)),
        migrations.AddField(
            "duty",
            "statement_fold",
            models.CharField(default="", editable=False, max_length=160),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

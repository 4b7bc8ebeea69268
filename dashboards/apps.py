from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = "Theo dõi"

    def ready(self):
        from dashboards import brief_mail
        from reporting.reminders import above, enclosures
        from reporting.stages import Deed

        enclosures.register(Deed.BRIEF, brief_mail.files)
        above.register(brief_mail.briefs_owed)

"""Beat's scheduler, which a clock set back does not stop."""

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """
    Celery's own, but a last run that lies ahead counts as one of this moment.

    Otherwise it waits until that moment has come again: a clock set back by an hour would be an
    hour without mails.
    """

    def tick(self, *arguments, **options):
        ahead = [e for e in self.schedule.values() if e.last_run_at > e.default_now()]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            self.populate_heap()
        return super().tick(*arguments, **options)

"""Rows loaded once for a module of tests, when loading takes longer than the tests."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def rows_of_module(blocker):
    """
    Keep what is written inside for the module's tests, and roll it back after them.

    For a fixture of a module that asks for `django_db_setup` and gives `django_db_blocker`. Each
    test still works in a transaction of its own within this one.
    """
    with blocker.unblock():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        connection.close()

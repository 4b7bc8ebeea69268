"""Several people doing something at the same moment, each over a connection of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections


def at_once(action, times, *, refusal):
    """Call `action(number)` in as many threads; return results, a `refusal` raised among them."""
    start = threading.Barrier(times)

    def run(number):
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return action(number)
        except refusal as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))

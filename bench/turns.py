"""Works done in turn by processes of their own, each on its database of one server."""

from multiprocessing import get_context

import psycopg2
from django.db import connection


def copy_database(name):
    """Make a database with all that the portal's holds now; nobody may be connected to it."""
    connection.close()
    beside = psycopg2.connect(**connection.get_connection_params() | {"dbname": "postgres"})
    beside.autocommit = True
    try:
        with beside.cursor() as cursor:
            template = connection.settings_dict["NAME"]
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    finally:
        beside.close()


def take(works, number):
    """
    Do each [(database, {name: work})] `number` times in turn; return a list of runs for each.

    A run is {name: what the work returned}. The processes live until all are done, so that none
    is colder than another.
    """
    connection.close()
    pipes = [_start(database, own) for database, own in works]
    runs = [[] for _ in works]
    for _ in range(number):
        for pipe, done in zip(pipes, runs, strict=True):
            pipe.send(True)
            done.append(pipe.recv())
    for pipe in pipes:
        pipe.send(False)
    return runs


def _start(database, works):
    ours, its = get_context("fork").Pipe()
    child = get_context("fork").Process(target=_serve, args=(its, database, works), daemon=True)
    child.start()
    its.close()
    return ours


def _serve(pipe, database, works):
    connection.settings_dict["NAME"] = database
    while pipe.recv():
        pipe.send({name: work() for name, work in works.items()})
    connection.close()

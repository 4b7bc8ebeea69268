"""The demo's own PostgreSQL, Valkey and mail server, and the supervisor behind `make run`.

Nothing here runs in production. One guardian process for each data folder keeps the servers;
every command that needs them is a client of it (see guardian.py for how they meet and part).
"""

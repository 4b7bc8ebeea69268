"""SQL for migrations: the application's login role, and tables that may only grow (R8)."""

from django.conf import settings
from django.db import migrations

# A demo row may go while the owner's transaction says so; nothing else ever changes or goes.
_TRIGGER_FUNCTION = """
CREATE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.is_demo
            AND current_setting('portal.clearing_demo', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def trigger_function():
    return migrations.RunSQL(_TRIGGER_FUNCTION, "DROP FUNCTION portal_refuse_change()")


def refuse_change(table):
    """Return the operation that makes a table append-only for every role, the owner too."""
    return migrations.RunSQL(
        f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION portal_refuse_change()",
        f"DROP TRIGGER refuse_change ON {table}",
    )


def grant_to_application():
    """Return the operation that lets the application's role use tables, now and to come."""
    return migrations.RunPython(_grant, migrations.RunPython.noop)


def revoke_change(*tables):
    """Return the operation that takes UPDATE and DELETE on tables from the application's role."""

    def revoke(apps, schema_editor):
        for table in tables:
            _execute(schema_editor, f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}")

    return migrations.RunPython(revoke, migrations.RunPython.noop)


def _grant(apps, schema_editor):
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}",
    ):
        _execute(schema_editor, statement)


def _execute(schema_editor, statement):
    role = schema_editor.quote_name(settings.DATABASE_APP_USER)
    schema_editor.execute(statement.format(role=role))

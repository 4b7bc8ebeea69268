"""Versions and events only grow (R8): what the database itself refuses, role by role."""

import datetime as dt
import os
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg2 import errors

from agencies.models import Event, record_event
from reporting.models import Report, ReportVersion, VersionDuty, VersionFigure
from tests.factories import DutyFactory, IndicatorFactory, ReportFactory, UserFactory, at

pytestmark = pytest.mark.django_db

TABLES = [
    "agencies_event",
    "reporting_reportversion",
    "reporting_versionfigure",
    "reporting_versionduty",
]
COUNT = "SELECT count(*) FROM {}"
DELETE = "DELETE FROM {}"
UPDATE = "UPDATE {} SET is_demo = is_demo"
MAKE_DEMO = "UPDATE {} SET is_demo = true"
NEW_EVENT = (
    "INSERT INTO agencies_event (at, action, subject, subject_id, note, data, is_demo)"
    " VALUES (now(), 'thu', 'agencies.agency', 1, '', '{}', false) RETURNING action"
)
NEW_VERSION = (
    "INSERT INTO reporting_reportversion"
    " (report_id, number, submitted_at, submitted_by_id, on_behalf, content, sha256, is_demo)"
    " VALUES (0, 1, now(), 0, false, '{}', 'x', false) RETURNING number"
)
NEW_FIGURE = (
    "INSERT INTO reporting_versionfigure"
    " (version_id, indicator_id, status, explanation, is_demo)"
    " VALUES (0, 0, 'nil', '', false) RETURNING status"
)
NEW_DUTY = (
    "INSERT INTO reporting_versionduty (version_id, duty_id, status, words, is_demo)"
    " VALUES (0, 0, 'done', '', false) RETURNING status"
)


@pytest.fixture
def application():
    """Return a cursor of the application's own login role; what it does is rolled back."""
    address = connection.settings_dict
    raw = psycopg2.connect(
        dbname=address["NAME"],
        host=address["HOST"],
        port=address["PORT"],
        user=settings.DATABASE_APP_USER,
        # Of a server of one's own; the embedded one asks for none.
        password=urlsplit(os.environ.get("DATABASE_URL", "")).password,
    )
    yield raw.cursor()
    raw.rollback()
    raw.close()


# The application's role


def test_the_application_signs_in_as_a_role_of_its_own(application):
    application.execute("SELECT current_user")

    (role,) = application.fetchone()
    assert role == settings.DATABASE_APP_USER
    assert role != connection.settings_dict["USER"]


def test_the_application_role_has_no_powers_beyond_its_grants(application):
    application.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication"
        " FROM pg_roles WHERE rolname = current_user"
    )

    assert not any(application.fetchone())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        UPDATE,
        DELETE,
        "DELETE FROM {} WHERE is_demo",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
    ],
)
def test_the_application_cannot_change_what_only_grows(application, table, statement):
    with pytest.raises(errors.InsufficientPrivilege, match=table):
        application.execute(statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_application_cannot_change_what_only_grows_by_the_door_of_the_demo(application, table):
    application.execute("SET LOCAL portal.clearing_demo = 'on'")

    with pytest.raises(errors.InsufficientPrivilege, match=table):
        application.execute(DELETE.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE moi (id int)",
        "CREATE SCHEMA moi",
        "CREATE FUNCTION moi() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE agencies_agency ADD COLUMN moi int",
        "ALTER TABLE agencies_event DISABLE TRIGGER refuse_change",
        "DROP TRIGGER refuse_change ON agencies_event",
        "DROP FUNCTION portal_refuse_change()",
        "DROP TABLE agencies_membership",
        "CREATE INDEX ON agencies_agency (kind)",
        "SET session_replication_role = replica",
        "SET ROLE portal_owner",
    ],
)
def test_the_application_cannot_change_the_schema(application, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_the_application_reads_what_only_grows(application, table):
    application.execute(COUNT.format(table))

    assert application.fetchone()[0] == 0


@pytest.mark.parametrize("statement", [NEW_EVENT, NEW_VERSION, NEW_FIGURE, NEW_DUTY], ids=TABLES)
def test_the_application_appends(application, statement):
    application.execute(statement)

    assert application.fetchone() is not None


def test_the_application_works_with_all_other_tables(application):
    application.execute(
        "SELECT relname FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL(%s)"
        " AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')"
        "  AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))",
        [TABLES],
    )

    assert application.fetchall() == []


def test_a_table_made_later_is_open_to_the_application(application):
    """A migration to come needs no grants of its own."""
    with connection.cursor() as owner:
        owner.execute("CREATE TABLE moi (id serial)")
        owner.execute(
            "SELECT has_table_privilege(%(role)s, 'moi', 'SELECT, INSERT'),"
            " has_table_privilege(%(role)s, 'moi', 'TRUNCATE'),"
            " has_sequence_privilege(%(role)s, 'moi_id_seq', 'USAGE')",
            {"role": settings.DATABASE_APP_USER},
        )

        assert owner.fetchone() == (True, False, True)


# The owner's role: the row trigger


def a_row_of(table, *, is_demo):
    """Append one row to the table and return its key."""
    report = ReportFactory(round__is_demo=is_demo)
    if table == "agencies_event":
        record_event("thu", report, by=None, at=at("2024-06-17"), is_demo=is_demo)
        return Event.objects.get().pk
    version = ReportVersion.objects.create(
        report=report,
        number=1,
        submitted_at=at("2024-06-17"),
        submitted_by=UserFactory(),
        content={},
        sha256="0" * 64,
        is_demo=is_demo,
    )
    if table == "reporting_reportversion":
        return version.pk
    if table == "reporting_versionduty":
        duty = DutyFactory(plan=report.round.plan)
        return VersionDuty.objects.create(version=version, duty=duty, is_demo=is_demo).pk
    indicator = IndicatorFactory(plan=report.round.plan)
    return VersionFigure.objects.create(version=version, indicator=indicator, is_demo=is_demo).pk


def execute(statement, *, clearing=None):
    with transaction.atomic(), connection.cursor() as owner:
        if clearing is not None:
            owner.execute(f"SET LOCAL portal.clearing_demo = '{clearing}'")
        owner.execute(statement)
        return owner.rowcount


def refusal_of(statement, **options):
    with pytest.raises(IntegrityError) as caught:
        execute(statement, **options)
    return caught.value.__cause__


@pytest.mark.parametrize("is_demo", [False, True])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", [UPDATE, DELETE])
def test_not_even_the_owner_changes_a_row(table, statement, is_demo):
    a_row_of(table, is_demo=is_demo)

    refusal = refusal_of(statement.format(table))

    assert isinstance(refusal, errors.RestrictViolation)
    assert f"rows of {table} are never changed or deleted" in str(refusal)


@pytest.mark.parametrize("table", TABLES)
def test_a_demo_row_goes_while_the_demo_is_cleared(table):
    a_row_of(table, is_demo=True)

    assert execute(DELETE.format(table), clearing="on") == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_real_row_stays_while_the_demo_is_cleared(table):
    a_row_of(table, is_demo=False)

    refusal = refusal_of(DELETE.format(table), clearing="on")

    assert isinstance(refusal, errors.RestrictViolation)


@pytest.mark.parametrize("table", TABLES)
def test_a_demo_row_is_not_changed_while_the_demo_is_cleared(table):
    a_row_of(table, is_demo=True)

    refusal = refusal_of(UPDATE.format(table), clearing="on")

    assert isinstance(refusal, errors.RestrictViolation)


@pytest.mark.parametrize("table", TABLES)
def test_a_real_row_does_not_become_demo_to_be_deleted(table):
    a_row_of(table, is_demo=False)

    refusal = refusal_of(MAKE_DEMO.format(table), clearing="on")

    assert isinstance(refusal, errors.RestrictViolation)


@pytest.mark.parametrize("word", ["off", "", "true"])
def test_only_the_agreed_word_opens_the_door(word):
    a_row_of("agencies_event", is_demo=True)

    assert isinstance(
        refusal_of("DELETE FROM agencies_event", clearing=word), errors.RestrictViolation
    )


def test_the_orm_is_refused_too():
    key = a_row_of("reporting_reportversion", is_demo=False)
    version = ReportVersion.objects.get(pk=key)
    version.content = {"figures": []}

    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        version.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVersion.objects.update(submitted_at=at(dt.date(2024, 6, 18)))
    assert ReportVersion.objects.get(pk=key).content == {}


def test_what_a_version_rests_on_is_protected():
    version = ReportVersion.objects.get(pk=a_row_of("reporting_reportversion", is_demo=False))

    for thing in (version.report, version.submitted_by, version.report.round):
        with pytest.raises(IntegrityError), transaction.atomic():
            thing.delete()
    assert Report.objects.filter(pk=version.report_id).exists()

"""The database itself keeps schools apart: every table, view and function is looked up in the catalogue, and
each check is shown to find what it looks for."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.architecture import catalogue
from tests.architecture.catalogue import Check, Conn
from tests.databases import Database

PLANTED = """create table planted (institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(), name text, primary key (institute_id, id));
  call app.protect_for_staff('planted');"""


@pytest.fixture
def admin(database: Database) -> Iterator[Conn]:
    """An administrator's connection whose work is undone."""
    with psycopg.connect(database.admin_url) as conn:
        yield conn
        conn.rollback()


@pytest.mark.parametrize("check", catalogue.CHECKS, ids=lambda check: check.__name__)
def test_the_schema_keeps_the_rules_of_tenancy(admin: Conn, check: Check) -> None:
    """sec-R1, R2, R6 to R12, R15, X-04"""
    assert check(admin) == []


def test_a_table_made_by_the_rules_is_accepted(admin: Conn) -> None:
    admin.execute(PLANTED.encode())
    assert [violation for check in catalogue.CHECKS for violation in check(admin)] == []


@pytest.mark.parametrize(
    ("check", "planted", "violation"),
    [
        (
            catalogue.row_security,
            "alter table planted no force row level security",
            "planted: row security is not enabled and forced",
        ),
        (catalogue.owners, "alter table planted owner to markroom_app", "planted belongs to markroom_app"),
        (
            catalogue.granted_without_policy,
            "drop policy app_delete on planted",
            "planted: markroom_app may DELETE without a policy",
        ),
        (
            catalogue.granted_without_policy,
            (
                "drop policy app_update on planted; revoke update on planted from markroom_app;"
                " grant update (name) on planted to markroom_app"
            ),
            "planted: markroom_app may UPDATE without a policy",
        ),
        (
            catalogue.stray_policies,
            "create policy open on planted for select using (true)",
            "planted: policy open is for -",
        ),
        (
            catalogue.doubled_policies,
            "create policy more on planted for all to markroom_app using (true) with check (true)",
            "planted: 2 policies for SELECT of markroom_app",
        ),
        (
            catalogue.unchecked_policies,
            (
                "drop policy app_update on planted;"
                " create policy app_update on planted for update to markroom_app using (false)"
            ),
            "planted: policy app_update has no WITH CHECK",
        ),
        (
            catalogue.tenant_columns,
            "drop trigger keep_institute on planted",
            "planted: institute_id may be rewritten",
        ),
        (
            catalogue.tenant_columns,
            "alter table planted drop constraint planted_pkey, alter institute_id drop not null",
            "planted: institute_id may be null",
        ),
        (
            catalogue.primary_keys,
            "alter table planted drop constraint planted_pkey, add primary key (id)",
            "planted: its primary key does not begin with institute_id",
        ),
        (
            catalogue.foreign_keys,
            (
                "alter table projects add constraint one unique (id);"
                " alter table planted add foreign key (id) references projects (id) on delete restrict"
            ),
            "planted: FOREIGN KEY (id) REFERENCES projects(id) ON DELETE RESTRICT",
        ),
        (
            catalogue.foreign_keys,
            "alter table planted add foreign key (institute_id, id) references projects on delete cascade",
            "planted: FOREIGN KEY (institute_id, id) REFERENCES projects(institute_id, id) ON DELETE CASCADE",
        ),
        (
            catalogue.unique_indexes,
            "create unique index on planted (name)",
            "planted.name: a uniqueness across institutes",
        ),
        (
            catalogue.grants,
            "grant truncate on planted to markroom_app",
            "public.planted: markroom_app may TRUNCATE",
        ),
        (
            catalogue.grants,
            "grant select (name) on planted to public",
            "public.planted: everybody may SELECT",
        ),
        (
            catalogue.grants,
            "grant select on jobs.procrastinate_jobs to markroom_app",
            "jobs.procrastinate_jobs: markroom_app may SELECT",
        ),
        (
            catalogue.partitions,
            (
                "create table parts (institute_id uuid) partition by list (institute_id);"
                " create table part partition of parts default"
            ),
            "part is a partition",
        ),
        (
            catalogue.views,
            "create view planted_names as select name from planted",
            "planted_names: not security_invoker",
        ),
        (
            catalogue.views,
            "create materialized view planted_names as select name from planted",
            "planted_names: a materialised view sees all",
        ),
        (
            catalogue.functions,
            (
                "create function app.peek() returns bigint language sql security definer set search_path = ''"
                " as 'select count(*) from public.planted'; alter function app.peek() owner to markroom_door;"
                " revoke all on function app.peek() from public"
            ),
            "app.peek: not on the list of definer functions",
        ),
        (
            catalogue.functions,
            "alter function app.door_invitation(bytea) reset search_path",
            "app.door_invitation: its search path is not fixed",
        ),
        (
            catalogue.functions,
            "alter function app.door_invitation(bytea) owner to markroom_owner",
            "app.door_invitation: belongs to markroom_owner",
        ),
        (
            catalogue.functions,
            "grant execute on function app.door_invitation(bytea) to public",
            "app.door_invitation: everybody may call it",
        ),
        (
            catalogue.roles,
            "grant markroom_owner to markroom_service",
            "markroom_service is a member of markroom_owner",
        ),
        (
            catalogue.roles,
            "alter role markroom_guard login",
            "markroom_guard can do more than an ordinary role",
        ),
    ],
)
def test_a_table_against_the_rules_is_found(admin: Conn, check: Check, planted: str, violation: str) -> None:
    admin.execute(PLANTED.encode())
    admin.execute(planted.encode())
    assert violation in check(admin)


def test_the_lists_of_exceptions_name_only_what_there_is(admin: Conn) -> None:
    definers = admin.execute(
        """select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where p.prosecdef and n.nspname in ('app', 'jobs', 'public')"""
    ).fetchall()
    assert set(catalogue.DEFINER_FUNCTIONS) == {name for (name,) in definers}


def test_no_table_takes_a_row_for_another_school(database: Database, admin: Conn) -> None:
    """sec-R15: whatever the application writes, in every table that has a tenant."""
    tables = admin.execute(
        """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
            where a.attname = 'institute_id' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
            order by 1"""
    ).fetchall()
    assert len(tables) > 10
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        conn.execute(
            "insert into institutes (id, name, slug) values (uuidv7(), 'A', 'a'), (uuidv7(), 'B', 'b')"
        )
        conn.execute("insert into users (name) values ('Teacher 1')")
        conn.execute(
            """insert into memberships (institute_id, user_id, role, name)
               select i.id, u.id, 'school_admin', u.name from institutes i, users u where i.slug = 'a'"""
        )
        user, mine, other = conn.execute(
            """select (select id from users), (select id from institutes where slug = 'a'),
                      (select id from institutes where slug = 'b')"""
        ).fetchone() or (None, None, None)
    with psycopg.connect(database.app_url) as conn:
        for (table,) in tables:
            conn.execute("select app.begin_as(%s, null, %s)", [user, mine])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"insert into {table} (institute_id) values (%s)".encode(), [other])
            conn.rollback()
    with psycopg.connect(database.service_url) as conn:
        for (table,) in tables:
            conn.execute("select app.begin_service(%s)", [mine])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"insert into {table} (institute_id) values (%s)".encode(), [other])
            conn.rollback()

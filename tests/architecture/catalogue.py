"""What the database's catalogue must look like, as checks that return every violation in words.

Each runs as an administrator on an open connection, so that a test can plant a bad table, look, and roll
back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

Conn = psycopg.Connection[Any]
Check = Callable[[Conn], list[str]]

ROLES = ("markroom_app", "markroom_service", "markroom_door", "markroom_guard")
NAMES = f"array{list(ROLES)}"

# Uniqueness across institutes tells one of them what another holds. Only what cannot be guessed or is no
# tenant's may be unique so.
GLOBAL_UNIQUES = {
    "institutes.slug": "ends in random characters, so that a name never asks whether another school has it",
    "users.email_key": "a person is global; only doors look up by it",
    "external_identities.issuer,subject": "a provider's own name for a person; only the door looks up by it",
    "sessions.hash": "hash of a random token",
    "sign_in_tokens.hash": "hash of a derived token",
}
# People and the boards' papers are global: what refers to one directly names no other institute's row.
GLOBAL_PARENTS = {"users", "catalogue_papers"}

DEFINER_FUNCTIONS = {
    "app.begin_as": "works out the caller's rights before there are any",
    "app.begin_external": "looks a person up by what their identity provider signed",
    "app.begin_key": "looks a key up by its hash",
    "app.begin_session": "looks a session up by its token",
    "app.count_request": "counts requests before anybody is known",
    "app.door_accept_invitation": "makes a membership for somebody who has none",
    "app.door_add_class_pupils": "makes users without an address for the teacher of their class",
    "app.door_add_pupils": "makes users without an address for whoever manages people",
    "app.door_address_proof": "shows the holder of a link whose address it would prove",
    "app.door_close_institute": "ends sessions of people who belong nowhere else, as a school closes",
    "app.door_end_invitation": "lets somebody decline who belongs to no institute yet",
    "app.door_institute_open": "says whether links to a school's files still open, to whoever follows one",
    "app.door_invitation": "shows an invitation to the holder of its link",
    "app.door_is_awaited": "lets an invited address sign in",
    "app.door_is_by_code": "says of a session just opened or shown whether a printed code opened it",
    "app.door_issue_codes": "must see that a pupil belongs nowhere else before their code is made",
    "app.door_join": "makes the account of somebody invited",
    "app.door_lock_invitation": "decides an invitation once",
    "app.door_prove_address": "gives a pupil an address, or an account the pupil's place",
    "app.door_sign_in_by_code": "turns a pupil's code into a session",
    "app.door_sign_in": "turns a link into a session",
    "app.door_sign_in_external": "turns a provider's word into a session",
    "app.door_rename_pupil": "names a pupil without an address, whose row is their own",
    "app.door_end_codes": "ends sessions of a pupil, which are the pupil's own to see",
    "app.end_codes_of_leaver": "ends what was opened by codes of whoever is staff no more",
    "app.door_find_person": "tells a project's admin who belongs to the institute, staff or not",
    "app.door_hold_institute": "keeps memberships from ending for whoever may not change them",
    "app.door_pending_invitation": "finds the invitation a project is added to, whoever sent it",
    "app.door_take_assignments": "gives places in projects to whoever accepts an invitation",
    "app.guard_project": "tells a colleague that a project is not theirs",
    "app.guard_lock_project": "locks a project for whoever may only leave it",
    "app.guard_leave_projects": "passes on projects that whoever ends a membership need not see",
    "app.guard_count_what_ends": "counts what would end with a membership, seen or not",
    "app.guard_list_purges": "finds deleted projects of all institutes whose time is over",
    "app.list_project_people": "shows members of a project to each other, staff or not",
    "app.carry_assignments": "keeps with an invitation which projects it brings",
    "app.door_sign_in_token": "says whether a link can still be used",
    "app.keep_words": "keeps the words of memories, which nobody writes",
    "app.forget_answers": "takes a deleted memory out of answers kept for whoever asked",
    "app.guard_lend_file": "opens a file to the project that sent it, and tells nothing",
    "app.guard_sweep_invitation_rows": "forgets old lists of all institutes",
    "app.guard_list_waiting_graphs": "finds the schools of all institutes whose graph waits",
    "app.guard_recorded_marks": "sees all marks, to keep them",
    "app.list_pupil_classes": "names the teachers of a pupil's classes, and classes they could join",
    "app.lend_paper": "opens a paper to the project of its template, for whoever may not change files",
    "app.keep_mark_change": "writes the history nobody may write",
    "app.count_other_admins": "keeps a school's last admin",
    "app.door_delete_account": "ends memberships in schools one is not acting in",
    "app.door_end_sessions": "ends the sessions of somebody who belongs nowhere any more",
    "app.door_leave": "lets somebody leave who manages nothing",
    "app.unlink_memories": "lets memories of every project go of a question that is deleted",
    "app.carry_name": "carries a person's name to institutes they are not acting in",
    "jobs.procrastinate_defer_jobs_v1": "defers a job for a role that may read none",
}


def _list(conn: Conn, sql: str) -> list[str]:
    return [row[0] for row in conn.execute(sql.encode()).fetchall()]


_TABLES = """(select c.oid, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relacl,
       c.relispartition,
       (select a.attnum from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
         and a.attname = case c.relname when 'institutes' then 'id' else 'institute_id' end) as tenant
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')) t"""

# What the roles were granted on tables and columns: (table, role, command).
_GRANTS = f"""(select distinct c.oid, c.relname, c.relkind, n.nspname, acl.grantee,
         acl.privilege_type as command
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (
    select * from aclexplode(c.relacl)
    union all
    select x.* from pg_attribute a, aclexplode(a.attacl) x where a.attrelid = c.oid) acl
 where n.nspname in ('public', 'app', 'ops', 'jobs') and c.relkind in ('r', 'p', 'v', 'm', 'S')
   and (acl.grantee = 0 or acl.grantee::regrole::text = any({NAMES}))) g"""

_POLICIES = """(select p.polname, p.polrelid, c.relname, p.polcmd, p.polpermissive, p.polwithcheck, p.polqual,
       unnest(p.polroles) as role, k.command
  from pg_policy p join pg_class c on c.oid = p.polrelid
  join (values ('r'::"char", 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE')) k (cmd, command)
    on p.polcmd in (k.cmd, '*')) p"""


def row_security(conn: Conn) -> list[str]:
    """sec-R1: the owner too is bound."""
    return _list(
        conn,
        f"""select format('%s: row security is not enabled and forced', relname) from {_TABLES}
             where not (relrowsecurity and relforcerowsecurity)""",
    )


def owners(conn: Conn) -> list[str]:
    """sec-R2, sec-R7: nothing belongs to a superuser or to a role that logs in."""
    return _list(
        conn,
        f"""select format('%s belongs to %s', relname, relowner::regrole) from {_TABLES}
             where relowner <> 'markroom_owner'::regrole""",
    )


def granted_without_policy(conn: Conn) -> list[str]:
    """sec-R1: a policy for every command that is granted."""
    return _list(
        conn,
        f"""select format('%s: %s may %s without a policy', g.relname, g.grantee::regrole, g.command)
              from {_GRANTS} join pg_class c on c.oid = g.oid
             where g.nspname = 'public' and g.relkind in ('r', 'p') and g.grantee <> 0
               and g.command in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
               and not exists (select 1 from {_POLICIES}
                                where p.polrelid = g.oid and p.role = g.grantee and p.command = g.command)""",
    )


def stray_policies(conn: Conn) -> list[str]:
    """Every policy names a role of ours."""
    return _list(
        conn,
        f"""select distinct format('%s: policy %s is for %s', relname, polname, p.role::regrole)
              from {_POLICIES} where p.role = 0 or p.role::regrole::text <> all({NAMES})""",
    )


def doubled_policies(conn: Conn) -> list[str]:
    """sec-R10: permissive policies open to each other's rows, so there is one for a command and a role."""
    return _list(
        conn,
        f"""select format('%s: %s policies for %s of %s', p.relname, count(*), p.command, p.role::regrole)
              from {_POLICIES} where polpermissive
             group by p.relname, p.command, p.role having count(*) > 1""",
    )


def unchecked_policies(conn: Conn) -> list[str]:
    """sec-R15: what a row may become is said, not inherited."""
    return _list(
        conn,
        f"""select distinct format('%s: policy %s has no WITH CHECK', relname, polname)
              from {_POLICIES} where p.command in ('INSERT', 'UPDATE') and polwithcheck is null""",
    )


def tenant_columns(conn: Conn) -> list[str]:
    """X-04: the tenant is never null and never changes."""
    return _list(
        conn,
        f"""select format('%s: institute_id %s', t.relname,
                     case when a.attnotnull then 'may be rewritten' else 'may be null' end)
              from {_TABLES} join pg_attribute a on a.attrelid = t.oid and a.attnum = t.tenant
             where t.relname <> 'institutes' and (not a.attnotnull or not exists (
               select 1 from pg_trigger g where g.tgrelid = t.oid
                  and g.tgfoid = 'app.refuse_new_institute'::regproc and g.tgenabled = 'O'))""",
    )


def primary_keys(conn: Conn) -> list[str]:
    """X-04: every key begins with the institute."""
    return _list(
        conn,
        f"""select format('%s: its primary key does not begin with institute_id', t.relname) from {_TABLES}
             where t.tenant is not null and not exists (
               select 1 from pg_constraint k
                where k.conrelid = t.oid and k.contype = 'p' and k.conkey[1] = t.tenant)""",
    )


def foreign_keys(conn: Conn) -> list[str]:
    """sec-R8: between tenant tables the institute is part of the reference, and nothing cascades away."""
    named = ", ".join(f"'{name}'" for name in GLOBAL_PARENTS)
    return _list(
        conn,
        f"""select format('%s: %s', child.relname, pg_get_constraintdef(k.oid))
              from pg_constraint k
              join (select * from {_TABLES}) child on child.oid = k.conrelid
              join (select * from {_TABLES}) parent on parent.oid = k.confrelid
             where k.contype = 'f' and child.tenant is not null
               and (k.confdeltype <> 'r' or (parent.relname not in ({named}) and not exists (
                 select 1 from unnest(k.conkey, k.confkey) as pair (ours, theirs)
                  where pair.ours = child.tenant and pair.theirs = parent.tenant)))""",
    )


def unique_indexes(conn: Conn) -> list[str]:
    """sec-R9: a uniqueness that spans institutes is an oracle."""
    found = conn.execute(
        f"""select t.relname || '.' || (select string_agg(a.attname, ',' order by a.attnum)
                     from pg_attribute a where a.attrelid = i.indexrelid),
                   i.indkey[0] is not distinct from t.tenant, t.tenant is null and i.indisprimary
              from pg_index i join {_TABLES} on t.oid = i.indrelid where i.indisunique""".encode()
    ).fetchall()
    return [
        f"{name}: a uniqueness across institutes"
        for name, begins_with_tenant, is_global_key in found
        if not (begins_with_tenant or is_global_key or name in GLOBAL_UNIQUES)
    ]


def grants(conn: Conn) -> list[str]:
    """sec-R12: nothing beyond the four commands, nothing for everybody."""
    return _list(
        conn,
        f"""select format('%s.%s: %s may %s', nspname, relname,
                     case when grantee = 0 then 'everybody' else grantee::regrole::text end, command)
              from {_GRANTS}
             where grantee = 0 or nspname = 'ops'
                or (relkind <> 'S' and command not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
                or (relkind = 'S' and command not in ('USAGE', 'SELECT'))
                or (nspname = 'jobs' and grantee <> 'markroom_service'::regrole)""",
    )


def partitions(conn: Conn) -> list[str]:
    """sec-R11: a partition reached directly would ignore its parent's policies."""
    return _list(conn, f"select format('%s is a partition', relname) from {_TABLES} where relispartition")


def views(conn: Conn) -> list[str]:
    """sec-R6: a view sees what its reader may see."""
    return _list(
        conn,
        """select format('%s: %s', c.relname, case c.relkind when 'm' then 'a materialised view sees all'
                    else 'not security_invoker' end)
             from pg_class c
            where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('v', 'm')
              and not (c.relkind = 'v' and 'security_invoker=true' = any(coalesce(c.reloptions, '{}')))
              and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')""",
    )


def functions(conn: Conn) -> list[str]:
    """sec-R7: who runs as somebody else is listed, belongs to a door or a guard, and has its search path
    fixed."""
    found = conn.execute(
        """select n.nspname || '.' || p.proname, p.prosecdef, p.proowner::regrole::text, p.proconfig,
                  exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                           where x.grantee = 0)
             from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in ('public', 'app', 'jobs')
              and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""
    ).fetchall()
    violations = []
    for name, is_definer, owner, settings, is_public in found:
        if is_public:
            violations.append(f"{name}: everybody may call it")
        if not is_definer:
            continue
        if name not in DEFINER_FUNCTIONS:
            violations.append(f"{name}: not on the list of definer functions")
        if owner not in ("markroom_door", "markroom_guard", "markroom_jobs"):
            violations.append(f"{name}: belongs to {owner}")
        if not {'search_path=""', "search_path=jobs, pg_temp"} & set(settings or []):
            violations.append(f"{name}: its search path is not fixed")
    return violations


def roles(conn: Conn) -> list[str]:
    """sec-R2: ordinary roles, none a member of another, and none but two may log in."""
    return _list(
        conn,
        """select format('%s can do more than an ordinary role', rolname) from pg_roles
            where rolname like 'markroom\\_%'
              and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
                   or rolcanlogin <> (rolname in ('markroom_app', 'markroom_service')))
           union all
           select format('%s is a member of %s', m.member::regrole, m.roleid::regrole) from pg_auth_members m
            where m.member::regrole::text like 'markroom\\_%'""",
    )


CHECKS: list[Check] = [
    row_security,
    owners,
    granted_without_policy,
    stray_policies,
    doubled_policies,
    unchecked_policies,
    tenant_columns,
    primary_keys,
    foreign_keys,
    unique_indexes,
    grants,
    partitions,
    views,
    functions,
    roles,
]

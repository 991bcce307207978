"""Lists 2,000 members and invites over HTTP with the mail server down, beside the same SQL under pgbench;
what row security costs a list among many memberships; and whether asking for a sign-in link takes as long for
an unknown address as for a known one (sec-I14).

usage: python -m benchmarks.bench_people [SECONDS [MEMBERSHIPS]]

Starts `markroom serve` with its worker on a database of its own; fsync is on. pgbench runs the statements of
the same requests, as the same role and in the same context, without rights, JSON or HTTP.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID, uuid4

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path

from markroom.identity.model import SESSION_PREFIX
from markroom.kit.postgres import Cluster, find_binaries, run_program
from markroom.kit.tokens import hash_token, random_token
from markroom.launch import APP, derive_password
from tests.acceptance.server import Server

MEMBERS, CLIENTS = 2000, 8
NOBODY_THERE = "smtp://127.0.0.1:9"

MATCHING = """institute_id = '{institute}' and state <> 'left'
  and role = any('{{school_admin,department_head,teacher}}')"""
LIST = f"""select user_id, name, email, role, state, joined_at from memberships where {MATCHING}
  order by lower(name), user_id limit 51"""
BEGIN = "select * from app.begin_session('{hash}', '{institute}', false, '');"
COUNT = f"select count(*) from memberships where {MATCHING}"
LIST_SCRIPT = f"begin;\n{BEGIN}\n{LIST};\n{COUNT};\ncommit;\n"
INVITE_SCRIPT = """\\set n random(1, 1000000000000)
begin;
{begin}
select id, email, name from users where id = '{user}';
select user_id from memberships
 where institute_id = '{institute}' and email_key = :n || '@x.example' and state <> 'left';
update invitations set status = 'expired', version = version + 1
 where institute_id = '{institute}' and email_key = :n || '@x.example' and status = 'pending'
   and expires_at <= now();
insert into invitations (institute_id, email, email_key, role, invited_by, expires_at)
 values ('{institute}', :n || '@x.example', :n || '@x.example', 'teacher', '{user}', now() + interval '7 d')
 on conflict (institute_id, project_id, email_key) where status = 'pending' do nothing returning id \\gset
insert into invitation_tokens (institute_id, invitation_id, generation, hash)
 values ('{institute}', :id::uuid, 1, sha256(:id::text::bytea));
insert into jobs (institute_id, kind, subject_id, args, started_by)
 values ('{institute}', 'send_invitation_mail', :id::uuid, jsonb_build_object('generation', 1), '{user}')
 returning id as job \\gset
select procrastinate_defer_jobs_v1(array[('bench', 'run_job', 0, null, null, jsonb_build_object(
 'institute_id', '{institute}', 'job_id', :job::text), null)::procrastinate_job_to_defer_v1]);
insert into events (institute_id, user_id, credential, kind, subject_id)
 values ('{institute}', '{user}', 'session', 'person_invited', :id::uuid);
commit;
"""


class Bench(Server):
    """Without limits, and with a mail server that is down."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"MARKROOM_RATE_LIMITS": "off"}


def show(name: str, times: list[float], seconds: float) -> None:
    p95 = quantiles(times, n=20)[18] * 1000
    rate = len(times) / seconds
    print(
        f"{name:42} {rate:7.0f}/s   p50 {median(times) * 1000:7.2f} ms   p95 {p95:7.2f} ms   n {len(times)}"
    )


def fill(conn: psycopg.Connection, memberships: int) -> tuple[UUID, UUID, str]:
    """Schools of 2,000 people each; the first one's id, its admin and their session's token."""
    token = random_token(SESSION_PREFIX)
    schools = max(1, memberships // MEMBERS)
    conn.execute(
        """insert into institutes (id, name, slug, kind, time_zone)
           select gen_random_uuid(), 'School ' || n, 'school-' || n, 'school', 'Europe/London'
             from generate_series(1, %s) n""",
        [schools],
    )
    conn.execute(
        """insert into users (email, email_key, name, email_verified_at)
           select n || '@school.example', n || '@school.example', 'Teacher ' || n, now()
             from generate_series(1, %s) n""",
        [MEMBERS],
    )
    conn.execute(
        """insert into memberships (institute_id, user_id, role, name, email, email_key)
           select i.id, u.id,
                  case u.email_key when '1@school.example' then 'school_admin' else 'teacher' end, u.name,
                  u.email, u.email_key from institutes i cross join users u"""
    )
    conn.execute("analyze")
    row = conn.execute(
        "select institute_id, user_id from memberships where role = 'school_admin' limit 1"
    ).fetchone()
    assert row
    conn.execute(
        "insert into sessions (user_id, hash, expires_at) values (%s, %s, now() + interval '1 day')",
        [row[1], hash_token(token)],
    )
    return row[0], row[1], token


async def load(
    seconds: float, call: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]], client: httpx.AsyncClient
) -> tuple[list[float], float]:
    """Each answer's time, of clients that ask again as soon as they are answered."""
    times: list[float] = []
    began = time.perf_counter()

    async def ask() -> None:
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            answer = await call(client)
            assert answer.status_code == 200, answer.text
            times.append(time.perf_counter() - started)

    await asyncio.gather(*(ask() for _ in range(CLIENTS)))
    return times, time.perf_counter() - began


def invite(client: httpx.AsyncClient) -> Awaitable[httpx.Response]:
    return client.post("/api/users/invite", json={"email": f"{uuid4().hex}@y.example", "role": "teacher"})


async def over_http(url: str, token: str, institute: UUID, seconds: float) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Institute-Id": str(institute)}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        show("list members, HTTP", *await load(seconds, lambda c: c.get("/api/users/staff"), client))
        show("invite with mail down, HTTP", *await load(seconds, invite, client))


async def ask_for_links(url: str, tries: int = 250) -> None:
    """Known and unknown addresses in turns, so that both meet the same load."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for n in range(tries):
            for kind, email in (("known", "1@school.example"), ("unknown", f"{n}@nowhere.example")):
                started = time.perf_counter()
                answer = await client.post("/api/auth/sign-in", json={"email": email})
                assert answer.status_code == 202, answer.text
                times[kind].append(time.perf_counter() - started)
    for kind, taken in times.items():
        show(f"ask for a link, {kind} address", taken, sum(taken))
    print(f"  a known address takes {median(times['known']) / median(times['unknown']):.2f} × an unknown one")


def under_pgbench(name: str, script: str, url: str, folder: Path, seconds: float) -> None:
    file = folder / "script.sql"
    file.write_text(script)
    for old in folder.glob("log.*"):
        old.unlink()
    given = conninfo_to_dict(url)
    address = make_conninfo(**{k: str(v) for k, v in given.items() if k != "password"})
    env = {"PGPASSWORD": str(given["password"]), "PGOPTIONS": "-c search_path=public,jobs"}
    how = [
        "-n",
        f"-c{CLIENTS}",
        "-j2",
        f"-T{max(1, int(seconds))}",
        "-Mprepared",
        "-l",
        f"--log-prefix={folder / 'log'}",
    ]
    run_program(find_binaries() / "pgbench", *how, f"-f{file}", address, env=env)
    lines = [line.split() for log in folder.glob("log.*") for line in log.read_text().splitlines()]
    show(name, [int(line[2]) / 1e6 for line in lines], seconds)


def cost_of_policies(admin_url: str, app_url: str, begin: str, statement: str, rounds: int = 200) -> None:
    """A statement with the policies and, as superuser, without: in turns, so that both meet the same load."""
    bound: list[float] = []
    free: list[float] = []
    with psycopg.connect(app_url) as app, psycopg.connect(admin_url) as admin:
        app.execute(begin.encode())
        for _ in range(rounds):
            bound.append(_time(app, statement))
            free.append(_time(admin, statement))
    show("  with row security", bound[20:], sum(bound[20:]))
    show("  without", free[20:], sum(free[20:]))
    print(f"  row security costs {median(bound[20:]) / median(free[20:]):.2f} × the statement without it")


def _time(conn: psycopg.Connection, statement: str) -> float:
    started = time.perf_counter()
    conn.execute(statement.encode()).fetchall()
    return time.perf_counter() - started


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Bench, Cluster]]:
    server = Bench(folder, NOBODY_THERE)
    server.start()
    try:
        with Cluster(folder) as cluster:
            yield server, cluster
    finally:
        server.stop()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    memberships = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory(prefix="markroom-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with serving(folder) as (server, cluster):
            with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
                institute, user, token = fill(conn, memberships)
            app_url = cluster.url(APP, derive_password((folder / "secret").read_bytes(), APP))
            of = {"institute": institute, "user": user, "hash": f"\\x{hash_token(token).hex()}"}
            how = f"{memberships} memberships, {CLIENTS} clients, {seconds:.0f} s each"
            print(f"{how}, load {os.getloadavg()[0]:.1f}")
            asyncio.run(over_http(server.url, token, institute, seconds))
            asyncio.run(ask_for_links(server.url))
            under_pgbench("list members, pgbench", LIST_SCRIPT.format(**of), app_url, folder, seconds)
            under_pgbench(
                "invite, pgbench",
                INVITE_SCRIPT.format(begin=BEGIN.format(**of), **of),
                app_url,
                folder,
                seconds,
            )
            for what, statement in (("a page of the list", LIST), ("its total", COUNT)):
                print(f"{what}, one client:")
                cost_of_policies(cluster.admin_url, app_url, BEGIN.format(**of), statement.format(**of))


if __name__ == "__main__":
    main()

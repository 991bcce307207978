import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from markroom.kit.postgres import BinariesMissing, Cluster, ClusterFailed, PlaceRefused, find_binaries

HOLD = """
import sys
from pathlib import Path
from markroom.kit.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.start()
print(cluster.admin_url, flush=True)
sys.stdin.read()
"""
needs_root = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root can become somebody else"
)


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that starts the cluster and holds it until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_url(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate(input="", timeout=30)


def server_of(cluster: Cluster) -> psutil.Process:
    return psutil.Process(int((cluster.place / "pgdata" / "postmaster.pid").read_text().split()[0]))


def lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(question.encode()).fetchone()
        return row and row[0]


@pytest.fixture
def cluster(open_folder: Path) -> Iterator[Cluster]:
    made = Cluster(open_folder, durable=False)
    yield made
    made.start()  # whatever the test did to it, the last one out ends the server
    server = server_of(made)
    made.stop()
    assert not lives(server)


def test_a_first_start_makes_a_server_only_its_owner_can_use(cluster: Cluster, open_folder: Path) -> None:
    cluster.start()
    shown = {
        name: ask(cluster.admin_url, f"show {name}")
        for name in ("listen_addresses", "unix_socket_directories", "timezone", "password_encryption", "ssl")
    }
    assert shown == {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "timezone": "UTC",
        "password_encryption": "scram-sha-256",
        "ssl": "off",
    }
    assert ask(cluster.admin_url, "select array_agg(distinct auth_method) from pg_hba_file_rules") == [
        "scram-sha-256"
    ]
    collation = "select datlocprovider::text || datlocale from pg_database where datname = 'markroom'"
    assert ask(cluster.admin_url, collation) == "bC.UTF-8"
    assert mode_of(open_folder / "postgres" / "password") == 0o600
    assert mode_of(cluster.place) == mode_of(cluster.place / "pgdata") == 0o700


def test_a_server_is_durable_unless_a_test_says_otherwise(open_folder: Path) -> None:
    with Cluster(open_folder) as durable:
        shown = [ask(durable.admin_url, f"show {name}") for name in ("fsync", "synchronous_commit")]
    assert shown == ["on", "on"]


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    cluster.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url("postgres", "wrong"))


def test_the_last_process_to_stop_ends_the_server(cluster: Cluster, open_folder: Path) -> None:
    cluster.start()
    server = server_of(cluster)
    with holder(open_folder) as first, holder(open_folder) as second:
        assert read_url(first) == read_url(second) == cluster.admin_url
        cluster.stop()
        let_go(first)
        assert lives(server)
        let_go(second)
        assert not lives(server)


def test_two_clusters_of_one_process_count_as_two(cluster: Cluster, open_folder: Path) -> None:
    cluster.start()
    with Cluster(open_folder, durable=False) as other:
        assert other.admin_url == cluster.admin_url
    assert ask(cluster.admin_url, "select 1") == 1


def test_a_killed_process_leaves_its_server_to_the_next_and_holds_nobody_up(
    cluster: Cluster, open_folder: Path
) -> None:
    with holder(open_folder) as process:
        url = read_url(process)
        process.kill()
        process.wait()
    cluster.start()
    assert cluster.admin_url == url
    server = server_of(cluster)
    cluster.stop()
    assert not lives(server)


def test_a_killed_server_is_started_again_with_all_that_was_committed(open_folder: Path) -> None:
    with Cluster(open_folder) as durable:
        with psycopg.connect(durable.admin_url) as conn:
            conn.execute("create table kept as select generate_series(1, 1000) as number")
        killed = server_of(durable)
        killed.kill()
        durable.start()
        assert server_of(durable) != killed
        assert ask(durable.admin_url, "select count(*) from kept") == 1000


def test_a_pid_file_that_names_another_process_is_stale(cluster: Cluster) -> None:
    cluster.start()
    pid_file = cluster.place / "pgdata" / "postmaster.pid"
    text = pid_file.read_text()
    server_of(cluster).kill()
    pid_file.write_text(text.replace(text.split()[0], str(os.getppid()), 1))
    cluster.start()
    assert ask(cluster.admin_url, "select 1") == 1


def test_processes_that_start_together_share_one_server(cluster: Cluster, open_folder: Path) -> None:
    with (
        holder(open_folder) as one,
        holder(open_folder) as two,
        holder(open_folder) as three,
        holder(open_folder) as four,
    ):
        assert len({read_url(process) for process in (one, two, three, four)}) == 1


def test_a_first_start_that_was_killed_is_made_up_for(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    pgdata = cluster.place / "pgdata"
    pgdata.rename(pgdata.with_name("pgdata.new"))
    (pgdata.with_name("pgdata.new") / "PG_VERSION").unlink()
    cluster.start()
    assert ask(cluster.admin_url, "select 1") == 1


def test_a_port_somebody_else_took_is_changed_and_a_free_one_kept(cluster: Cluster) -> None:
    cluster.start()
    first = cluster.port
    cluster.stop()
    cluster.start()
    assert cluster.port == first
    cluster.stop()
    with socket.create_server(("127.0.0.1", first)):
        cluster.start()
        assert cluster.port != first
        assert ask(cluster.admin_url, "select 1") == 1


@pytest.mark.parametrize("end", ["exit", "SIGTERM", "SIGHUP"])
def test_a_process_that_ends_without_stopping_stops(cluster: Cluster, open_folder: Path, end: str) -> None:
    with holder(open_folder) as process:
        read_url(process)
        with Cluster(open_folder) as other:
            server = server_of(other)
        assert lives(server)
        if end != "exit":
            process.send_signal(signal.Signals[end])
        let_go(process)
        assert not lives(server)


def test_a_lost_password_is_named(cluster: Cluster, open_folder: Path) -> None:
    cluster.start()
    password = open_folder / "postgres" / "password"
    right = password.read_text()
    password.write_text("wrong")
    with pytest.raises(ClusterFailed, match="postgres/password"):
        Cluster(open_folder).start()
    password.write_text(right)


def test_a_server_that_cannot_start_tells_why(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    version = cluster.place / "pgdata" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(ClusterFailed, match="initialized by PostgreSQL version 12"):
        cluster.start()
    version.write_text("18\n")


def test_a_data_directory_may_have_any_name(open_folder: Path) -> None:
    with Cluster(open_folder / "Exams & 'marks' été", durable=False) as cluster:
        assert ask(cluster.admin_url, "select 1") == 1


def test_binaries_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MARKROOM_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(BinariesMissing, match="MARKROOM_POSTGRES_BIN"):
        find_binaries()


def open_to_all(place: Path) -> None:
    place.chmod(0o755)


def replace_by_link(place: Path) -> None:
    place.rename(place.with_name("moved"))
    place.symlink_to("moved")


def mend(place: Path) -> None:
    if place.is_symlink():
        place.unlink()
        place.with_name("moved").rename(place)
    place.chmod(0o700)


@pytest.mark.parametrize("spoil", [open_to_all, replace_by_link])
def test_a_place_that_was_tampered_with_is_refused(
    cluster: Cluster, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    cluster.start()
    cluster.stop()
    spoil(cluster.place)
    with pytest.raises(PlaceRefused, match="mode 0700, and no link"):
        cluster.start()
    mend(cluster.place)


@needs_root
def test_a_folder_only_root_may_enter_stays_closed(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server, and the binaries when need be, go where its account can."""
    closed, shared = open_folder / "closed", open_folder / "shared"
    closed.mkdir(mode=0o700)
    package = find_binaries().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        (closed / folder.name).symlink_to(folder)
    monkeypatch.setenv("MARKROOM_POSTGRES_BIN", str(closed / find_binaries().relative_to(package.parent)))
    data = closed / "data"
    with Cluster(data, durable=False, shared=shared) as cluster:
        assert cluster.place.parent == shared
        assert cluster.place.stat().st_uid != 0
        assert server_of(cluster).exe().startswith(str(shared / "postgresql-"))
        place = cluster.place
    with Cluster(data, durable=False, shared=shared) as cluster:
        assert cluster.place == place
    assert mode_of(closed) == mode_of(place) == 0o700
    assert len(list(shared.iterdir())) == 2


@needs_root
@pytest.mark.parametrize("made_by_another", ["folder", "link", "open"])
def test_a_shared_folder_others_can_write_to_is_refused(open_folder: Path, made_by_another: str) -> None:
    closed, shared = open_folder / "closed", open_folder / "shared"
    closed.mkdir(mode=0o700)
    (open_folder / "real").mkdir(mode=0o755)
    if made_by_another == "link":
        shared.symlink_to("real")
    else:
        shared.mkdir(mode=0o755)
    if made_by_another == "folder":
        os.chown(shared, 65534, 65534)
    if made_by_another == "open":
        shared.chmod(0o777)
    with pytest.raises(PlaceRefused, match="only root may write to"):
        Cluster(closed / "data", shared=shared).start()


@needs_root
def test_an_ordinary_user_runs_the_server_and_root_joins_as_that_user(open_folder: Path) -> None:
    os.chown(open_folder, 65534, 65534)

    def run_and_die() -> None:
        cluster = Cluster(open_folder, durable=False)
        cluster.start()

    assert as_nobody(run_and_die) == ""
    with Cluster(open_folder, durable=False) as cluster:
        assert server_of(cluster).uids().real == 65534
        assert (open_folder / "postgres" / "port").stat().st_uid == 65534


@needs_root
def test_another_user_is_told_whose_server_it_is(cluster: Cluster, open_folder: Path) -> None:
    cluster.start()
    assert "belongs to another user" in as_nobody(Cluster(open_folder).start)


def as_nobody(act: Callable[[], None]) -> str:
    """Do it in a child process that gave up root and dies without a word; the error it met, or nothing."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the parent reads it
            os.write(write, str(error).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.wait()
    return said

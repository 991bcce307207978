"""Start, find and stop the embedded PostgreSQL server of a data directory."""

import atexit
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg
from psycopg.pq import PGconn, Ping

from markroom.kit.postgres.account import account_of
from markroom.kit.postgres.binaries import run_program
from markroom.kit.postgres.errors import ClusterFailed, ProgramFailed
from markroom.kit.postgres.locks import Lease, hold_lock, is_leased
from markroom.kit.postgres.place import (
    SHARED,
    find_place,
    make_control,
    make_place,
    usable_binaries,
    write_private,
)

_HOST, _USER, _DATABASE = "127.0.0.1", "postgres", "markroom"
_SECONDS_TO_START = 120  # a server that was killed first replays its log
_ATTEMPTS = 8

_SETTINGS = {
    "listen_addresses": _HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",  # costs more than it gives on short statements
    "log_min_messages": "log",  # failing statements hold personal data; whoever sent one is told
    "log_checkpoints": "off",
}
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    """The PostgreSQL server of one data directory, shared by all processes that start it.

    The first to start it launches the server, the last to stop it ends it; a killed process counts no more.
    The server outlives a killed process, and the next start finds it. `durable=False` is for tests: what was
    committed may be lost with the machine. Where root's data directory is closed to the server's account, its
    files lie under `shared`.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, shared: Path = SHARED) -> None:
        self._data_dir, self._durable, self._shared = Path(data_dir), durable, shared
        self._lease: Lease | None = None
        self._process = os.getpid()
        self._control = self._place = Path()
        self._port = 0

    def start(self) -> None:
        """Make the cluster if there is none, launch its server if none runs. Raises ClusterError."""
        self._control = make_control(self._data_dir)
        with hold_lock(self._control / "lock"):
            lease = self._lease or Lease(self._control / "lease")
            try:
                self._start_locked()
            except BaseException:
                self._lease = None
                lease.close()
                raise
        if self._lease is None:
            self._lease, self._process = lease, os.getpid()
            atexit.register(self.stop)
            _exit_on_signals()

    def _start_locked(self) -> None:
        self._place = find_place(self._control) or make_place(self._control, self._shared)
        if not (self._pgdata / "PG_VERSION").exists():
            self._initialise()
        for _ in range(3):  # a server found dying is launched again
            if self._running_pid() is None:
                self._launch()
            if self._await_answer():
                return self._make_database()
        raise self._failure("The database server does not answer.")

    def stop(self) -> None:
        """Give up this process's share; the last one ends the server."""
        atexit.unregister(self.stop)
        if self._lease is None or self._process != os.getpid():
            return
        lease, self._lease = self._lease, None
        with hold_lock(self._control / "lock"):
            lease.close()
            if not is_leased(self._control / "lease") and self._running_pid() is not None:
                self._run("pg_ctl", "-D", self._pgdata, "-m", "fast", "-w", "-t", "60", "stop")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The server's port on 127.0.0.1; it may differ from start to start."""
        return self._port

    @property
    def place(self) -> Path:
        """The folder of the server's files."""
        return self._place

    @property
    def admin_url(self) -> str:
        """The superuser's address of the database `markroom`. It holds the password: never log it."""
        return self.url(_USER, self._password)

    def url(self, user: str, password: str, database: str = _DATABASE) -> str:
        """The address of a database of this cluster for a login. Both are taken as URL-safe."""
        return f"postgresql://{user}:{password}@{_HOST}:{self._port}/{database}"

    @property
    def _pgdata(self) -> Path:
        return self._place / "pgdata"

    @property
    def _password(self) -> str:
        return (self._control / "password").read_text()

    def _run(self, program: str, *arguments: str | Path) -> None:
        binaries = usable_binaries(self._place, self._shared)
        run_program(binaries / program, *arguments, account=account_of(self._place))

    def _initialise(self) -> None:
        """Made aside and renamed, so that a killed start leaves nothing half made."""
        aside = self._place / "pgdata.new"
        if aside.exists():
            shutil.rmtree(aside)
        write_private(self._control / "password", secrets.token_urlsafe(32))
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o711)
            copy = Path(folder) / "password"
            write_private(copy, self._password)
            account_of(self._place).own(copy)
            self._run(
                "initdb",
                f"--pgdata={aside}",
                f"--username={_USER}",
                f"--pwfile={copy}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C",
                *([] if self._durable else ["--no-sync"]),
            )
        aside.rename(self._pgdata)

    def _launch(self) -> None:
        (self._pgdata / "postmaster.pid").unlink(
            missing_ok=True
        )  # of a killed server; the port beside it is kept
        for attempt in range(_ATTEMPTS):
            write_private(self._control / "port", str(_choose_port(self._control / "port")))
            try:
                self._run(
                    "pg_ctl",
                    "-D",
                    self._pgdata,
                    "-l",
                    self._log,
                    "-o",
                    self._options(),
                    "-w",
                    "-t",
                    "60",
                    "start",
                )
                return
            except ProgramFailed as failure:
                if self._running_pid() is not None:  # slow, not dead
                    return
                if attempt == _ATTEMPTS - 1:
                    raise self._failure(str(failure)) from failure
                time.sleep(
                    0.25
                )  # the port was taken meanwhile, or a killed server's children are still leaving

    def _options(self) -> str:
        port = (self._control / "port").read_text()
        settings = _SETTINGS | {"port": port} | ({} if self._durable else _HASTY)
        return " ".join(f"-c {name}='{value}'" for name, value in settings.items())

    @property
    def _log(self) -> Path:
        return self._place / "log"

    def _tail_log(self) -> str:
        try:
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-5:])
        except OSError:
            return ""

    def _running_pid(self) -> int | None:
        """The server's process. A number in the pid file proves nothing: a server works in its own folder."""
        try:
            pid = int((self._pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
            return pid if Path(psutil.Process(pid).cwd()) == self._pgdata.resolve() else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _await_answer(self) -> bool:
        """Wait until the server takes connections; False when it ends instead."""
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            if self._running_pid() is None:
                return False
            if time.monotonic() > deadline:
                raise self._failure("The database server does not answer.")
            time.sleep(0.02)
        return True

    def _answers(self) -> bool:
        try:
            self._port = int((self._pgdata / "postmaster.pid").read_text().split("\n")[3])
        except (OSError, ValueError, IndexError):  # not written yet
            return False
        return PGconn.ping(self.url(_USER, "", "postgres").encode()) == Ping.OK

    def _make_database(self) -> None:
        try:
            with psycopg.connect(self.url(_USER, self._password, "postgres"), autocommit=True) as conn:
                if not conn.execute("select 1 from pg_database where datname = %s", [_DATABASE]).fetchone():
                    conn.execute(f"create database {_DATABASE}")
        except psycopg.OperationalError as failure:
            password = self._control / "password"
            raise self._failure(f"{failure}\nIs {password} the file it was made with?") from failure

    def _failure(self, what: str) -> ClusterFailed:
        return ClusterFailed(f"{what}\n{self._tail_log()}\nThe whole log is {self._log}.")


def _choose_port(kept: Path) -> int:
    """The port kept from before when it is free, else one that is."""
    wanted = int(kept.read_text()) if kept.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ClusterFailed("No port is free on 127.0.0.1.")


def _exit_on_signals() -> None:
    """These by default end Python without a word to `atexit`; who handles one already keeps doing so."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda received, _: sys.exit(128 + received))

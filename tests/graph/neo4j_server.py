"""A real Neo4j server for the tests: on loopback, in a temporary folder, ended by its process id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import neo4j
import pytest
from neo4j.exceptions import ServiceUnavailable

JARS = Path(__file__).parents[2] / "build/neo4j"
PASSWORD = "for the tests alone"
START_SECONDS = 120
SETTINGS = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size=32m
server.directories.plugins={home}/plugins
"""
QUICK = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def refuse(reason: str) -> None:
    """Skips; fails where `MARKROOM_REQUIRE_NEO4J` is set."""
    if os.environ.get("MARKROOM_REQUIRE_NEO4J"):
        pytest.fail(f"no Neo4j server: {reason}")
    pytest.skip(f"no Neo4j server: {reason}")


@contextmanager
def running_neo4j() -> Iterator[str]:
    """Its address with user and password, as MARKROOM_GRAPH_URL takes it."""
    java = shutil.which("java")
    if java is None:
        refuse("install Java 17 or newer (Debian: openjdk-17-jre-headless)")
    if not list(JARS.glob("neo4j-bolt-5*.jar")):
        refuse("fetch it with `make neo4j`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(tempfile.mkdtemp(prefix="markroom-neo4j-"))
    for folder in ("conf", "plugins"):
        (home / folder).mkdir()
    (home / "conf/neo4j.conf").write_text(SETTINGS.format(port=port, home=home))
    arguments = [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    with (home / "output").open("wb") as output:
        server = subprocess.Popen(
            [str(java), *QUICK, "-cp", f"{JARS}/*", "org.neo4j.server.CommunityEntryPoint", *arguments],
            stdout=output,
            stderr=output,
        )
    try:
        _set_password(server, home, f"bolt://127.0.0.1:{port}")
        yield f"bolt://neo4j:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}"
    finally:
        server.kill()  # nothing of it is kept
        server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _set_password(server: subprocess.Popen[bytes], home: Path, address: str) -> None:
    """As soon as it answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with neo4j.GraphDatabase.driver(address, auth=("neo4j", "neo4j")) as driver:
                driver.verify_connectivity()
                change = "alter current user set password from 'neo4j' to $password"
                driver.execute_query(change, password=PASSWORD, database_="system")
                return
        except ServiceUnavailable:
            time.sleep(0.2)
    pytest.fail(f"Neo4j did not start: {(home / 'output').read_text()[-2000:]}")

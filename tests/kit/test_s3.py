"""T-10: files in an object store, spoken to as Amazon's S3 is, over HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from markroom.kit.storage import Storage, StorageUnavailable, StoredFileMissing


class Bucket(BaseHTTPRequestHandler):
    """What of S3 is asked for: whole objects put, got, looked at and deleted. None without a signature."""

    objects: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self._is_signed():
            self.objects[self.path] = body
            self._answer(200)

    def do_GET(self) -> None:
        if self._is_signed():
            self._answer(200 if self.path in self.objects else 404, self.objects.get(self.path, b""))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        """Many are deleted at once: `?delete`."""
        names = re.findall(rb"<Key>([^<]+)</Key>", self.rfile.read(int(self.headers["Content-Length"])))
        if self._is_signed():
            for name in names:
                self.objects.pop(f"/papers/{name.decode()}", None)
            gone = b"".join(b"<Deleted><Key>%s</Key></Deleted>" % name for name in names)
            self._answer(200, b"<DeleteResult>%s</DeleteResult>" % gone)

    def _is_signed(self) -> bool:
        signed = "Credential=school/" in self.headers.get("Authorization", "")
        if not signed:
            self._answer(403)
        return signed

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 09:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None: ...


@contextmanager
def running_bucket() -> Iterator[tuple[str, dict[str, bytes]]]:
    objects: dict[str, bytes] = {}
    handler = type("OneBucket", (Bucket,), {"objects": objects})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", objects
    finally:
        server.shutdown()
        server.server_close()


async def test_files_lie_in_the_bucket_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-10, X-02: the keys are those of a folder, and nothing lies on the disk"""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "school")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    with running_bucket() as (address, objects):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        storage = Storage.from_settings("s3://papers/markroom", tmp_path)
        await storage.put("school/files/one", b"bytes")
        (tmp_path / "upload").write_bytes(b"x" * 100_000)
        await storage.put("school/files/two", tmp_path / "upload")
        assert objects == {
            "/papers/markroom/school/files/one": b"bytes",
            "/papers/markroom/school/files/two": b"x" * 100_000,
        }
        assert await storage.get("school/files/one") == b"bytes"
        assert await storage.exists("school/files/two")
        assert not await storage.exists("school/files/three")
        with pytest.raises(StoredFileMissing):
            await storage.get("school/files/three")
        await storage.delete("school/files/one")
        assert list(objects) == ["/papers/markroom/school/files/two"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "stranger")
        with pytest.raises(StorageUnavailable):
            await Storage.from_settings("s3://papers/markroom", tmp_path).get("school/files/two")
    assert {file.name for file in tmp_path.iterdir()} == {"upload"}  # noqa: ASYNC240 - a look at the end

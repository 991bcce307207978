"""The operating-system account the server runs as: PostgreSQL refuses to run as root."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markroom.kit.postgres.errors import PlaceRefused

if sys.platform != "win32":
    import pwd


@dataclass(frozen=True)
class Account:
    """Who runs the server's programs; `uid` None: whoever runs this one."""

    uid: int | None = None
    gid: int | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """Arguments of `subprocess.run`."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        return self.runs("/bin/sh", "-c", 'test -x "$1"', "sh", str(folder))

    def runs(self, *command: str | Path) -> bool:
        if self.uid is None:
            return True
        try:
            subprocess.run(command, cwd="/", capture_output=True, check=True, **self.identity)
        except (PermissionError, subprocess.CalledProcessError):
            return False
        return True

    def own(self, path: Path) -> None:
        """Give this account a path just made in a folder only this program may write in."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def am_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def choose_account() -> Account:
    """Root gives way to `postgres`, or to `nobody` where there is none; everybody else stays who they are."""
    if not am_root():
        return Account()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PlaceRefused(
        "PostgreSQL does not run as root, and there is no account postgres or nobody: run as a user."
    )


def account_of(folder: Path) -> Account:
    """The account an existing cluster's folder belongs to. Raises PlaceRefused where we cannot act as it."""
    if sys.platform == "win32":
        return Account()
    status = folder.lstat()
    if am_root() and status.st_uid != 0:
        return Account(status.st_uid, status.st_gid)
    if status.st_uid != os.geteuid():
        raise PlaceRefused(f"The database in {folder} belongs to another user: run Markroom as that user.")
    return Account()

"""Where the cluster lies: beside its control files, or elsewhere when its account may not go there.

The control folder belongs to whoever runs this program and holds the password. The place belongs to the
account that runs the server, mode 0700. For root the two differ; and where root's folders are closed to that
account, the place and a copy of the binaries lie in a shared folder, and the control folder keeps the place's
path. No mode of a folder that was there before is ever changed.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from markroom.kit.postgres.account import Account, account_of, am_root, choose_account
from markroom.kit.postgres.binaries import find_binaries
from markroom.kit.postgres.errors import PlaceRefused

SHARED = Path("/var/lib/markroom")


def make_control(data_dir: Path) -> Path:
    """The folder of the control files, made when missing; the server's account may pass through it."""
    control = data_dir.resolve() / "postgres"
    for folder in (control.parent, control):
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o711 if am_root() else 0o700)
    if not os.access(control, os.R_OK | os.W_OK | os.X_OK):
        raise PlaceRefused(f"{control} belongs to another user: run Markroom as that user.")
    return control


def find_place(control: Path) -> Path | None:
    """The place made before, checked. Raises PlaceRefused if it is not as it was left."""
    pointer, beside = control / "place", control / "cluster"
    place = Path(pointer.read_text().strip()) if pointer.exists() else beside
    if not place.is_symlink() and not place.exists():
        if place is beside:
            return None
        raise PlaceRefused(
            f"{pointer} names {place}, which is gone: put it back, or remove {control} to start empty."
        )
    status = place.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_mode & 0o077:
        raise PlaceRefused(f"{place} must be a folder of mode 0700, and no link.")
    if am_root() and status.st_uid == 0:  # a start was killed before it gave the folder away
        choose_account().own(place)
    return place


def make_place(control: Path, shared: Path = SHARED) -> Path:
    """A new place. The caller holds the control folder's lock."""
    account = choose_account()
    if account.may_enter(control):
        place = control / "cluster"
        place.mkdir(mode=0o700)
    else:
        name = hashlib.sha256(os.fsencode(control)).hexdigest()[:12]
        place = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_open_shared(shared, account)))
        write_private(control / "place", str(place))
    account.own(place)
    return place


def usable_binaries(place: Path, shared: Path = SHARED) -> Path:
    """PostgreSQL's programs where the place's account can run them, copied there when need be."""
    binaries, account = find_binaries(), account_of(place)
    if account.runs(binaries / "initdb", "--version"):
        return binaries
    install = binaries.parent
    target = _open_shared(shared, account) / f"postgresql-{_fingerprint(install)}"
    if not target.exists():
        _copy(install, target)
    return target / install.parent.name / install.name / binaries.name


def write_private(path: Path, text: str) -> None:
    """Write a file only its folder's owner may read, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if am_root():
        owner = path.parent.stat()
        os.chown(name, owner.st_uid, owner.st_gid, follow_symlinks=False)
    Path(name).replace(path)


def _open_shared(shared: Path, account: Account) -> Path:
    """Root's own folder under which only root makes names, so that nobody can have made one before."""
    advice = "Set MARKROOM_DATA_DIR to a folder that every account may enter, or run as an ordinary user."
    try:
        if not shared.exists() and not shared.is_symlink():
            shared.mkdir(parents=True)
            shared.chmod(0o711)
        status = shared.lstat()
    except OSError as error:
        raise PlaceRefused(f"{shared} cannot be made ({error.strerror}). {advice}") from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise PlaceRefused(f"{shared} must be a folder that only root may write to. {advice}")
    if not account.may_enter(shared):
        raise PlaceRefused(f"The account of PostgreSQL may not enter {shared}. {advice}")
    return shared


def _fingerprint(install: Path) -> str:
    digest = hashlib.sha256(os.fsencode(install))
    for path in sorted(p for part in ("bin", "lib", "share") for p in (install / part).rglob("*")):
        status = path.lstat()
        digest.update(
            os.fsencode(path.relative_to(install)) + b"%d %d" % (status.st_size, status.st_mtime_ns)
        )
    return digest.hexdigest()[:12]


def _copy(install: Path, target: Path) -> None:
    """The programs find their libraries from where they lie: a wheel's are in a folder beside its package."""
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copy = Path(scratch) / "copy"
        without = shutil.ignore_patterns("include")
        shutil.copytree(install, copy / package.name / install.name, symlinks=True, ignore=without)
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        copy.rename(target)

from __future__ import annotations

from uuid import UUID

from markroom.files import imaging, reads, writes
from markroom.files.model import (
    UPLOAD,
    WIDTHS,
    DamagedFile,
    EmptyFile,
    EncryptedPdf,
    FileNotFound,
    FileUploaded,
    Misnamed,
    NoSuchPageOfFile,
    NotPdf,
    PageTooLarge,
    PageTooSmall,
    SourceFile,
    StoredUpload,
    TooManyPages,
    UnreadableFile,
    UnsupportedType,
)
from markroom.files.uploads import Upload
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.processes import run_bounded
from markroom.kit.storage import Storage, StoredFileMissing
from markroom.reading import pdf

_EXTENSIONS = {
    "pdf": imaging.PDF,
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}
_KINDS = {
    imaging.PDF: "a PDF",
    "image/png": "a PNG image",
    "image/jpeg": "a JPEG image",
    "image/tiff": "a TIFF image",
}
_FAILURES: dict[type[pdf.Unreadable], type[UnreadableFile]] = {
    pdf.EmptyFile: EmptyFile,
    pdf.NotAPdf: NotPdf,
    pdf.EncryptedPdf: EncryptedPdf,
    pdf.DamagedPdf: DamagedFile,
    imaging.DamagedImage: DamagedFile,
    pdf.TooManyPages: TooManyPages,
    pdf.PageTooLarge: PageTooLarge,
    imaging.PageTooSmall: PageTooSmall,
}


def explain_unreadable(error: pdf.Unreadable) -> UnreadableFile:
    """The user's message for what reading a file found wrong with it."""
    return _FAILURES.get(type(error), UnreadableFile)()


async def store_upload(storage: Storage, institute_id: UUID, upload: Upload) -> StoredUpload:
    """Inspects an upload and puts its bytes where its hash says; no transaction may be open.

    Raises Misnamed, UnsupportedType, UnreadableFile.
    """
    media_type = _check_type(upload)
    try:
        sizes = await run_bounded(imaging.read_page_sizes, str(upload.path), media_type, seconds=60)
    except pdf.Unreadable as error:
        raise explain_unreadable(error) from error
    key = file_key(institute_id, upload.sha256)
    if not await storage.exists(key):
        await storage.put(key, upload.path)
    return StoredUpload(upload.sha256, upload.name, media_type, upload.size, sizes)


def _check_type(upload: Upload) -> str:
    if upload.size == 0:
        raise EmptyFile
    found = imaging.find_media_type(upload.head)
    _, _, extension = upload.name.rpartition(".")
    named = _EXTENSIONS.get(extension.lower())
    if found is None:
        raise NotPdf if named == imaging.PDF else UnsupportedType
    if named is not None and named != found:
        raise Misnamed(
            f"This file is named .{extension.lower()} but is {_KINDS[found]}. "
            "Rename it, or save it as what you meant to send."
        )
    return found


async def record_upload(conn: Conn, actor: Actor, stored: StoredUpload) -> tuple[SourceFile, bool]:
    """The row of a stored upload, and whether it is new: the same file is kept once per institute."""
    permit(actor, UPLOAD)
    made = await writes.insert_source_file(conn, actor.institute, actor.user_id, actor.project_id, stored)
    if made is None:
        if actor.project_id is not None:
            await writes.lend_source_file(conn, actor.institute, stored.sha256, actor.project_id)
        known = await reads.find_source_file_by_hash(conn, actor.institute, stored.sha256)
        if known is None:
            raise FileNotFound
        return known, False
    facts = {"media_type": made.media_type, "page_count": made.page_count, "size": made.size}
    await emit(conn, FileUploaded(institute_id=actor.institute, subject_id=made.id, facts=facts))
    return made, True


def file_key(institute_id: UUID, sha256: str) -> str:
    return f"{institute_id}/files/{sha256}"


async def read_source_file(storage: Storage, institute_id: UUID, file: SourceFile) -> bytes:
    return await storage.get(file_key(institute_id, file.sha256))


def choose_width(wanted: int) -> int:
    """The smallest width on offer that is not smaller than wanted."""
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


async def page_image(
    storage: Storage, institute_id: UUID, file: SourceFile, page: int, width: int = 1024
) -> bytes:
    """A page (1-based) as JPEG; made once per width on offer and kept beside the file.

    Raises NoSuchPageOfFile, UnreadableFile.
    """
    if not 1 <= page <= file.page_count:
        raise NoSuchPageOfFile
    width_px = choose_width(width)
    key = f"{file_key(institute_id, file.sha256)}.pages/{page}-{width_px}.jpg"
    try:
        return await storage.get(key)
    except StoredFileMissing:
        data = await read_source_file(storage, institute_id, file)
        image = await _render(data, file.media_type, page, width_px)
        await storage.put(key, image)
        return image


async def _render(data: bytes, media_type: str, page: int, width_px: int) -> bytes:
    try:
        return await run_bounded(imaging.render_jpeg, data, media_type, page, width_px, seconds=30)
    except pdf.Unreadable as error:
        raise explain_unreadable(error) from error

from __future__ import annotations

from markroom.jobs.queue import Job, job
from markroom.kit.db import Conn
from markroom.kit.events import subscribe
from markroom.kit.http import run_blocking
from markroom.memories import reads, writes
from markroom.memories.embedding import embedded_text, load_embedder
from markroom.projects.model import ProjectPurged

EMBEDDED_AT_ONCE = 64


@job("embed_memories")
async def embed_memories(job: Job) -> dict[str, object]:
    """Makes the vectors a project lacks, and anew those of another model: any write brings them all up to
    date."""
    project_id = job.subject_id
    assert project_id is not None
    embedder = await run_blocking(load_embedder)
    if embedder is None:
        return {"embedded": 0, "note": "No model is installed: search compares words only."}
    done = 0
    while True:
        async with job.transaction() as conn:
            texts = await reads.list_unembedded(
                conn, job.institute_id, project_id, embedder.model, EMBEDDED_AT_ONCE
            )
        if not texts:
            return {"embedded": done}
        vectors = await run_blocking(embedder.embed, [embedded_text(each.text, each.tags) for each in texts])
        async with job.transaction() as conn:
            done += await writes.put_vectors(
                conn, job.institute_id, project_id, embedder.model, texts, vectors
            )
        await job.progress(done, None)


@subscribe(ProjectPurged)
async def purge_memories(conn: Conn, event: ProjectPurged) -> None:
    """They go with their project, before it goes."""
    assert event.subject_id is not None
    await writes.delete_all(conn, event.institute_id, event.subject_id)

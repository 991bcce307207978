from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import Field, StrictBool, StrictInt, field_validator

from markroom.kit.access import InInstitute, requires
from markroom.kit.http import Body, router
from markroom.scripts import reads
from markroom.scripts.actions import batches
from markroom.scripts.errors import NotPrinted
from markroom.scripts.model import (
    BATCHES_CREATE,
    BATCHES_RUN,
    MAX_SCRIPTS,
    Batch,
    NewCandidate,
)

batch_routes = router("/api/batches", tags=["batches"])


class CandidateBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    number: Annotated[str | None, Field(max_length=40)] = None
    user_id: UUID | None = None

    @field_validator("name", "number")
    @classmethod
    def tidy(cls, text: str | None) -> str | None:
        """Pasted lists bring stray white space and control characters."""
        tidied = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split()) if text else ""
        if text and not tidied:
            raise ValueError("must hold more than white space")
        return tidied or None

    def entered(self) -> NewCandidate:
        return NewCandidate(self.name, self.number, self.user_id)


class ScriptsBody(Body):
    candidates: Annotated[tuple[CandidateBody, ...], Field(max_length=MAX_SCRIPTS)] = ()
    class_ids: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    blank_scripts: Annotated[StrictInt, Field(ge=0, le=MAX_SCRIPTS)] = 0


class BatchBody(ScriptsBody):
    template_id: UUID
    title: Annotated[str, Field(min_length=1, max_length=200)]
    blind: StrictBool = False
    markers: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    institute_id: UUID | None = None

    def entered(self) -> batches.NewBatch:
        return batches.NewBatch(
            template_id=self.template_id,
            title=self.title,
            candidates=[candidate.entered() for candidate in self.candidates],
            class_ids=self.class_ids,
            blank_scripts=self.blank_scripts,
            blind=self.blind,
            markers=list(dict.fromkeys(self.markers)),
        )


async def seen_batch(batch_id: UUID, caller: InInstitute) -> Batch:
    return await reads.get_batch(caller.conn, caller.actor.institute, batch_id)


async def run_batch(batch_id: UUID, caller: InInstitute) -> Batch:
    batch = await reads.get_batch(caller.conn, caller.actor.institute, batch_id)
    batches.permit_run(caller.actor, batch)
    return batch


run_batch.permission = BATCHES_RUN  # type: ignore[attr-defined]
SeenBatch = Annotated[Batch, Depends(seen_batch)]
RunBatch = Annotated[Batch, Depends(run_batch)]


@batch_routes.post("", status_code=201, dependencies=[requires(BATCHES_CREATE)])
async def create_batch(body: BatchBody, caller: InInstitute) -> dict[str, Any]:
    batch = await batches.create_batch(caller.conn, caller.actor, body.entered())
    scripts = await reads.count_scripts(caller.conn, caller.actor.institute, batch.id)
    return {"id": batch.id, "state": batch.state, "scripts": scripts}


@batch_routes.post("/{batch_id:uuid}/candidates", status_code=201)
async def add_candidates(body: ScriptsBody, caller: InInstitute, batch: RunBatch) -> dict[str, Any]:
    """More candidates or blank scripts, numbered on. Who sits it already is not entered again by a class."""
    entered = [candidate.entered() for candidate in body.candidates]
    await batches.add_scripts(caller.conn, caller.actor, batch, entered, body.class_ids, body.blank_scripts)
    return {"scripts": await reads.count_scripts(caller.conn, caller.actor.institute, batch.id)}


@batch_routes.post("/{batch_id:uuid}/print", status_code=202)
async def print_batch(caller: InInstitute, batch: RunBatch) -> dict[str, Any]:
    return {"job": {"id": await batches.start_printing(caller.conn, caller.actor, batch)}}


@batch_routes.get("/{batch_id:uuid}/print.pdf", response_class=Response)
async def get_print(request: Request, batch: RunBatch) -> Response:
    if batch.print_key is None:
        raise NotPrinted
    data = await request.app.state.storage.get(batch.print_key)
    headers = {"Content-Disposition": 'inline; filename="scripts.pdf"', "Cache-Control": "private, no-cache"}
    return Response(data, media_type="application/pdf", headers=headers)

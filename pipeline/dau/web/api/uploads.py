"""Uploads: a file in, its conversion followed, its document out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import StreamingResponse

from ..context import Context
from ..depends import CurrentContext, CurrentWriter
from ..jobs import Job, JobQueue
from ..jobs.store import JOB_ID, Incoming
from ..problems import Problem, not_found, without_paths
from ..streams import limited

router = APIRouter(tags=["uploads"])

_CHUNK = 1 << 20
_LOOK_SECONDS = 0.5
_ALIVE_SECONDS = 15.0


class JobPage(BaseModel):
    items: list[Job]


def queue(context: CurrentContext) -> JobQueue:
    """The queue; 403 where the server only reads."""
    if context.queue is None:
        raise Problem(403, "read_only", "This server only reads. Start it with --write to review and upload.")
    return context.queue


def job(job_id: Annotated[str, Path(pattern=JOB_ID)], queue: Annotated[JobQueue, Depends(queue)]) -> Job:
    found = queue.store.get(job_id)
    if found is None:
        raise not_found("upload")
    return told(found)


Queue = Annotated[JobQueue, Depends(queue)]
CurrentJob = Annotated[Job, Depends(job)]

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {"schema": {
                "type": "object", "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }},
        },
    }
}


@router.post("/uploads", name="create_upload", status_code=202, response_model=Job, openapi_extra=_BODY)
async def create_upload(
    request: Request, context: CurrentContext, user: CurrentWriter, queue: Queue,
    filename: Annotated[str, Query(max_length=500, description="Its name, where the body is the file.")] = "upload",
) -> Job:
    """Send a file: as the body, or as `file` of a form. It is converted as soon as the archive is free.

    409 while another process writes the archive; 413, 415 for what is too large, or no scan and no text.
    """
    if await run_in_threadpool(queue.held_by_others):
        detail = "Another run is writing the archive. Send it again when that has ended, or let `dau watch` take it."
        raise Problem(409, "archive_busy", detail, headers={"Retry-After": "60"})
    if len(queue.store.waiting()) >= context.settings.queue:
        raise Problem(503, "queue_full", "Too many uploads are waiting.", headers={"Retry-After": "60"})
    form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    received = await (_from_form if form else _from_body)(request, context, queue, filename, user.name)
    queue.wake()
    return told(received)


async def _from_body(request: Request, context: Context, queue: JobQueue, filename: str, by: str) -> Job:
    with queue.store.receiving(filename, context.settings.upload) as incoming:
        async for chunk in request.stream():
            await run_in_threadpool(incoming.write, chunk)
        return await run_in_threadpool(queue.store.add, incoming, by)


async def _from_form(request: Request, context: Context, queue: JobQueue, filename: str, by: str) -> Job:
    async with request.form(max_files=1, max_fields=20) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Problem(422, "invalid", "The form has no `file`.")
        with queue.store.receiving(file.filename or filename, context.settings.upload) as incoming:
            while chunk := await file.read(_CHUNK):
                await run_in_threadpool(_write, incoming, chunk)
            return await run_in_threadpool(queue.store.add, incoming, by)


def _write(incoming: Incoming, chunk: bytes) -> None:
    incoming.write(chunk)


@router.get("/uploads", name="list_uploads", response_model=JobPage)
def list_uploads(queue: Queue, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> JobPage:
    """Uploads, the newest first."""
    return JobPage(items=[told(each) for each in queue.store.all()[:limit]])


@router.get("/uploads/{job_id}", name="get_upload", response_model=Job)
def get_upload(job: CurrentJob) -> Job:
    """An upload and what came of it; `document` is the id of its document."""
    return job


@router.get("/uploads/{job_id}/events", name="follow_upload", response_class=StreamingResponse)
async def follow_upload(job: CurrentJob, queue: Queue, context: CurrentContext) -> StreamingResponse:
    """Progress as server-sent events: `progress` with the upload at each change, `end` with the last."""
    events = limited(context.streams, _events(job.id, queue))
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _events(job_id: str, queue: JobQueue) -> AsyncIterator[bytes]:
    last, quiet = None, 0.0
    while (job := queue.store.get(job_id)) is not None:
        if job != last:
            last, quiet = job, 0.0
            name = "end" if job.over else "progress"
            yield f"event: {name}\ndata: {json.dumps(told(job).model_dump(), ensure_ascii=False)}\n\n".encode()
        elif quiet >= _ALIVE_SECONDS:
            quiet = 0.0
            yield b": still there\n\n"
        if job.over:
            return
        await asyncio.sleep(_LOOK_SECONDS)
        quiet += _LOOK_SECONDS


def told(job: Job) -> Job:
    """A job as callers see it: messages name files, not where they lie."""
    return job.model_copy(update={"message": without_paths(job.message)}) if job.message else job

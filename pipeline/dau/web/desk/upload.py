"""Sending a file from the browser and following its conversion; without scripts the page loads itself anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dau.scan.sniff import SUPPORTED

from ..api.uploads import CurrentJob, Queue, create_upload, told
from ..context import Context
from ..depends import CurrentContext, CurrentUser, CurrentWriter
from ..jobs import JobQueue
from ..problems import Problem
from ..sessions import User
from .rendering import render

router = APIRouter()
_SHOWN = 50
_SHOWN_ERRORS = frozenset({"archive_busy", "queue_full", "too_large", "unsupported", "empty", "invalid", "no_room"})


@router.get("/upload", name="desk_upload")
def upload_page(request: Request, context: CurrentContext, user: CurrentUser, queue: Queue) -> Response:
    """The form, and what was sent before."""
    return _page(request, context, user, queue)


@router.post("/upload", name="desk_send")
async def send(request: Request, context: CurrentContext, user: CurrentWriter, queue: Queue) -> Response:
    """Take `file` of the form, then show how it goes."""
    try:
        job = await create_upload(request, context, user, queue)
    except Problem as problem:
        if problem.code not in _SHOWN_ERRORS:
            raise
        return _page(request, context, user, queue, problem)
    return RedirectResponse(f"/upload/{job.id}", 303)


@router.get("/upload/{job_id}", name="desk_job")
def job_page(request: Request, job: CurrentJob) -> Response:
    """One upload. Scripts follow it by server-sent events; without them the page loads anew while it lasts."""
    return render(request, "job.html", job=job)


def _page(
    request: Request, context: Context, user: User, queue: JobQueue, problem: Problem | None = None
) -> Response:
    return render(
        request, "upload.html", jobs=[told(each) for each in queue.store.all()[:_SHOWN]], problem=problem,
        most=context.settings.upload >> 20, supported=SUPPORTED, status=problem.status if problem else 200,
    )  # fmt: skip

"""Every room's routes, and its jobs and subscribers in the order of the floors."""

from __future__ import annotations

from fastapi import FastAPI

from markroom.identity import endpoints as identity
from markroom.identity import tasks as identity_tasks
from markroom.institutes import endpoints as institutes
from markroom.institutes import tasks as institutes_tasks
from markroom.jobs import endpoints as jobs

ROUTES = [identity.routes, institutes.routes, jobs.routes]
TASKS = [identity_tasks, institutes_tasks]
render_error_page = None


def install_pages(app: FastAPI) -> None: ...

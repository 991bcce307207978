"""A browser without a screen: cookies, forms and redirects as a person's browser would send them."""

from __future__ import annotations

import re
from uuid import UUID

import httpx

from markroom.kit.access import INSTITUTE_COOKIE, SESSION_COOKIE
from tests.stage import BASE_URL, Person, School, Stage

HEADERS = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


class Tab(httpx.AsyncClient):
    """One browser. `send` fills a form in: it takes the form's hidden token from the page last seen."""

    csrf = ""

    async def see(self, url: str) -> httpx.Response:
        answer = await self.get(url)
        if found := re.search(r'name="csrf" value="([\w-]+)"', answer.text):
            self.csrf = found[1]
        return answer

    async def submit(self, url: str, **fields: str) -> httpx.Response:
        return await self.post(url, data={"csrf": self.csrf, **fields})


def open_tab(stage: Stage, person: Person | None = None, institute_id: UUID | None = None) -> Tab:
    """A browser in which `person` is signed in, working in the institute."""
    transport = httpx.ASGITransport(app=stage.app)
    tab = Tab(transport=transport, base_url=BASE_URL, headers=HEADERS)
    if person:
        tab.cookies.set(SESSION_COOKIE, person.token)
    if institute_id:
        tab.cookies.set(INSTITUTE_COOKIE, str(institute_id))
    return tab


def tab_of(stage: Stage, school: School, role: str) -> Tab:
    return open_tab(stage, school.people[role], school.institute_id)

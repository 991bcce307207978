"""The routes of the application as they are registered, for walks over all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

SAFE = {"GET", "HEAD", "OPTIONS"}


class Way(NamedTuple):
    """One method of one address."""

    method: str
    path: str
    route: APIRoute

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """Names of the ids and tokens in the address, in its order."""
        return re.findall(r"{(\w+)", self.path)

    def address(self, values: Mapping[str, Any]) -> str:
        """The path with its parameters filled in."""
        return re.sub(r"{(\w+)[^}]*}", lambda found: str(values[found[1]]), self.path)

    @property
    def permissions(self) -> list[Any]:
        return [p for call in _calls(self.route.dependant) if (p := getattr(call, "permission", None))]


def list_ways(app: FastAPI) -> list[Way]:
    return [
        Way(method, found.path or "", found.route)
        for found in iter_route_contexts(app.routes)
        if isinstance(found.route, APIRoute)
        for method in sorted(found.route.methods or ())
    ]


def list_others(app: FastAPI) -> set[str]:
    """What is no route of ours: mounted files, the OpenAPI document."""
    return {
        found.path or "?"
        for found in iter_route_contexts(app.routes)
        if not isinstance(found.route, APIRoute)
    }


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)

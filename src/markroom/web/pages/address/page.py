"""Where the mail to a pupil's new address leads. Only the button of its page uses the link up (sec-I3)."""

from __future__ import annotations

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from markroom.institutes.addresses import actions as addresses
from markroom.institutes.addresses.model import ProofUsed
from markroom.institutes.addresses.reads import find_proof
from markroom.kit.access import open_to
from markroom.kit.http import router
from markroom.web.templating import render
from markroom.web.visits import read_form

routes = router()


@routes.get("/address/{token}")
async def show_proof(request: Request, token: str) -> HTMLResponse:
    async with request.app.state.database.transaction() as conn:
        proof = await find_proof(conn, token)
    shown = {"proof": proof, "done": "", "error": "" if proof else ProofUsed().detail}
    status = 200 if proof else ProofUsed.status
    return render(request, "pages/address/page.html", shown, status=status)


@routes.post("/address/{token}", dependencies=[open_to("anyone"), Depends(read_form)])
async def prove_address(request: Request, token: str) -> HTMLResponse:
    try:
        async with request.app.state.database.transaction() as conn:
            proof = await find_proof(conn, token)
            proved = await addresses.prove(conn, token, request.state.request_id)
    except ProofUsed as error:
        shown = {"proof": None, "done": "", "error": error.detail}
        return render(request, "pages/address/page.html", shown, status=error.status)
    done = "joined" if proved.account_id else "proved"
    return render(request, "pages/address/page.html", {"proof": proof, "done": done, "error": ""})

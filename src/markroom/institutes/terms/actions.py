from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from markroom.institutes.model import EDIT_SCHOOL
from markroom.institutes.reads import get_institute
from markroom.institutes.terms import reads, writes
from markroom.institutes.terms.model import InstituteTermsChanged, check_names, find_ids
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def replace_terms(
    conn: Conn, actor: Actor, kind: str, given: Sequence[tuple[UUID | None, str]]
) -> None:
    """Makes the list exactly this, in this order: an id renames, a name without id keeps or revives its
    term, what is missing is archived.

    Raises BadTermName, TermTwice, TooManyTerms or UnknownTerm.
    """
    permit(actor, EDIT_SCHOOL)
    names = check_names([name for _, name in given])
    await get_institute(conn, actor.institute, lock=True)
    kept = await reads.list_kept_terms(conn, actor.institute, kind)
    ids = find_ids(kept, [term_id for term_id, _ in given], names)
    before = [(term.id, term.name) for term in kept if not term.is_archived]
    if before == list(zip(ids, names, strict=True)):
        return
    await writes.replace_terms(conn, actor.institute, kind, ids, names)
    facts = {"list": kind, "count": len(names)}
    event = InstituteTermsChanged(
        institute_id=actor.institute, subject_id=actor.institute, changed=(kind,), facts=facts
    )
    await emit(conn, event)

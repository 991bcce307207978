from __future__ import annotations

from uuid import UUID

from markroom.institutes.terms.model import KeptTerm, Term
from markroom.kit.db import Conn, fetch_all


async def list_terms(conn: Conn, institute_id: UUID, kind: str) -> list[Term]:
    """One list in the school's own order."""
    return await fetch_all(
        conn,
        Term,
        """select id, name from institute_terms
            where institute_id = %s and kind = %s and archived_at is null order by position, id""",
        [institute_id, kind],
    )


async def list_kept_terms(conn: Conn, institute_id: UUID, kind: str) -> list[KeptTerm]:
    return await fetch_all(
        conn,
        KeptTerm,
        """select id, name, archived_at is not null as is_archived from institute_terms
            where institute_id = %s and kind = %s order by archived_at desc nulls first, position, id""",
        [institute_id, kind],
    )

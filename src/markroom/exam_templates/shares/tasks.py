from __future__ import annotations

from markroom.exam_templates.shares.writes import end_shares_with
from markroom.institutes.members.model import MemberLeft
from markroom.kit.db import Conn
from markroom.kit.events import subscribe


@subscribe(MemberLeft)
async def end_shares(conn: Conn, event: MemberLeft) -> None:
    assert event.subject_id is not None
    await end_shares_with(conn, event.institute_id, event.subject_id)

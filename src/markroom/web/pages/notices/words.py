"""Notices and failed work in a person's words, with where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.institutes.notices.model import Notice

FAILED_WORK = {
    "detect_template": ("Reading a paper failed", "/exams/{}"),
    "print_batch": ("Preparing scripts for print failed", "/batches/{}"),
    "read_scan": ("Reading a scan failed", "/batches"),
    "export_institute": ("Writing the archive of the school failed", "/school/closing"),
    "invite_list": ("Inviting a list of people failed", "/people/invite-many"),
    "join_account": ("A pupil’s papers did not get into their own account yet", "/people/{}"),
    "send_address_mail": ("The mail to a pupil’s new address did not go out", "/people?tab=students"),
}
INVITATIONS = "/people?tab=invitations"


@dataclass(frozen=True)
class Told:
    """A notice as it is shown; `url` is empty where there is nowhere to go."""

    id: UUID
    text: str
    url: str
    created_at: datetime
    is_read: bool


def say_notice(notice: Notice, batches: Mapping[UUID, str]) -> Told:
    """`batches` has titles of batches by id."""
    text, url = _say(notice.kind, notice.person, notice.subject_id, notice.facts, batches)
    return Told(notice.id, text, url, notice.created_at, notice.read_at is not None)


def _say(
    kind: str,
    person: str | None,
    subject_id: UUID | None,
    facts: Mapping[str, Any],
    batches: Mapping[UUID, str],
) -> tuple[str, str]:
    if kind == "invitation_accepted":
        tab = "?tab=students" if facts.get("role") == "student" else ""
        return f"{person or 'Somebody'} accepted your invitation.", f"/people{tab}"
    if kind == "invitation_void":
        said = "An invitation of yours was void when it was answered: you may no longer give that role."
        return said, INVITATIONS
    if kind == "pupil_address_given":
        return _say_address(person or "A pupil", subject_id, joined=facts["joined"])
    if kind == "address_decided":
        return _say_decided(agreed=facts["agreed"]), "/account"
    if kind == "enrollment_decided":
        return _say_enrollment(facts)
    if kind == "template_shared":
        return f"{person or 'A colleague'} shared an exam with you.", f"/exams/{subject_id}"
    if kind == "results_released" and subject_id and subject_id in batches:
        return f"The results of {batches[subject_id]} are released.", f"/results/{subject_id}"
    if kind == "results_released":
        return "Results are released.", ""
    said, url = FAILED_WORK.get(facts.get("kind", ""), ("Work you started failed", ""))
    return f"{said}.", url.format(facts.get("subject_id"))


def _say_address(person: str, subject_id: UUID | None, *, joined: bool) -> tuple[str, str]:
    if joined:
        said = "proved a mail address: its account has their papers now"
    else:
        said = "gave a mail address, which waits for your yes: somebody else may have used their code"
    return f"{person} {said}.", f"/people/{subject_id}"


def _say_decided(*, agreed: bool) -> str:
    if agreed:
        return "Your school said yes to your mail address: a mail asks whether it is yours."
    return "Your school said no to the mail address you gave."


def _say_enrollment(facts: Mapping[str, Any]) -> tuple[str, str]:
    if facts["state"] == "approved":
        return f"You are in {facts['class_name']} now.", f"/classes/{facts['class_id']}"
    return f"You asked to join {facts['class_name']}: not this time.", "/classes"

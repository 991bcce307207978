from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.addresses import actions, model, reads, writes
from markroom.institutes.reads import get_institute_name
from markroom.jobs.queue import Job, job
from markroom.kit.mail import Mail, deliver
from markroom.kit.tokens import derive_token


@job("send_address_mail", queue_name="mail")
async def send_address_mail(job: Job) -> dict[str, Any]:
    """Asks an address, once, whether it is the pupil's."""
    proof_id = job.subject_id
    assert proof_id is not None
    async with job.transaction() as conn:
        email, delivery, is_open = await reads.get_proof_mail(conn, job.institute_id, proof_id)
        institute = await get_institute_name(conn, job.institute_id)
    if not is_open or delivery not in ("queued", "failed"):
        return {"delivery": delivery}

    async def mark(state: str) -> None:
        async with job.transaction() as conn:
            await writes.set_proof_delivery(conn, job.institute_id, proof_id, state)

    token = derive_token(job.resources.secret, model.PROOF_PURPOSE, proof_id)
    link = f"{job.resources.settings.base_url}/address/{token}"
    return {
        "delivery": await deliver(job.resources.mail, address_mail(email, institute, link, proof_id), mark)
    }


def address_mail(email: str, institute: str, link: str, proof_id: UUID) -> Mail:
    return Mail(
        to=email,
        subject="Is this your address? Markroom asks",
        paragraphs=(
            f"A pupil of {institute} who signs in to Markroom with printed codes gave this address.",
            "If that is you, say so within a day. If not, leave this mail alone: nothing happens.",
        ),
        link=link,
        link_text="See who asks",
        message_id=f"<address-{proof_id}@markroom>",
    )


@job("join_account")
async def join_account(job: Job) -> None:
    assert job.subject_id is not None
    async with job.transaction() as conn:
        await actions.join_account(conn, job.institute_id, job.subject_id, UUID(job.args["account_id"]))


@job("tell_address_given")
async def tell_address_given(job: Job) -> None:
    """Tells the school's admins; the pupil sees none of them."""
    assert job.subject_id is not None
    async with job.transaction() as conn:
        await actions.tell_admins(conn, job.institute_id, job.subject_id)

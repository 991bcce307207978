from __future__ import annotations

from uuid import UUID

from procrastinate import JobContext

from markroom.identity import reads, writes
from markroom.identity.actions import issue_sign_in_link, may_sign_in
from markroom.identity.model import address_key
from markroom.jobs.queue import BackOff, current_worker, is_last_try, queue
from markroom.kit.mail import Mail, MailFateUnknown, MailRefused


@queue.task(name="send_sign_in_mail", queue="mail", retry=BackOff(), pass_context=True)
async def send_sign_in_mail(context: JobContext, token_id: str, email: str) -> None:
    """Sends a sign-in link to whoever may sign in; to nobody else. Safe to repeat: the link is derived, the
    delivery is kept."""
    worker, row_id = current_worker(), UUID(token_id)
    settings, key = worker.resources.settings, address_key(email)
    async with worker.database.service() as conn:
        if not await may_sign_in(conn, key, sign_up_open=settings.sign_up == "open"):
            return
        user = await reads.find_user_by_address(conn, key)
        address = (user and user.email) or email  # as the account has it, whatever was typed
        token = await issue_sign_in_link(conn, worker.resources.secret, row_id, address)
        _, delivery, _ = await reads.get_delivery(conn, row_id)
    if delivery != "queued":
        return

    async def mark(state: str) -> None:
        async with worker.database.service() as conn:
            await writes.set_sign_in_delivery(conn, row_id, state)

    mail = sign_in_mail(settings.base_url, address, token, row_id)
    try:
        await worker.resources.mail.send(mail, lambda: mark("unknown"))
    except MailRefused:
        await mark("failed")
    except MailFateUnknown:
        return
    except Exception:
        await mark("failed" if is_last_try(context) else "queued")
        raise
    else:
        await mark("sent")


def sign_in_mail(base_url: str, email: str, token: str, row_id: UUID) -> Mail:
    return Mail(
        to=email,
        subject="Your sign-in link for Markroom",
        paragraphs=(
            "Use this link to sign in. It works once, for 15 minutes.",
            "If you did not ask for it, you can leave this mail alone.",
        ),
        link=f"{base_url}/sign-in/{token}",
        link_text="Sign in",
        message_id=f"<sign-in-{row_id}@markroom>",
    )

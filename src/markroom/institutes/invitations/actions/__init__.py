"""What is done with an invitation: by those who invite, and by whoever answers."""

from markroom.institutes.invitations.actions.answering import accept, decline, join, show_offer
from markroom.institutes.invitations.actions.inviting import (
    cancel,
    extend,
    invite,
    inviter_of,
    issue_invitation,
    issue_invitations,
    refuse_flood,
    resend,
    send_again,
    show_link,
)

__all__ = [
    "accept",
    "cancel",
    "decline",
    "extend",
    "invite",
    "inviter_of",
    "issue_invitation",
    "issue_invitations",
    "join",
    "refuse_flood",
    "resend",
    "send_again",
    "show_link",
    "show_offer",
]

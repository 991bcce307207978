"""The words of an address given for somebody without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from markroom.kit.errors import Conflict, Gone, NotFound
from markroom.kit.events import Event


@dataclass(frozen=True)
class GivenAddress:
    """An address given for somebody without one.

    `state`: pending waits for the school's yes, asked was mailed for its proof, refused got a no. `code_by`
    printed the code it was given with; only those who see colleagues read it.
    """

    id: UUID
    user_id: UUID
    name: str
    email: str
    state: str
    delivery: str
    given_at: datetime
    decided_at: datetime | None
    expires_at: datetime
    code_by: str | None

    @property
    def is_by_school(self) -> bool:
        """Given by whoever manages people, so mailed at once."""
        return self.decided_at == self.given_at


PROOF_PURPOSE, PROOF_LIFE = "address", timedelta(days=1)
WAITING_LIFE = timedelta(days=14)


class AddressGiven(Event):
    """An address was given for somebody without one: by themselves it waits for the school's yes, by whoever
    manages people a mail asks for the proof."""


class AddressConfirmed(Event):
    """The school said yes to the address a pupil gave; a mail asks for the proof."""


class AddressRefused(Event):
    """The school said no to the address a pupil gave."""


class AddressProved(Event):
    """Somebody without an address proved one. Written by the database itself."""


class AccountJoined(Event):
    """A pupil's place went to an account of their own: `subject_id` is the account, `facts["pupil_id"]` who
    they were. Whatever refers to the pupil is to refer to the account from now on; both memberships are
    there."""


class AddressKnown(Conflict):
    """There is an address on this account already."""


class AddressMailed(Conflict):
    """Your school gave an address for you, and a mail to it asks whether it is yours. If it is not, ask your
    school for another."""


class AddressNotFound(NotFound):
    """Nobody gave this address."""


class AddressNotWaiting(Conflict):
    """This address waits for no decision any more: it was decided, is too old, or another was given since.
    Look at the page again."""


class ProofUsed(Gone):
    """This link was already used, has expired, or a newer mail was sent."""


@dataclass(frozen=True)
class Proof:
    """What the link of a mail would prove."""

    institute_name: str
    name: str
    email: str
    has_account: bool


@dataclass(frozen=True)
class Proved:
    """Whose address it is now; `account_id` where an account had it, to which `job_id` joins the pupil."""

    institute_id: UUID
    user_id: UUID
    account_id: UUID | None
    job_id: UUID | None

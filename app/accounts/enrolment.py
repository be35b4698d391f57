"""How a secret is shown once, for an authenticator app to take."""

from dataclasses import dataclass

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import totp
from app.accounts.flows import FlowView
from app.accounts.models import ContactRow
from app.accounts.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """The secret as a picture (a data: URI of SVG), and in groups of four letters to be typed."""

    picture: str
    letters: str


def authenticator(session: Session, vault: Vault, flow: FlowView) -> Authenticator:
    """What the enrolment page shows of a flow that carries a fresh secret; raises Unreadable."""
    assert flow.person_id is not None
    assert flow.totp_secret is not None
    secret = totp.kept_secret(vault, flow.person_id, flow.totp_secret)
    account = session.execute(
        select(ContactRow.value).where(ContactRow.person_id == flow.person_id).order_by(ContactRow.kind).limit(1)
    ).scalar_one_or_none()
    code = segno.make(totp.address(secret, account=account or "Ikirego"), micro=False)
    return Authenticator(
        picture=code.svg_data_uri(scale=4, border=4, light="#fff"),
        letters=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )

"""The pages of the desk."""

from app.office.views import (
    advocates,
    cash,
    counter,
    deciding,
    dossier,
    fees,
    journal,
    money,
    queue,
    reconciliation,
    refunds,
    settling,
    trouble,
    unplaced,
    waivers,
)
from app.office.views.blueprint import bp

__all__ = [
    "advocates",
    "bp",
    "cash",
    "counter",
    "deciding",
    "dossier",
    "fees",
    "journal",
    "money",
    "queue",
    "reconciliation",
    "refunds",
    "settling",
    "trouble",
    "unplaced",
    "waivers",
]

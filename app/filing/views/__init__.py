"""The pages of the filing journey: a task list, one small page a section, check, send, receipt."""

from app.filing.views import (
    claim,
    court,
    documents,
    fee,
    papers,
    parties,
    send,
    start,
    tasks,
    waiver,
    whole,
)
from app.filing.views.blueprint import bp

__all__ = ["bp", "claim", "court", "documents", "fee", "papers", "parties", "send", "start", "tasks", "waiver", "whole"]

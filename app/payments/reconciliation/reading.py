"""Whose statements are read, and how."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.core.language import T, Text
from app.payments.reconciliation.camt053 import read_camt053
from app.payments.reconciliation.provider_csv import read_csv
from app.payments.reconciliation.shapes import SHAPES
from app.payments.reconciliation.statement import Statement
from app.payments.reconciliation.status import BANK_STATEMENT


def sources(titles: Mapping[str, str]) -> dict[str, Text | str]:
    """Every source of statements with its name for people; `titles` are those of the providers that are wired."""
    providers: dict[str, Text | str] = {code: titles.get(code, shape.title) for code, shape in SHAPES.items()}
    return {**providers, BANK_STATEMENT: T("The court's bank")}


def offered(titles: Mapping[str, str]) -> dict[str, Text | str]:
    """Those of which a statement can come: the providers that are wired, and the bank."""
    return {code: name for code, name in sources(titles).items() if code in titles or code == BANK_STATEMENT}


def read_statement(source: str, content: bytes, zone: ZoneInfo) -> Statement:
    """The statement in a file of this source. Raises UnreadableStatement, and nothing else."""
    return read_camt053(content) if source == BANK_STATEMENT else read_csv(source, content, zone)

"""The bank's statement of a day as ISO 20022 camt.053.001.08 (BankToCustomerStatement)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from xml.etree.ElementTree import Element, SubElement, tostring

from sandbox import money
from sandbox.statements.account import KIGALI
from sandbox.statements.settlement import Settlement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
NUMBERS = {"RWF": "00040-06789012-34", "KES": "00040-06789012-42"}
"""The court's account at the bank, by its currency."""


def written(day: date, opening: int, settlements: Sequence[Settlement], currency: str) -> bytes:
    """The file: opening balance, one entry for each settlement with its charge, closing balance."""
    document = Element("Document", xmlns=NAMESPACE)
    report = SubElement(document, "BkToCstmrStmt")
    made = datetime.combine(day, time(23, 59, 59), KIGALI).isoformat()
    number = NUMBERS[currency]
    header = SubElement(report, "GrpHdr")
    _texts(header, MsgId=f"STMT-{currency}-{day:%Y%m%d}", CreDtTm=made)
    statement = SubElement(report, "Stmt")
    _texts(statement, Id=f"{number}-{day:%Y%m%d}", CreDtTm=made)
    _texts(SubElement(statement, "FrToDt"), FrDtTm=f"{day}T00:00:00+02:00", ToDtTm=made)
    account = SubElement(statement, "Acct")
    _texts(SubElement(SubElement(account, "Id"), "Othr"), Id=number)
    _texts(account, Ccy=currency)
    closing = opening + sum(made.net for made in settlements)
    for code, units in (("OPBD", opening), ("CLBD", closing)):
        _balance(statement, code, units, currency, day)
    for settlement in settlements:
        _entry(statement, settlement, currency, day)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(document)


def _entry(statement: Element, made: Settlement, currency: str, day: date) -> None:
    reference = f"{made.word.upper()}-{made.day:%Y%m%d}"
    entry = SubElement(statement, "Ntry")
    _texts(entry, NtryRef=reference)
    _amount(entry, "Amt", abs(made.net), currency)
    _texts(entry, CdtDbtInd="CRDT" if made.net >= 0 else "DBIT")
    _texts(SubElement(entry, "Sts"), Cd="BOOK")
    for name in ("BookgDt", "ValDt"):
        _texts(SubElement(entry, name), Dt=day.isoformat())
    _texts(entry, AcctSvcrRef=f"BK{reference}")
    code = SubElement(SubElement(entry, "BkTxCd"), "Domn")
    _texts(code, Cd="PMNT")
    _texts(SubElement(code, "Fmly"), Cd="RCDT", SubFmlyCd="ESCT")
    if made.charge:
        _charges(entry, made.charge, currency)
    details = SubElement(SubElement(entry, "NtryDtls"), "TxDtls")
    _texts(SubElement(details, "Refs"), EndToEndId=reference)
    _amount(SubElement(SubElement(details, "AmtDtls"), "TxAmt"), "Amt", abs(made.gross), currency)
    _texts(SubElement(details, "RmtInf"), Ustrd=f"SETTLEMENT {made.word.partition('-')[0].upper()} {made.day}")


def _charges(entry: Element, charge: int, currency: str) -> None:
    charges = SubElement(entry, "Chrgs")
    _amount(charges, "TtlChrgsAndTaxAmt", charge, currency)
    record = SubElement(charges, "Rcrd")
    _amount(record, "Amt", charge, currency)
    _texts(record, CdtDbtInd="DBIT", ChrgInclInd="true")


def _balance(statement: Element, code: str, units: int, currency: str, day: date) -> None:
    balance = SubElement(statement, "Bal")
    _texts(SubElement(SubElement(balance, "Tp"), "CdOrPrtry"), Cd=code)
    _amount(balance, "Amt", abs(units), currency)
    _texts(balance, CdtDbtInd="CRDT" if units >= 0 else "DBIT")
    _texts(SubElement(balance, "Dt"), Dt=day.isoformat())


def _amount(parent: Element, name: str, units: int, currency: str) -> None:
    element = SubElement(parent, name, Ccy=currency)
    element.text = money.wire(units, currency)


def _texts(parent: Element, **values: str) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = value

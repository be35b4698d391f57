"""The jurisdiction as data: courts, what can be filed, fees, numbers, days, time limits, reasons.

`load_pack("rw")` is called once at start; business functions take the `Pack` as their first argument. Everything here
is pure: no database, no clock, no Flask. Beside it stand the pages "find a court", "check a fee" and "check" (`views`),
`current.current_pack()`, the pack for views of any room, and `schedules/`, the fee schedules that are drafted and
approved on the desk: a fee is quoted from `schedules.queries.with_approved(session, pack)`, in views
`current.priced_pack()`. All words are `Localised`: `str()` speaks the current
language. How to add a court or a fee: docs/packs.md.

Public, all to be imported from `app.courts`:

- `load_pack(code) -> Pack`; raises `PackError("packs/rw/fees.yaml:12: <field>: <what is wrong>")`.
- `Pack`: `code, title, languages, zone, currency, numbering, switches, calendar, usual_hours`, and by code, in file
  order: `districts, levels, courts, case_types, number_codes, roles, filing_types, time_limits, return_reasons,
  rejection_reasons`; `fees` (FeeBook), `cost_guide`. Methods: `court(code)` raises NoSuchCourt, `filing_type(code)`
  raises NoSuchFilingType (both Absent), `offered_filing_types()`, `courts_at(level)`, `courts_for(filing_type)`,
  `roles_for(case_type)`.
- `Court`: `code` is the `court_code` of tables and URLs ("TGI-NYGE"); `level, seat, name, suffix ("TGI/NYGE"),
  districts, sectors, address, phone, hours, confirm`.
- `FilingType`: `code ("civil_claim"), title, explanation, case_type ("civil"), number_code ("RC"), levels, sections
  (SectionKey), may_file (Filer), documents (DocumentKind: code, title, hint, required), fee_code, notice (Notice),
  sealed_by_default, urgent, offered, sides (Side: code "claimant"/"defendant", title, roles, least, may_be_unknown),
  checklist (ChecklistItem: code, text)`.
- Fees: `quote(pack, *, filing_type, court, on, exemption=None) -> FeeQuote(lines, total, exemption, confirm)`; raises
  `FeeNotKnown`. `FeeLine(code, version, title, amount, law, source)`: show `law`, record `source` (its English).
  `pack.fees.exemptions` by code. `cost_in_all(pack, *, filing_type, court, on, exemption=None) -> CostEstimate`.
- Numbers: `CaseNumber(code, sequence, year, suffix)`, `LegacyCaseNumber(text)`, `new_case_number(*, code, court, year,
  sequence)`, `print_case_number(pack, number)`, `parse_case_number(pack, text)` raises `NotACaseNumber`,
  `court_of(pack, number)`; `FilingNumber(year, sequence)`, `print_filing_number(pack, number)` ("F-2026-000123-4"),
  `parse_filing_number(pack, text)` raises `NotAFilingNumber`.
- Days: `court_date(pack, instant)`, `day_ends(pack, day)` (first instant after it), `is_court_day(pack, day)`,
  `court_day_from(pack, day)`, `next_court_day(pack, day)`, `holiday_name(pack, day)`; `pay_by(pack, received_at)`,
  `pay_after_refusal_by(pack, decided_at)`,
  `correct_by(pack, returned_at)`, `reminder_days(last_day, offsets)`.
- Switches, `pack.switches`: `court_day_ends, keep_received_when_paid_in_time, keep_received_when_corrected_in_time,
  days_to_pay, days_to_pay_after_refusal, unpaid_lapse_days, days_to_correct, pay_reminder_days, correct_reminder_days,
  last_day_moves_to_court_day, draft_kept_days`.
- Which court: `propose_courts(pack, CourtAnswers(case_type, district, sector, value, authority, land, both_traders))
  -> tuple[CourtProposal(court_code, case_type, reason, confidence, source, confirm), ...]`, best first.
- Am I in time: `am_i_in_time(pack, limit, *, started, today) -> TimeAnswer(verdict, limit, last_day, days_left)`.
- Reasons: `ReturnReason(code, title, text, applies_to (Mark), sections)`, `RejectionReason(code, title, text)`,
  `WaiverReason(code, title, text, fits (WaiverOutcome))` in `waiver_reasons`.
"""

from app.courts.case_numbers import (
    CaseNumber,
    FilingNumber,
    LegacyCaseNumber,
    NotACaseNumber,
    NotAFilingNumber,
    court_of,
    new_case_number,
    parse_case_number,
    parse_filing_number,
    print_case_number,
    print_filing_number,
)
from app.courts.catalogue import (
    CaseType,
    ChecklistItem,
    DocumentKind,
    Filer,
    FilingType,
    Notice,
    NumberCode,
    PartyRole,
    SectionKey,
    Side,
    Stage,
)
from app.courts.confidence import Confidence, Source
from app.courts.court_days import (
    correct_by,
    court_date,
    court_day_from,
    day_ends,
    holiday_name,
    is_court_day,
    next_court_day,
    pay_after_refusal_by,
    pay_by,
    reminder_days,
)
from app.courts.estimates import CostEstimate, cost_in_all
from app.courts.fee_book import Exemption, Fee, FeeBook, FeeNotKnown, FeeSchedule, NoSuchExemption
from app.courts.fees import FeeLine, FeeQuote, quote
from app.courts.geography import Branch, Court, District, Level, OpeningHours
from app.courts.jurisdiction import Authority, Land
from app.courts.loader import load_pack
from app.courts.nodes import PackError
from app.courts.pack import NoSuchCourt, NoSuchFilingType, Pack
from app.courts.proposals import CourtAnswers, CourtProposal, propose_courts
from app.courts.reasons import Mark, RejectionReason, ReturnReason, WaiverOutcome, WaiverReason
from app.courts.switches import CourtDayEnd, Switches
from app.courts.time_limits import TimeLimit
from app.courts.timeliness import NoSuchTimeLimit, TimeAnswer, Verdict, am_i_in_time

__all__ = [
    "Authority",
    "Branch",
    "CaseNumber",
    "CaseType",
    "ChecklistItem",
    "Confidence",
    "CostEstimate",
    "Court",
    "CourtAnswers",
    "CourtDayEnd",
    "CourtProposal",
    "District",
    "DocumentKind",
    "Exemption",
    "Fee",
    "FeeBook",
    "FeeLine",
    "FeeNotKnown",
    "FeeQuote",
    "FeeSchedule",
    "Filer",
    "FilingNumber",
    "FilingType",
    "Land",
    "LegacyCaseNumber",
    "Level",
    "Mark",
    "NoSuchCourt",
    "NoSuchExemption",
    "NoSuchFilingType",
    "NoSuchTimeLimit",
    "NotACaseNumber",
    "NotAFilingNumber",
    "Notice",
    "NumberCode",
    "OpeningHours",
    "Pack",
    "PackError",
    "PartyRole",
    "RejectionReason",
    "ReturnReason",
    "SectionKey",
    "Side",
    "Source",
    "Stage",
    "Switches",
    "TimeAnswer",
    "TimeLimit",
    "Verdict",
    "WaiverOutcome",
    "WaiverReason",
    "am_i_in_time",
    "correct_by",
    "cost_in_all",
    "court_date",
    "court_day_from",
    "court_of",
    "day_ends",
    "holiday_name",
    "is_court_day",
    "load_pack",
    "new_case_number",
    "next_court_day",
    "parse_case_number",
    "parse_filing_number",
    "pay_after_refusal_by",
    "pay_by",
    "print_case_number",
    "print_filing_number",
    "propose_courts",
    "quote",
    "reminder_days",
]

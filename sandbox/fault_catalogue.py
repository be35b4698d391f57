"""Every fault that can be set. The page of faults prints them from here."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.faults import Kind, Moment, Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A fault that can be set: what it does, where, and what `seconds` and `count` are when nobody says."""

    kind: Kind
    operators: tuple[Operator, ...]
    moment: Moment
    text: str
    seconds: float = 0.0
    count: int = 1


_MTN = (Operator.MTN,)
_AIRTEL = (Operator.AIRTEL,)
_PUSH = (Operator.MTN, Operator.AIRTEL)
_MOBILE = (*_PUSH, Operator.DARAJA, Operator.IREMBOPAY)
# Those whose payer pays on a page of theirs, and who sign what they call back.
_PAGES = (Operator.IREMBOPAY, Operator.STRIPE)
_MONEY = (*_PUSH, Operator.DARAJA, *_PAGES)
_HTTP = (*_MONEY, Operator.SMS)
_ALL = (*_HTTP, Operator.MAIL)

CATALOGUE: Mapping[Kind, Offer] = {
    offer.kind: offer
    for offer in (
        Offer(kind=Kind.DROP_ANSWER, operators=_ALL, moment=Moment.REQUEST,
              text="The request is carried out, then the connection is closed without an answer."),
        Offer(kind=Kind.ERROR_AFTER_ACCEPT, operators=_HTTP, moment=Moment.REQUEST,
              text="The request is carried out, then answered with 500."),
        Offer(kind=Kind.ERROR, operators=_HTTP, moment=Moment.REQUEST,
              text="The request is answered with 500 and not carried out."),
        Offer(kind=Kind.REFUSED, operators=_ALL, moment=Moment.ANY,
              text="Nothing is carried out: the connection is closed at once; mail is refused for good (550)."),
        Offer(kind=Kind.DOWN, operators=_ALL, moment=Moment.ANY,
              text="The whole service answers 503 (mail: 421)."),
        Offer(kind=Kind.SLOW, operators=_ALL, moment=Moment.REQUEST, seconds=10,
              text="The request is carried out, and the answer comes after this many seconds."),
        Offer(kind=Kind.RATE_LIMITED, operators=_HTTP, moment=Moment.REQUEST, text="429, too many requests."),
        Offer(kind=Kind.RATE_CAP, operators=_MTN, moment=Moment.STATUS,
              text="429 for whatever comes over 10 status calls within one second."),
        Offer(kind=Kind.TOKEN_EXPIRED, operators=(*_PUSH, Operator.DARAJA), moment=Moment.STATUS,
              text="The access token is taken back mid-flow: 401 until a new one is fetched."),
        Offer(kind=Kind.BROKEN_ANSWER, operators=_HTTP, moment=Moment.STATUS, text="200 with half a JSON document."),
        Offer(kind=Kind.CALLBACK_LOST, operators=_HTTP, moment=Moment.ITEM, text="The callback is never sent."),
        Offer(kind=Kind.CALLBACK_REPEATED, operators=_HTTP, moment=Moment.ITEM, count=20,
              text="The callback is sent this many times (count)."),
        Offer(kind=Kind.CALLBACK_LATE, operators=_HTTP, moment=Moment.ITEM, seconds=30,
              text="The callback is sent this many seconds late."),
        Offer(kind=Kind.CALLBACK_REORDERED, operators=(*_PUSH, *_PAGES, Operator.SMS), moment=Moment.ITEM,
              text="A stale callback (PENDING or TIP, sent after delivered) follows the last one."),
        Offer(kind=Kind.CALLBACK_CONTRADICTORY, operators=_MONEY, moment=Moment.ITEM,
              text="A callback with the opposite outcome is sent as well, before and after the true one."),
        Offer(kind=Kind.CALLBACK_PUT, operators=_MTN, moment=Moment.ITEM, text="The callback comes by PUT."),
        Offer(kind=Kind.CALLBACK_POST, operators=_MTN, moment=Moment.ITEM, text="The callback comes by POST."),
        Offer(kind=Kind.CALLBACK_WRONG_AMOUNT, operators=_MONEY, moment=Moment.ITEM,
              text="The callback names another amount than was paid."),
        Offer(kind=Kind.CALLBACK_WRONG_CURRENCY, operators=_MTN, moment=Moment.ITEM,
              text="The callback names another currency than was paid."),
        Offer(kind=Kind.CALLBACK_MALFORMED, operators=_MONEY, moment=Moment.ITEM,
              text="The callback is half a JSON document."),
        Offer(kind=Kind.CALLBACK_WRONG_HASH, operators=_AIRTEL, moment=Moment.ITEM,
              text="The callback's hash is made with another key."),
        Offer(kind=Kind.CALLBACK_NO_HASH, operators=_AIRTEL, moment=Moment.ITEM, text="The callback has no hash."),
        Offer(kind=Kind.CALLBACK_RESPACED, operators=_AIRTEL, moment=Moment.ITEM,
              text="The hash is over the compact form of `transaction`, which is sent in another form."),
        Offer(kind=Kind.AMBIGUOUS_FIRST, operators=_AIRTEL, moment=Moment.ITEM, seconds=10,
              text="The status is TA for this many seconds before it is TIP."),
        Offer(kind=Kind.SUCCESS_FALSE, operators=_AIRTEL, moment=Moment.ITEM,
              text="`success` is false whatever the transaction's status is."),
        Offer(kind=Kind.CODE_CONTRADICTORY, operators=_AIRTEL, moment=Moment.ITEM,
              text="`response_code` says something else than the transaction's status."),
        Offer(kind=Kind.ID_FALSE, operators=_AIRTEL, moment=Moment.ITEM,
              text="`data.transaction.id` is false in the answer to the request."),
        Offer(kind=Kind.CREATED_FIRST, operators=_MTN, moment=Moment.ITEM, seconds=10,
              text="The status is CREATED for this many seconds before it is PENDING."),
        Offer(kind=Kind.BARE_REASON, operators=_MTN, moment=Moment.ITEM,
              text="`reason` is a bare string instead of an object."),
        Offer(kind=Kind.NUMERIC_AMOUNT, operators=_MTN, moment=Moment.ITEM,
              text="`amount`, `externalId` and `financialTransactionId` are numbers where they can be."),
        Offer(kind=Kind.STATUS_MISSING, operators=(*_PUSH, Operator.IREMBOPAY), moment=Moment.ITEM, seconds=15,
              text="The status of an accepted payment is not found for this many seconds."),
        Offer(kind=Kind.SUCCESS_AFTER_FAILURE, operators=_MOBILE, moment=Moment.ITEM, seconds=20,
              text="A payment that failed turns out paid this many seconds later."),
        Offer(kind=Kind.PAYOUT_FORBIDDEN, operators=_MTN, moment=Moment.PAYOUT,
              text="A refund is answered with 403, while its status can still be asked for."),
        Offer(kind=Kind.CALLBACK_FORGED, operators=_PAGES, moment=Moment.ITEM,
              text="The callback is signed with somebody else's key."),
        Offer(kind=Kind.PAID_LATE, operators=(Operator.STRIPE,), moment=Moment.ITEM, seconds=20,
              text="The session is complete but unpaid; the money comes this many seconds later."),
        Offer(kind=Kind.REFUND_PENDING, operators=(Operator.STRIPE,), moment=Moment.OTHER, seconds=20,
              text="A refund is pending for this many seconds."),
        Offer(kind=Kind.REFUND_FAILED, operators=(Operator.STRIPE,), moment=Moment.OTHER,
              text="A refund fails, and the money is the court's again."),
        Offer(kind=Kind.CONFIRMED_TWICE, operators=(Operator.DARAJA,), moment=Moment.ITEM,
              text="A prompt that was paid is told of by a C2B confirmation as well, under the same receipt."),
        Offer(kind=Kind.QUEUE_TIMEOUT, operators=(Operator.DARAJA,), moment=Moment.ITEM, seconds=30,
              text="A reversal is said to have timed out, and is carried out this many seconds later."),
        Offer(kind=Kind.UNDELIVERED, operators=(Operator.SMS,), moment=Moment.ITEM,
              text="The message is sent and then undelivered (error 30003)."),
        Offer(kind=Kind.TEMPORARY, operators=(Operator.MAIL,), moment=Moment.REQUEST,
              text="The mail is put off with 451 and not kept."),
        Offer(kind=Kind.STATEMENT_HOLE, operators=_MONEY, moment=Moment.STATEMENT,
              text="One line is torn out of the statement's middle; the balances show it."),
        Offer(kind=Kind.STATEMENT_OMITS, operators=_MONEY, moment=Moment.STATEMENT,
              text="The last payment is left out, and the balances as well know nothing of it."),
        Offer(kind=Kind.STATEMENT_AMOUNT, operators=_MONEY, moment=Moment.STATEMENT, count=100,
              text="The last payment is smaller on the statement by this much (count, in minor units)."),
        Offer(kind=Kind.STATEMENT_REPEATED, operators=_MONEY, moment=Moment.STATEMENT,
              text="The last payment is on the statement twice, under two numbers."),
        Offer(kind=Kind.STATEMENT_UNNAMED, operators=_MONEY, moment=Moment.STATEMENT,
              text="The last payment has no reference of ours and another number."),
        Offer(kind=Kind.SETTLEMENT_SHORT, operators=_MONEY, moment=Moment.SETTLEMENT, count=1000,
              text="The next settlement is this much too small (count, in minor units)."),
        Offer(kind=Kind.SETTLEMENT_CHARGE, operators=_MONEY, moment=Moment.SETTLEMENT, count=150,
              text="The next settlement has this much more charge taken off (count, in minor units)."),
    )
}  # fmt: skip

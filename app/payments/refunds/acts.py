"""What somebody may do with a refund at this moment, so that a page offers that and nothing else. Pure."""

from app.core.actor import Actor
from app.payments.refunds.policies import approves_refunds_of, records_refunds_of
from app.payments.refunds.queries import RefundStory
from app.payments.refunds.status import RefundState
from app.payments.refunds.tabs import Act

_S = RefundState


def acts_of(actor: Actor, story: RefundStory) -> frozenset[Act]:
    """What the actor may do; nothing with a refund of their own money. The commands check it again."""
    line = story.line
    if actor.person_id == story.owner:
        return frozenset()
    acts: set[Act] = set()
    if records_refunds_of(actor, line.court_code):
        acts |= _anybody(story)
    if approves_refunds_of(actor, line.court_code):
        acts |= _approver(actor, story)
    return frozenset(acts)


def _anybody(story: RefundStory) -> set[Act]:
    state = story.line.state
    acts = {Act.LOOK_AGAIN} if story.line.stuck and state in (_S.SUBMITTED, _S.UNKNOWN) else set()
    if state is _S.ERROR or (state is _S.UNKNOWN and story.line.stuck):
        acts.add(Act.RECORD)
    return acts


def _approver(actor: Actor, story: RefundStory) -> set[Act]:
    match story.line.state:
        case RefundState.REQUESTED:
            said = actor.person_id in {person_id for person_id, _ in story.approvals}
            return {Act.REFUSE} if said else {Act.APPROVE, Act.REFUSE}
        case RefundState.RECORDED:
            return {Act.CLOSE} if story.recorder != actor.label() else set()
        case RefundState.UNKNOWN:
            return {Act.UNPAID} if story.line.stuck else set()
        case RefundState.REFUSED:
            return set() if story.replaced else {Act.ASK_ANEW}
        case _:
            return set()

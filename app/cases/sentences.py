"""Where a case stands and what comes next: one plain sentence each for its people, and a shorter one for the public."""

from dataclasses import dataclass

from app.cases.status import CaseStatus
from app.core.language import T, Text


@dataclass(frozen=True, slots=True)
class Standing:
    """`now` and `then` for the people of the case, `public` for anybody."""

    now: Text
    then: Text
    public: Text


_S = CaseStatus
_NOTHING_MORE = T("Nothing more will happen in this case unless somebody asks the court.")
STANDINGS: dict[CaseStatus, Standing] = {
    _S.REGISTERED: Standing(
        T("The court has registered your case and given it a number."),
        T("The court will choose a judge and prepare the summons: the letter that calls the other side to court."),
        T("Registered."),
    ),
    _S.ASSIGNED: Standing(
        T("A judge has been chosen for your case."),
        T("The court will send the summons to the other side."),
        T("With a judge."),
    ),
    _S.SUMMONS_ISSUED: Standing(
        T("The court has made the summons that calls the other side."),
        T("The summons will be handed to the other side. Then they have time to answer."),
        T("Summons issued."),
    ),
    _S.AWAITING_DEFENCE: Standing(
        T("The other side has been told and has time to answer."),
        T("When they have answered, or their time is over, the court prepares the hearing."),
        T("Waiting for the defence."),
    ),
    _S.PRE_TRIAL: Standing(
        T("The court is preparing the case with both sides."),
        T("When both sides are ready, the court sets a hearing date."),
        T("In preparation."),
    ),
    _S.READY_FOR_HEARING: Standing(
        T("The case is ready to be heard."),
        T("The court will set the date and tell you."),
        T("Ready for hearing."),
    ),
    _S.HEARING_SCHEDULED: Standing(
        T("A hearing date has been set."),
        T("Come to the hearing on time and bring the originals of your papers."),
        T("Hearing set."),
    ),
    _S.ADJOURNED: Standing(
        T("The hearing was put off."),
        T("The court will set a new date and tell you."),
        T("Hearing put off."),
    ),
    _S.DELIBERATION: Standing(
        T("The hearing is over and the judge is deciding."),
        T("The court will read out the judgment on the day it has named."),
        T("The judge is deciding."),
    ),
    _S.JUDGMENT_PRONOUNCED: Standing(
        T("The judgment has been read out."),
        T("You can get a copy. If you do not agree, you can appeal within the time the law gives."),
        T("Judgment given."),
    ),
    _S.APPEAL_WINDOW: Standing(
        T("There is a judgment, and the time to appeal is running."),
        T("If nobody appeals in time, the judgment becomes final."),
        T("Judgment given."),
    ),
    _S.FINAL: Standing(T("The judgment is final."), T("You can ask for a certificate of non-appeal."), T("Ended.")),
    _S.APPEALED: Standing(
        T("One side has appealed."), T("The higher court goes on with the case."), T("Under appeal.")
    ),
    _S.STRUCK_OFF: Standing(T("The court has taken the case off its list."), _NOTHING_MORE, T("Struck off.")),
    _S.WITHDRAWN: Standing(T("The claim was withdrawn."), _NOTHING_MORE, T("Withdrawn.")),
    _S.SETTLED: Standing(T("The two sides have come to an agreement."), _NOTHING_MORE, T("Settled.")),
    _S.TRANSFERRED: Standing(
        T("The case was moved to another court. It keeps its date."),
        T("The other court goes on with it and will tell you its new number."),
        T("Moved to another court."),
    ),
    _S.CONSOLIDATED: Standing(
        T("The case was joined with another one."), T("Follow it in the other case."), T("Joined with another case.")
    ),
    _S.STAYED: Standing(T("The case is paused."), T("The court will say when it goes on."), T("Paused.")),
    _S.INADMISSIBLE: Standing(
        T("The court decided that it can't hear this case."),
        T("The decision says why, and whether you can appeal."),
        T("Not admitted."),
    ),
    _S.VOID: Standing(
        T("The case was registered by mistake, and this registration was undone."),
        T("Your filing is back with the court. Its date is kept. The court will decide on it again."),
        T("Registration undone."),
    ),
}


def standing(status: CaseStatus) -> Standing:
    """The sentences for a status."""
    return STANDINGS[status]

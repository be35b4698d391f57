"""What the dispute is about, what is asked, and the statement of truth."""

from dataclasses import replace

from app.core.language import T
from app.core.money import Money
from app.filing.answers import Answers, Declaration, Issue, Relief
from app.web.fields import AreaField, ChoiceField, Form, MoneyField, TextField, TickField

LONG = 20_000


class IssueForm(Form):
    """One point in dispute, in the person's own words; argument and law are optional."""

    title = TextField(T("A short title for this point"), most=150)
    facts = AreaField(T("What happened?"), most=LONG, required=T("Say what happened."))
    wanted = AreaField(
        T("What do you want the court to decide on this point?"),
        most=LONG,
        required=T("Say what you want the court to decide."),
    )
    evidence = AreaField(T("What can show that it is true?"), most=LONG)
    argument = AreaField(T("Why are you right? (your argument)"), most=LONG)
    law = AreaField(T("Which law or contract do you rely on?"), most=LONG)

    @classmethod
    def showing(cls, issue: Issue | None) -> "IssueForm":
        """The form with what was written before."""
        names = ("title", "facts", "wanted", "evidence", "argument", "law")
        return cls(data={name: getattr(issue, name) for name in names}) if issue else cls()

    def issue(self, issue_id: str) -> Issue:
        """The point as it now is."""
        return Issue(
            id=issue_id,
            title=self.title.data,
            facts=self.facts.data,
            wanted=self.wanted.data,
            evidence=self.evidence.data,
            argument=self.argument.data,
            law=self.law.data,
        )


class PastedPleading(Form):
    """A pleading written elsewhere, to be split into points."""

    text = AreaField(
        T("Paste your pleading"), most=200_000, required=T("Paste the text of your pleading, then press the button.")
    )


class ReliefForm(Form):
    """What the court is asked for in all."""

    asked = AreaField(T("What do you ask the court for?"), most=LONG, required=T("Say what you ask the court for."))
    value_known = ChoiceField(
        T("Is the claim worth a sum of money?"),
        choices=[("yes", T("Yes")), ("no", T("No, or it can't be said in money"))],
        required=T("Say whether the claim is worth a sum of money."),
    )
    value = MoneyField(T("How much in all, in Rwandan francs?"))

    @classmethod
    def showing(cls, answers: Answers, currency: str) -> "ReliefForm":
        """The form with what was answered before; the value given for the court is not asked again."""
        relief = answers.relief
        known = relief.value_known if relief.value_known is not None else answers.court.value_known
        value = relief.value if relief.value_known is not None else answers.court.value
        return cls(
            data={
                "asked": relief.asked,
                "value_known": {True: "yes", False: "no", None: None}[known],
                "value": Money(value, currency) if value is not None else None,
            }
        )

    def check(self) -> bool:
        """A claim that is worth money needs the sum."""
        if self.value_known.data == "yes" and self.value.data is None and not self.value.errors:
            self.value.errors = [T("Write how much the claim is worth in Rwandan francs.")]
            return False
        return True

    def answers(self, stored: Answers) -> Answers:
        """`stored` with this page's answers."""
        known = self.value_known.data == "yes"
        value = self.value.data.minor if known and self.value.data is not None else None
        return replace(stored, relief=Relief(asked=self.asked.data, value=value, value_known=known))


class DeclarationForm(Form):
    """The statement of truth."""

    agreed = TickField(
        T("What I say in this filing is true, as far as I know."),
        required=T("Tick the box to confirm that what you say is true."),
    )
    declared_name = TextField(T("Your full name"), most=200, required=T("Write your full name."))

    @classmethod
    def showing(cls, answers: Answers, own_name: str) -> "DeclarationForm":
        """The form, with the person's own name to begin with."""
        declared = answers.declaration
        return cls(data={"agreed": declared.agreed, "declared_name": declared.name or own_name})

    def answers(self, stored: Answers) -> Answers:
        """`stored` with this page's answers."""
        return replace(stored, declaration=Declaration(name=self.declared_name.data, agreed=bool(self.agreed.data)))

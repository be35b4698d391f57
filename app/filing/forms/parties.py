"""One party: a person, an organisation, or somebody not yet known."""

from datetime import date

from app.core.language import T
from app.courts import Pack, Side
from app.filing.answers import IdentityKind, Party, PartyKind, Representative, RepresentativeKind
from app.web.fields import AreaField, ChoiceField, DateField, EmailField, Form, PhoneField, TextField, TickField


class PartyForm(Form):
    """Who a party is and how to reach them. No paper is demanded: none and not known are answers."""

    kind = ChoiceField(
        T("Who is it?"),
        choices=[(PartyKind.PERSON, T("A person")), (PartyKind.ORGANISATION, T("A company or another organisation"))],
        required=T("Say whether it is a person or an organisation."),
    )
    role = ChoiceField(T("Role in the case"))
    is_filer = TickField(T("This is me"))
    unknown = TickField(T("I do not know who it is yet"))
    name = TextField(T("Full name, or the name of the organisation"), most=200)
    identity_kind = ChoiceField(
        T("Identity paper"),
        choices=[
            (IdentityKind.NATIONAL_ID, T("National identity number")),
            (IdentityKind.OTHER, T("Another paper: passport, refugee card, driving licence")),
            (IdentityKind.NONE, T("Has no identity paper")),
            (IdentityKind.UNKNOWN, T("I do not know")),
        ],
    )
    identity_number = TextField(T("Number of the paper"), most=80)
    born_on = DateField(T("Date of birth, if you know it"))
    registration_number = TextField(T("Registration number of the organisation (company code)"), most=40)
    phone = PhoneField(T("Phone number"))
    email = EmailField(T("E-mail address"))
    district = ChoiceField(T("District"))
    address = AreaField(T("Address: sector, cell, village, or how to find the place"), most=400)
    hide_contact = TickField(T("Do not show this address and phone to the other side"))
    represented = ChoiceField(
        T("Does somebody act for this party?"),
        choices=[("no", T("No")), ("yes", T("Yes"))],
    )
    representative_kind = ChoiceField(
        T("Who acts for them?"),
        choices=[
            (RepresentativeKind.ADVOCATE, T("An advocate")),
            (RepresentativeKind.GUARDIAN, T("A parent or guardian")),
            (RepresentativeKind.COMPANY, T("A representative of the organisation")),
            (RepresentativeKind.STATE_ATTORNEY, T("A state attorney")),
            (RepresentativeKind.OTHER, T("Somebody else with a mandate")),
        ],
    )
    representative_name = TextField(T("Full name of the person who acts for them"), most=200)
    representative_bar_number = TextField(T("Bar number, for an advocate"), most=40)
    representative_phone = PhoneField(T("Their phone number"))

    @classmethod
    def showing(cls, pack: Pack, side: Side, party: Party | None) -> "PartyForm":
        """The form with what was answered before, for a party of `side`."""
        form = cls(data=_data(party)) if party else cls(data={"identity_kind": None})
        form.district.choices = [(d.code, d.name) for d in pack.districts.values()]
        form.role.choices = [(code, pack.roles[code].title, pack.roles[code].explanation) for code in side.roles]
        if side.code != "claimant":
            del form.is_filer
        if not side.may_be_unknown:
            del form.unknown
        if len(side.roles) == 1:
            del form.role
        return form

    def check(self) -> bool:
        """Refuse only what can't be right; gaps are named on the task list and before sending."""
        fine = True
        number = "".join(c for c in self.identity_number.data if not c.isspace())
        wrong = self.identity_kind.data == IdentityKind.NATIONAL_ID and not (len(number) == 16 and number.isdecimal())
        if number and wrong and not self.identity_number.errors:
            self.identity_number.errors = [
                T("A national identity number has 16 digits. You typed %(count)s.", count=len(number))
            ]
            fine = False
        if not self.name.data and not self._is_unknown() and not self.name.errors:
            self.name.errors = [T("Write the name.")]
            fine = False
        return fine

    def _is_unknown(self) -> bool:
        return bool("unknown" in self and self.unknown.data)

    def party(self, party_id: str, side: Side) -> Party:
        """The party as it now is."""
        kind = PartyKind(self.kind.data)
        number = self.identity_number.data
        if self.identity_kind.data == IdentityKind.NATIONAL_ID:
            number = "".join(number.split())
        born: date | None = self.born_on.data
        return Party(
            id=party_id,
            side=side.code,
            role=self.role.data or side.roles[0] if "role" in self else side.roles[0],
            kind=kind,
            name=self.name.data,
            identity_kind=IdentityKind(self.identity_kind.data or IdentityKind.UNKNOWN),
            identity_number=number if kind is PartyKind.PERSON else "",
            birth_date=born.isoformat() if born else "",
            registration_number=self.registration_number.data if kind is PartyKind.ORGANISATION else "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            district=self.district.data or "",
            address=self.address.data,
            hide_contact=self.hide_contact.data,
            is_filer=bool("is_filer" in self and self.is_filer.data),
            unknown=self._is_unknown(),
            representative=self._representative(),
        )

    def _representative(self) -> Representative | None:
        if self.represented.data != "yes":
            return None
        return Representative(
            kind=RepresentativeKind(self.representative_kind.data or RepresentativeKind.OTHER),
            name=self.representative_name.data,
            bar_number=self.representative_bar_number.data,
            phone=self.representative_phone.data or "",
        )


def _data(party: Party) -> dict[str, object]:
    acting = party.representative
    plain = {
        name: getattr(party, name)
        for name in (
            *("kind", "role", "is_filer", "unknown", "name", "identity_kind", "identity_number"),
            *("registration_number", "phone", "email", "district", "address", "hide_contact"),
        )
    }
    return {
        **plain,
        "born_on": date.fromisoformat(party.birth_date) if party.birth_date else None,
        "represented": "yes" if acting else "no",
        "representative_kind": acting.kind if acting else None,
        "representative_name": acting.name if acting else "",
        "representative_bar_number": acting.bar_number if acting else "",
        "representative_phone": acting.phone if acting else None,
    }

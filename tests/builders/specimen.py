"""A page with every macro on it, served by a small app with the portal's real frame, languages, assets and headers."""

from dataclasses import replace
from datetime import UTC, date, datetime

from flask import Flask, Response, g, make_response, render_template_string, request
from werkzeug.datastructures import MultiDict

from app.core.actor import ANONYMOUS, Grant, person
from app.core.clock import ManualClock
from app.core.ids import PersonId, new_id
from app.core.language import T
from app.core.money import Money
from app.web import fields
from app.web.assets import set_up_assets
from app.web.i18n import set_up_languages
from app.web.security import set_up_security
from tests.builders.settings import make_settings

COURTS = [("tb-nyge", T("Primary Court of Nyarugenge")), ("tgi-nyge", T("Intermediate Court of Nyarugenge"))]


class SpecimenForm(fields.Form):
    """One field of each kind, all with an answer required."""

    name = fields.TextField(T("Full name"), required=T("Enter your name."))
    story = fields.AreaField(T("What happened?"), required=T("Tell what happened."))
    phone = fields.PhoneField(T("Phone number"), required=T("Enter your phone number."))
    email = fields.EmailField(T("E-mail address"), required=T("Enter your e-mail address."))
    nid = fields.NationalIdField(T("National identity number"), required=T("Enter the identity number."))
    value = fields.MoneyField(T("Value of the claim"), required=T("Enter the value."))
    happened = fields.DateField(T("When did it happen?"), required=T("Enter the date."))
    court = fields.ChoiceField(T("Court"), choices=COURTS, required=T("Choose a court."))
    way = fields.ChoiceField(
        T("How shall we reach you?"),
        choices=[("sms", T("By SMS"), T("Free of charge")), ("mail", T("By e-mail"))],
        required=T("Choose one way."),
    )
    wishes = fields.MultiChoiceField(
        T("What do you want?"),
        choices=[("pay", T("Money")), ("do", T("That something is done"), T("Or no longer done"))],
        required=T("Choose at least one."),
    )
    sure = fields.TickField(T("What I have written is true."), required=T("Tick the box to declare it."))
    code = fields.CodeField(T("Code from the SMS"), required=T("Enter the code."))
    password = fields.PasswordField(T("Password"), required=T("Enter your password."))
    pages = fields.WholeNumberField(T("Number of pages"), least=1, largest=99, required=T("Enter a number."))
    papers = fields.UploadField(
        T("Papers"), most_files=3, accept="application/pdf,image/*", required=T("Choose a file.")
    )
    version = fields.HiddenField()


ANSWERS = {
    "name": "Mutoni Aline",
    "story": "I lent money.\nIt was not paid back.",
    "phone": "0788123456",
    "email": "aline@example.com",
    "nid": "1199080012345678",
    "value": "20,000",
    "happened-day": "4",
    "happened-month": "5",
    "happened-year": "2026",
    "court": "tb-nyge",
    "way": "sms",
    "wishes": "do",
    "sure": "yes",
    "code": "123 456",
    "password": " open sesame ",
    "pages": "12",
    "version": "3",
}

_FIELDS = """
{{ ui.input(form.name, hint="As on your identity card", autocomplete="name") }}
{{ ui.area(form.story, hint="Say it in your own words.") }}
{{ ui.input(form.phone) }}{{ ui.input(form.email, optional=True) }}{{ ui.input(form.nid, hint="16 digits") }}
{{ ui.input(form.value, prefix="RWF") }}{{ ui.date(form.happened, hint="For example, 4 5 2026") }}
{{ ui.select(form.court, blank="Choose a court") }}
{{ ui.radios(form.way, hint="You can change it later.", reveal={"mail": ui.input(form.code, hint="Six digits")}) }}
{{ ui.checkboxes(form.wishes) }}{{ ui.checkboxes(form.sure) }}
{{ ui.input(form.password) }}{{ ui.input(form.pages) }}
{{ ui.file(form.papers, hint="PDF or photos, at most 25 MB", upload="/uploads", shrink=True) }}
{{ ui.hidden(form.version) }}{{ ui.csrf() }}
"""

_PIECES = """
{% call ui.panel("Your claim is sent", number="F-2026-00012", caption="Filing number") %}
<p>Keep this number.</p>{% endcall %}
{{ ui.notice("Your answers are saved.", look="go") }}
{% call ui.notice(title="What comes next?") %}
<p class="govuk-body">A registrar reads your claim within 3 days.</p>{% endcall %}
{{ ui.notice("The payment was declined.", look="stop") }}
{{ ui.warning("NOT filed until paid by 4 May 2026.") }}{{ ui.inset("Bring your identity card.") }}
{% call ui.details("What is a plaintiff?") %}The person who asks the court for something.{% endcall %}
{{ ui.task_list([{"name": "Court", "url": "/a", "state": "done", "hint": "Primary Court of Nyarugenge"},
                 {"name": "Parties on both sides", "url": "/b", "state": "in_progress"},
                 {"name": "Declaration", "state": "cannot_start_yet"}]) }}
{{ ui.summary_list([{"key": "Plaintiff", "value": ["Mutoni Aline", "0788 123 456"], "url": "/c", "id": "plaintiff"},
                    {"key": "Value", "value": ui.money(amount), "url": "/d", "problem": "Enter the value."},
                    {"key": "Court", "value": "Primary Court"}]) }}
{{ ui.steps([{"title": "Sent", "when": moment|at, "look": "done"}, {"title": "Waiting for payment", "look": "now",
   "text": "Pay by 4 May 2026."}, {"title": "Read by a registrar", "look": "next"}], label="Where your claim stands") }}
{{ ui.table("Fees of the courts of first instance", ["Court", "Fee"], [["Primary Court", ui.money(amount)],
   ["Intermediate Court of Nyarugenge and Kicukiro", ui.money(amount)]], numeric=[1]) }}
<p class="govuk-body">{{ ui.tag("draft") }} {{ ui.tag("awaiting_payment") }} {{ ui.tag("accepted") }}
{{ ui.tag("rejected") }} {{ ui.tag("submitted") }} {{ ui.tag("some_state") }}</p>
<ul class="ik-cards ik-cards--two">{% call ui.card("Start a case", "/e") %}It takes about 20 minutes.{% endcall %}
{% call ui.card("Check a fee", "/f") %}Before you sign in.{% endcall %}</ul>
{{ ui.empty("Your cases will appear here.") }}
{{ ui.pagination(older="/older", newer="/newer") }}
<div class="govuk-button-group">{{ ui.button("Send your claim") }}
{{ ui.link_button("Save and come back", "/g", look="secondary") }}
{{ ui.button("Delete this draft", look="warning", name="do", value="delete", key="d") }}</div>
{{ ui.post_button("Take it", "/take", fields={"version": 3}) }}
"""

PAGE = (
    "{% extends layout %}{% block title %}Specimen{% endblock %}"
    '{% block back %}<a class="govuk-back-link" href="/">Back</a>{% endblock %}'
    '{% block content %}<h1 class="govuk-heading-l">Specimen</h1><form method="post" novalidate '
    'enctype="multipart/form-data" data-draft="specimen">' + _FIELDS + "{{ ui.button('Save') }}</form>{% endblock %}"
)
PIECES = "{% extends layout %}{% block title %}Pieces{% endblock %}{% block content %}" + _PIECES + "{% endblock %}"
HEADINGS = "{% extends layout %}{% block content %}{{ ui.input(form.name, heading=True) }}{% endblock %}"
DESK = (
    "{% extends 'web/layout_desk.html' %}{% block content %}<h1 class='govuk-heading-l'>Desk</h1><div class='ik-panes'>"
    "<div>{{ ui.table('Queue', ['Filing', 'Age'], [['F-2026-00012', '3 days']], numeric=[1]) }}</div>"
    "<div>{{ ui.summary_list([{'key': 'Court', 'value': 'Primary Court'}]) }}"
    "{{ ui.button('Accept', key='a') }}{{ ui.keys_switch() }}</div></div>{% endblock %}"
)
_PAGES = {"fields": PAGE, "pieces": PIECES, "heading": HEADINGS, "desk": DESK}


def make_specimen_app() -> Flask:
    """Serves /fields, /pieces, /heading and /desk; a wrong POST of /fields answers 422."""
    app = Flask(__name__, template_folder="../../templates", static_folder=None)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    settings = replace(make_settings(), help_phone="3670")
    app.extensions["clock"] = ManualClock(datetime(2026, 5, 4, 12, 0, tzinfo=UTC))

    @app.before_request
    def _who() -> None:
        g.actor = person(PersonId(new_id()), Grant("registrar", "tb-nyge")) if request.path == "/desk" else ANONYMOUS

    set_up_languages(app, settings.zone)
    set_up_security(app, settings)
    set_up_assets(app, settings)

    @app.route("/<page>", methods=["GET", "POST"])
    def specimen(page: str) -> Response:
        form = SpecimenForm() if request.method == "POST" else SpecimenForm(formdata=None, data=_before())
        status = 200 if request.method == "GET" or form.validate() else 422
        values = {"form": form, "amount": Money(20_000, "RWF"), "moment": datetime(2026, 5, 4, 12, 0, tzinfo=UTC)}
        return make_response(render_template_string(_PAGES[page], layout="web/layout.html", **values), status)

    return app


def _before() -> dict[str, object]:
    return {
        "name": "Mutoni Aline",
        "happened": date(2026, 5, 4),
        "value": Money(20_000, "RWF"),
        "phone": "+250788123456",
    }


def posted(**changes: str | list[str]) -> MultiDict[str, str]:
    """Right answers for every text field, with some changed; a list sends a key several times."""
    answers: MultiDict[str, str] = MultiDict(ANSWERS)
    for key, value in changes.items():
        answers.setlist(key.replace("__", "-"), value if isinstance(value, list) else [value])
    return answers

"""Form fields that take no nonsense and speak the reader's language.

`Form` and the fields here replace WTForms' own: every message is ours (WTForms has no Kinyarwanda), one value is taken
per key, control characters are refused, and a field that is missing, repeated or of a wrong kind is a message on the
page, never an exception. `required=T("Enter your name")` makes an answer necessary and says so in those words.
What was typed is kept in `field.shown`; what was understood is in `field.data` (the field's `empty` value when nothing
was, or when it was wrong).
"""

from app.web.fields.base import Form, StrictField
from app.web.fields.choices import ChoiceField, MultiChoiceField, TickField
from app.web.fields.dates import DateField
from app.web.fields.numbers import CodeField, MoneyField, NationalIdField, WholeNumberField
from app.web.fields.text import AreaField, EmailField, HiddenField, PasswordField, PhoneField, TextField
from app.web.fields.uploads import UploadField

__all__ = [
    "AreaField",
    "ChoiceField",
    "CodeField",
    "DateField",
    "EmailField",
    "Form",
    "HiddenField",
    "MoneyField",
    "MultiChoiceField",
    "NationalIdField",
    "PasswordField",
    "PhoneField",
    "StrictField",
    "TextField",
    "TickField",
    "UploadField",
    "WholeNumberField",
]

"""What somebody who checks a receipt fills in."""

from app.core.language import T
from app.payments.receipts.codes import read_code
from app.web.fields import Form, TextField


class CodeOfReceipt(TextField):
    """A receipt's code. `data` is the code closed up."""

    width = 20

    def read(self, text: str) -> str:
        """The code; raises ValueError when none can look so."""
        code = read_code(text)
        if code is None:
            raise ValueError(T("Enter the 12 letters and digits of the code, like 7K2M-9QRS-TVWX."))
        return code


class VerifyForm(Form):
    """The code on a receipt."""

    code = CodeOfReceipt(T("Code on the receipt"), most=40, required=T("Enter the code that stands on the receipt."))

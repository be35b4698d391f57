"""How the child says no: with the same codes as `app.documents.refusals.Reason`."""


class No(Exception):
    """The file is not taken. `detail` is a page number or a count where the words need one."""

    def __init__(self, reason: str, detail: int | None = None) -> None:
        """`reason` is a value of `Reason`."""
        super().__init__(reason)
        self.reason = reason
        self.detail = detail

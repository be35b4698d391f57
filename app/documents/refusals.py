"""Why a file is not taken: one code, one plain sentence and one cure for each reason."""

from enum import StrEnum

from app.core.errors import Invalid, Problem
from app.core.language import T, Text
from app.documents.kinds import Kind
from app.documents.limits import Limits, megabytes


class Reason(StrEnum):
    """The codes; the checking child process answers with the same words."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_BIG_TOGETHER = "too_big_together"
    TOO_MANY_FILES = "too_many_files"
    NO_FILE = "no_file"
    WORD = "word"
    OFFICE = "office"
    ARCHIVE = "archive"
    VIDEO = "video"
    SOUND = "sound"
    OTHER_IMAGE = "other_image"
    WEB_PAGE = "web_page"
    PROGRAM = "program"
    TEXT = "text"
    UNKNOWN = "unknown"
    MIXED = "mixed"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    CUT_OFF = "cut_off"
    JUNK_BEFORE = "junk_before"
    JUNK_AFTER = "junk_after"
    DISAGREEMENT = "disagreement"
    NO_PAGES = "no_pages"
    PAGE_LOOP = "page_loop"
    TOO_MANY_PAGES = "too_many_pages"
    PAGE_SIZE = "page_size"
    SCRIPT = "script"
    LAUNCH = "launch"
    ATTACHMENT = "attachment"
    MEDIA = "media"
    XFA = "xfa"
    BOMB = "bomb"
    TOO_HEAVY = "too_heavy"
    IMAGE_DAMAGED = "image_damaged"
    IMAGE_CUT_OFF = "image_cut_off"
    IMAGE_PIXELS = "image_pixels"
    IMAGE_ANIMATED = "image_animated"


class FileRefused(Invalid):
    """A file was not taken. `reason` is for programs, the text for people."""

    def __init__(self, reason: Reason, text: Text, *, field: str = "files") -> None:
        """`field` is the id of the file field, for the error summary."""
        super().__init__(text, (Problem(field, text),))
        self.reason = reason


_OF_KIND = {
    Kind.EMPTY: Reason.EMPTY,
    Kind.WORD: Reason.WORD,
    Kind.OFFICE: Reason.OFFICE,
    Kind.ARCHIVE: Reason.ARCHIVE,
    Kind.VIDEO: Reason.VIDEO,
    Kind.SOUND: Reason.SOUND,
    Kind.OTHER_IMAGE: Reason.OTHER_IMAGE,
    Kind.WEB_PAGE: Reason.WEB_PAGE,
    Kind.PROGRAM: Reason.PROGRAM,
    Kind.TEXT: Reason.TEXT,
    Kind.UNKNOWN: Reason.UNKNOWN,
    Kind.JUNK_BEFORE_PDF: Reason.JUNK_BEFORE,
}


def reason_for(kind: Kind) -> Reason | None:
    """Why files of this kind are not taken; None for the kinds that are."""
    return _OF_KIND.get(kind)


def refused(
    reason: Reason, name: str, limits: Limits, *, detail: int | None = None, field: str = "files"
) -> FileRefused:
    """The refusal of the file that the person calls `name`.

    `detail` is the page number where it matters, or the number of pages, bytes or files that was too much.
    """
    return FileRefused(reason, _words(reason, name, limits, detail), field=field)


def _words(reason: Reason, name: str, limits: Limits, detail: int | None) -> Text:
    text = _TEXTS[reason]
    known = {
        "name": name,
        "limit": megabytes(limits.max_bytes),
        "together": megabytes(limits.max_together),
        "files": limits.max_files,
        "pages": limits.max_pages,
        "detail": detail or 0,
    }
    return Text(text.message, {key: value for key, value in known.items() if f"%({key})" in text.message})


_TEXTS: dict[Reason, Text] = {
    Reason.NO_FILE: T("Choose a file first."),
    Reason.EMPTY: T(
        "“%(name)s” is empty: it has no bytes in it. Open it on your device to check it, then choose it again."
    ),
    Reason.TOO_BIG: T(
        "“%(name)s” is larger than %(limit)s. Make it smaller (scan in grey at 150 dpi), or split it into parts."
    ),
    Reason.TOO_BIG_TOGETHER: T(
        "These files are larger than %(together)s together. "
        "Choose fewer at a time, and add the rest as another document."
    ),
    Reason.TOO_MANY_FILES: T(
        "You chose %(detail)s files. Choose up to %(files)s at a time, and add the rest as another document."
    ),
    Reason.WORD: T(
        "“%(name)s” is a word processor file, which can look different on every device. "
        "Open it, choose “Save as PDF” or “Print to PDF”, and send that PDF."
    ),
    Reason.OFFICE: T(
        "“%(name)s” is a spreadsheet, a slide show or another office file. "
        "Open it, choose “Save as PDF” or “Print to PDF”, and send that PDF."
    ),
    Reason.ARCHIVE: T(
        "“%(name)s” is a folder packed into one file (ZIP or similar). Unpack it and send each document in it."
    ),
    Reason.VIDEO: T(
        "“%(name)s” is a video. Send photos of what matters in it, say in your text that a video exists, "
        "and hand it to the court's registry."
    ),
    Reason.SOUND: T(
        "“%(name)s” is a sound recording. Write down what is said and send that as a PDF, "
        "and hand the recording to the court's registry."
    ),
    Reason.OTHER_IMAGE: T(
        "“%(name)s” is a picture of a kind that we can't take. Save it as JPEG or PNG, or take a photo of the paper."
    ),
    Reason.WEB_PAGE: T(
        "“%(name)s” is a web page or a drawing made of code. Open it, choose “Print to PDF”, and send that PDF."
    ),
    Reason.PROGRAM: T("“%(name)s” is a program, not a document. Choose the document itself."),
    Reason.TEXT: T("“%(name)s” is plain text. Open it, choose “Print to PDF”, and send that PDF."),
    Reason.UNKNOWN: T(
        "We can't tell what “%(name)s” is. Send a PDF or a photo (JPEG, PNG, WebP or HEIC). "
        "If it should be one, save it again and choose the new copy."
    ),
    Reason.MIXED: T(
        "You chose a PDF together with other files. Send each PDF as a document of its own; "
        "only photos are put together into one document."
    ),
    Reason.ENCRYPTED: T(
        "“%(name)s” is locked with a password or against printing or copying. "
        "Open it, print it to a new PDF without a password, and send that."
    ),
    Reason.DAMAGED: T(
        "“%(name)s” is damaged and can't be opened safely. Open it, print it to a new PDF, and send that."
    ),
    Reason.CUT_OFF: T(
        "The end of “%(name)s” is missing. It may not have been downloaded or copied fully. "
        "Get it again, check that it opens, and send the new copy."
    ),
    Reason.JUNK_BEFORE: T(
        "“%(name)s” has something else in front of the PDF. Open it, print it to a new PDF, and send that."
    ),
    Reason.JUNK_AFTER: T(
        "“%(name)s” has something else behind the PDF. Open it, print it to a new PDF, and send that."
    ),
    Reason.DISAGREEMENT: T(
        "“%(name)s” shows different pages in different programs, so the court might not see what you see. "
        "Print it to a new PDF and send that."
    ),
    Reason.NO_PAGES: T("“%(name)s” has no pages. Open it to check it, or save it again from the program that made it."),
    Reason.PAGE_LOOP: T("The pages of “%(name)s” lead in a circle. Print it to a new PDF and send that."),
    Reason.TOO_MANY_PAGES: T(
        "“%(name)s” has %(detail)s pages. A document can have up to %(pages)s. Split it into parts and send each part."
    ),
    Reason.PAGE_SIZE: T(
        "Page %(detail)s of “%(name)s” is too large or has no size, so it can't be shown or printed. "
        "Print it to a new PDF on A4 and send that."
    ),
    Reason.SCRIPT: T(
        "“%(name)s” has a program (a script) inside it, which court papers may not have. "
        "Print it to a new PDF: the text stays, the script goes."
    ),
    Reason.LAUNCH: T(
        "“%(name)s” tries to start another program or to send data when it is opened. "
        "Print it to a new PDF and send that."
    ),
    Reason.ATTACHMENT: T(
        "“%(name)s” has other files attached inside it, which the court might never see. "
        "Save those files, send each as a document of its own, and print this one to a new PDF."
    ),
    Reason.MEDIA: T(
        "“%(name)s” has sound, video or a 3D model inside it. Print it to a new PDF, "
        "and hand the recording to the court's registry."
    ),
    Reason.XFA: T(
        "“%(name)s” is a form of a kind (XFA) that most programs can't show. "
        "Open it in the program that you filled it in with, print it to a new PDF, and send that."
    ),
    Reason.BOMB: T(
        "“%(name)s” unpacks to far more than its size, which can stop the computers of the court. "
        "Print it to a new PDF and send that."
    ),
    Reason.TOO_HEAVY: T(
        "“%(name)s” takes too long or too much memory to open. Print it to a new PDF, or split it into parts."
    ),
    Reason.IMAGE_DAMAGED: T("The photo “%(name)s” is damaged. Take it again, or open it and save it as a new JPEG."),
    Reason.IMAGE_CUT_OFF: T(
        "Part of the photo “%(name)s” is missing. It may not have been copied fully. Choose it again, or take it again."
    ),
    Reason.IMAGE_PIXELS: T(
        "The photo “%(name)s” has too many dots to handle. Take it with a lower resolution, or make it smaller."
    ),
    Reason.IMAGE_ANIMATED: T("“%(name)s” is a moving picture. Send a still photo (JPEG or PNG)."),
}

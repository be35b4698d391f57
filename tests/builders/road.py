"""The road of a filing, walked in a browser as a person walks it: by the words on links, labels and buttons."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import pypdfium2
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.builders.files import pdf, photo
from tests.builders.people import PASSWORD
from tests.builders.town import Town

PATIENCE = 60.0
Look = Callable[[Page, str], None]


def press(page: Page, words: str) -> None:
    """Press the button with these words."""
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow the first link with these words."""
    page.get_by_role("link", name=words, exact=True).first.click()


def speak(page: Page, language: str) -> None:
    """Switch the language; on a page with a form that is a button, elsewhere a link."""
    page.locator(".ik-languages").get_by_text(language, exact=True).click()


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait for the page with this heading."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def status_of(page: Page, act: Callable[[], None]) -> int:
    """The HTTP status of the form that `act` sends."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        act()
    page.wait_for_load_state()
    return sent.value.status


def look_again_until(page: Page, words: Locator) -> None:
    """Load the page again, as an impatient person does, until it says so."""
    deadline = time.monotonic() + PATIENCE
    while not words.is_visible():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(200)
        page.reload()


def paper_text(page: Page, link: Locator) -> str:
    """The words of the PDF behind a link."""
    answer = page.context.request.get(str(link.get_attribute("href")))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.body())
    words = " ".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    document.close()
    return re.sub(r"\s+", " ", words)


def page_sizes(page: Page, link: Locator) -> list[tuple[int, int]]:
    """Width and height of each page of the PDF behind a link, in points."""
    with pikepdf.open(BytesIO(page.context.request.get(str(link.get_attribute("href"))).body())) as document:
        boxes = [[int(n) for n in sheet.mediabox] for sheet in document.pages]
    return [(box[2] - box[0], box[3] - box[1]) for box in boxes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handset:
    """The practice phone of a number, on the sandbox's own page."""

    page: Page
    number: str

    def message(self, words: str) -> str:
        """The newest text message that has these words (a regular expression); waits for it."""
        bubble = self.page.locator(".bubble .text").filter(has_text=re.compile(words)).first
        bubble.wait_for(timeout=PATIENCE * 1000)
        return bubble.inner_text()

    def code(self) -> str:
        """The code of the newest message with one."""
        found = re.search(r"\b\d{6}\b", self.message(r"\b\d{6}\b"))
        assert found
        return found[0]

    def prompt(self) -> None:
        """Wait for a payment prompt."""
        self.page.get_by_label("PIN").first.wait_for(timeout=PATIENCE * 1000)

    def answer(self, button: str, pin: str = "1234") -> None:
        """Answer the waiting payment prompt."""
        self.prompt()
        self.page.get_by_label("PIN").first.fill(pin)
        self.page.get_by_role("button", name=button, exact=True).first.click()


def take_handset(town: Town, page: Page, number: str) -> Handset:
    """The handset of +2507... in another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto(f"{town.sandbox.url}/handset/{number.removeprefix('+')}")
    return Handset(page=tab, number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filer:
    """Somebody with a phone who files a claim. `look` keeps a picture of where they are."""

    page: Page
    handset: Handset
    look: Look
    name: str

    def register(self, messages: str) -> None:
        """From the home page to the first page of a civil claim, as a new person; messages in that language."""
        page = self.page
        page.goto("/")
        self.look(page, "01-home-as-it-opens")
        speak(page, "English")
        follow(page, "Start a case")
        self.look(page, "02-what-it-is-about")
        follow(page, "Civil claim")
        heading(page, "Sign in")
        follow(page, "Create an account")
        page.get_by_label("Your name").fill(self.name)
        page.get_by_label("Your mobile number").fill(self.handset.number.replace("+250", "0"))
        page.get_by_label(messages).check()
        self.look(page, "03-register")
        press(page, "Send me a code")
        heading(page, "Enter the code")
        self.look(page, "04-code")
        page.get_by_label("Code", exact=True).fill(self.handset.code())
        press(page, "Continue")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The same password again").fill(PASSWORD)
        press(page, "Save the password")
        heading(page, "Civil claim")
        self.look(page, "05-what-we-will-ask")

    def begin(self) -> str:
        """Start the draft; returns its address."""
        press(self.page, "Start now")
        self.page.wait_for_url("**/tasks")
        self.look(self.page, "06-task-list")
        return self.page.url.removesuffix("/tasks")

    def choose_court(self, district: str, value: str = "500,000") -> str:
        """Answer the questions and take the court that is proposed; returns its code."""
        page = self.page
        follow(page, "Which court")
        page.get_by_label("For myself").check()
        page.get_by_role("group", name="Is it about land").get_by_label("No", exact=True).check()
        page.get_by_label("In which district").select_option(label=district)
        page.get_by_role("group", name="worth a sum of money").get_by_label("Yes", exact=True).check()
        page.get_by_label("How much").fill(value)
        self.look(page, "07-court-questions")
        press(page, "Save and continue")
        heading(page, "The right court for you")
        self.look(page, "08-court-proposed")
        code = page.locator("input[name=court_code]:checked").get_attribute("value")
        press(page, "Save and continue")
        page.wait_for_url("**/tasks")
        return str(code)

    def name_parties(self, other: str) -> None:
        """Themselves on one side, a company on the other."""
        page = self.page
        follow(page, "The people on both sides")
        follow(page, "Add a party: Those who claim")
        page.get_by_label("This is me").check()
        page.get_by_label("A person", exact=True).check()
        page.get_by_label("Full name, or the name").fill(self.name)
        page.get_by_label("Has no identity paper").check()
        page.get_by_label("Phone number", exact=False).first.fill(self.handset.number)
        self.look(page, "09-a-party")
        press(page, "Save and continue")
        follow(page, "Add a party: The other side")
        page.get_by_label("A company or another").check()
        page.get_by_label("Full name, or the name").fill(other)
        page.get_by_label("Registration number").fill("102345678")
        press(page, "Save and continue")
        self.look(page, "10-both-sides")
        press(page, "These are all the parties")

    def tell(self, facts: str, wanted: str) -> None:
        """What happened and what they want, as one point."""
        page = self.page
        page.get_by_label("A short title").fill("The loan")
        page.get_by_label("What happened?").fill(facts)
        page.get_by_label("What do you want the court").fill(wanted)
        press(page, "Save and continue")

    def ask(self, wish: str) -> None:
        """The relief; the value given for the court is not asked again."""
        page = self.page
        follow(page, "What you ask for")
        expect(page.get_by_label("How much in all")).to_have_value("500,000")
        page.get_by_label("What do you ask the court for?").fill(wish)
        self.look(page, "13-relief")
        press(page, "Save and continue")

    def upload(self) -> None:
        """Two photos as one document, put into the other order, and a PDF."""
        page = self.page
        follow(page, "Documents")
        self._add("Messages on my phone", _photo("first.jpg", (300, 200)), _photo("second.jpg", (200, 300)))
        expect(page.get_by_text("2 pages")).to_be_visible()
        made = page.locator(".ik-item a[href*='/documents/']").first
        first, second = page_sizes(page, made)
        follow(page, "Order of the pages Messages on my phone")
        press(page, "Move up second.jpg")
        heading(page, "Order of the pages")
        self.look(page, "15-order-of-the-pages")
        follow(page, "Done")
        assert page_sizes(page, made) == [second, first]
        self._add("Loan paper", {"name": "loan.pdf", "mimeType": "application/pdf", "buffer": pdf(3)})
        expect(page.get_by_text("3 pages")).to_be_visible()
        self.look(page, "16-documents")
        press(page, "These are all the documents")

    def _add(self, title: str, *files: FilePayload) -> None:
        self.page.get_by_label("Evidence").check()
        self.page.get_by_label("A short name for it").fill(title)
        self.page.get_by_label("The file, or photos").set_input_files(files)
        self.look(self.page, f"14-adding-{title.split()[0].lower()}")
        press(self.page, "Add this document")
        expect(self.page.get_by_role("heading", level=2, name=title)).to_be_visible()

    def see_fee_and_declare(self) -> None:
        """The fee with its law, and the statement of truth."""
        page = self.page
        follow(page, "Court fee")
        expect(page.get_by_role("cell", name="RWF").first).to_be_visible()
        self.look(page, "17-fee")
        press(page, "Continue")
        follow(page, "Your statement that it is true")
        expect(page.get_by_label("Your full name")).to_have_value(self.name)
        page.get_by_label("What I say in this filing is true").check()
        self.look(page, "18-declaration")
        press(page, "Save and continue")

    def add_email(self) -> None:
        """A second way to be reached: an address, proven by the code that comes to it."""
        page = self.page
        follow(page, "Account")
        self.look(page, "27-account")
        follow(page, "Add E-mail address")
        page.get_by_label("New mobile number or e-mail").fill(self.address)
        page.get_by_label("Your password").fill(PASSWORD)
        press(page, "Send a code to it")
        found = re.search(r"\b\d{6}\b", self.email(r"\b\d{6}\b"))
        assert found
        page.get_by_label("Code", exact=True).fill(found[0])
        press(page, "Continue")
        expect(page.get_by_text(self.address)).to_be_visible()

    @property
    def address(self) -> str:
        """Their e-mail address."""
        return f"{self.handset.number.removeprefix('+')}@example.com"

    def email(self, words: str) -> str:
        """The newest e-mail that has these words (a regular expression), on the sandbox's own page; waits for it."""
        tab = self.page.context.new_page()
        tab.goto(f"{self.handset.page.url.split('/handset')[0]}/mailbox/{self.address}")
        mail = tab.locator(".mail").filter(has_text=re.compile(words)).first
        look_again_until(tab, mail)
        found = mail.inner_text()
        tab.close()
        return found


def _photo(name: str, size: tuple[int, int]) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo("JPEG", size)}

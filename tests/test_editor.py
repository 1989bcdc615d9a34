"""The scripts of the pages in a browser: kept drafts, double submissions, focus, local times."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.support.baking import bake
from tests.support.browser import chromium
from tests.support.browser_walk import LONG_WORD, PASSWORD, Visitor
from tests.support.checks import current_minor, install
from tests.support.live import Site, served

TEXT = "A text of some length.\n\nIt took an hour to write."
CODE = "```\n" + "a_long_line_of_code " * 12 + "\n```"
ARABIC = "هذه فقرة عربية"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a project with pages and posts."""
    folder = tmp_path_factory.mktemp("editor")
    project = bake(folder / "out", {"application_type": "Web App"})
    with served(install(project, current_minor()), folder, RATELIMIT_ENABLED="false") as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run Chromium."""
    with chromium() as browser:
        yield browser


@dataclass
class Author(Visitor):
    """A person with an account of their own."""

    email: str = ""

    def sign_in(self) -> None:
        """Log in, as the person at the keyboard does."""
        self.open("/login")
        self.submit("Log in", email=self.email, password=PASSWORD)

    def text(self) -> str:
        """Return what stands in the field for the text."""
        return self.page.locator("[name=body]").input_value()

    def start_writing(self) -> None:
        """Fill in the form for a new post."""
        self.open("/posts/new")
        self.page.fill("[name=title]", "A title")
        self.page.fill("[name=body]", TEXT)


@pytest.fixture
def author(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Author]:
    """Return somebody who is logged in, on a phone far from UTC."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, timezone_id="Pacific/Auckland"
    )
    page = context.new_page()
    author = Author(page, site, f"{abs(hash(request.node.name))}@example.com")
    author.register(author.email, "Ann")
    author.sign_in()
    yield author
    context.close()


def accept_leaving(page: Page) -> list[str]:
    """Let the person leave pages in spite of warnings; return the list of the warnings' types."""
    warnings: list[str] = []

    def accept(dialog: Dialog) -> None:
        warnings.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return warnings


def test_text_survives_reloading_and_clicks_elsewhere_after_a_warning(author: Author) -> None:
    warnings = accept_leaving(author.page)
    author.start_writing()
    author.page.reload()
    assert author.text() == TEXT
    author.page.locator(".brand").click()
    author.page.wait_for_url("**/")
    assert warnings == ["beforeunload", "beforeunload"]
    author.open("/posts/new")
    assert author.text() == TEXT
    assert "Your unsaved text was restored." in author.page.locator(".form-note").inner_text()
    author.page.get_by_role("button", name="Discard it").click()
    assert author.text() == ""
    author.page.reload()
    assert author.text() == ""
    assert len(warnings) == 2


def test_the_copy_goes_when_the_text_is_saved(author: Author) -> None:
    warnings = accept_leaving(author.page)
    author.start_writing()
    author.press("Publish")
    author.page.wait_for_url("**/posts/*-a-title")
    author.open("/posts/new")
    assert author.text() == ""
    assert warnings == []
    assert author.page.evaluate("Object.keys(sessionStorage).length") == 0


def test_text_survives_the_end_of_the_session(author: Author) -> None:
    author.start_writing()
    author.page.context.clear_cookies()
    author.press("Publish")
    author.submit("Log in", email=author.email, password=PASSWORD)
    author.press("Send it now")
    author.page.wait_for_url("**/posts/*-a-title")
    assert "It took an hour to write." in author.page.locator(".prose").inner_text()


def test_text_survives_logging_out_in_another_tab(author: Author) -> None:
    author.start_writing()
    other = Author(author.page.context.new_page(), author.site, author.email)
    other.open("/")
    other.page.locator("details.menu > summary").click()
    other.page.get_by_role("button", name="Log out").click()
    other.sign_in()
    author.press("Publish")
    assert "not saved yet" in author.page.locator(".message").inner_text()
    assert author.text().replace("\r\n", "\n") == TEXT
    author.press("Publish")
    author.page.wait_for_url("**/posts/*-a-title")


def test_text_survives_without_scripts(browser: Browser, author: Author) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = Author(context.new_page(), author.site, author.email)
    plain.open("/login")
    plain.page.fill("[name=email]", author.email)
    plain.page.fill("[name=password]", PASSWORD)
    plain.page.get_by_role("button", name="Log in").click()
    plain.start_writing()
    context.clear_cookies()
    plain.page.get_by_role("button", name="Publish").click()
    plain.page.fill("[name=email]", author.email)
    plain.page.fill("[name=password]", PASSWORD)
    plain.page.get_by_role("button", name="Log in").click()
    plain.page.get_by_role("button", name="Send it now").click()
    assert "It took an hour to write." in plain.page.locator(".prose").inner_text()
    context.close()


def test_three_clicks_send_the_form_once(author: Author) -> None:
    sent: list[str] = []
    author.page.on("request", lambda request: sent.append(request.method))
    author.start_writing()
    sent.clear()
    author.page.evaluate(
        """() => {
          const button = document.querySelector("[name=publish]");
          for (let click = 0; click < 3; click++) button.click();
        }"""
    )
    author.page.wait_for_url("**/posts/*-a-title")
    assert sent.count("POST") == 1
    author.page.go_back()
    assert author.page.locator("[name=publish]").is_enabled()


@pytest.mark.parametrize("width", [320, 390])
def test_long_words_and_texts_keep_the_editor_on_the_screen(author: Author, width: int) -> None:
    page = author.page
    page.set_viewport_size({"width": width, "height": 700})
    author.open("/posts/new")
    page.fill("[name=body]", LONG_WORD + "\n" + "A line of text.\n" * 2000)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    height = page.locator("[name=body]").evaluate("field => field.offsetHeight")
    assert height <= 700 * 0.7 + 1
    page.evaluate("scrollTo(0, 0)")
    assert page.get_by_role("button", name="Publish").is_visible()
    bottom = page.locator("[name=publish]").evaluate("it => it.getBoundingClientRect().bottom")
    assert bottom <= 700


def test_the_focus_is_never_lost(author: Author) -> None:
    page = author.page
    focus = "document.activeElement.id"
    author.open("/account")
    author.submit("Save", name="Grace")
    page.get_by_role("button", name="Close this message").click()
    assert page.evaluate(focus) == "content"
    page.context.clear_cookies()
    author.open("/login")
    author.submit("Log in", email="nobody@example.com", password="wrong")
    assert page.evaluate(focus) == "password"
    page.get_by_role("button", name="Show password", exact=True).click()
    assert page.get_by_role("button", name="Hide password", exact=True).inner_text() == "Hide"


def test_messages_are_announced_after_the_page_is_loaded(author: Author) -> None:
    author.open("/account")
    author.submit("Save", name="Grace")
    announcer = author.page.locator("#content > [role=status]")
    announcer.get_by_text("Your profile is saved.").wait_for(state="attached")


def test_times_are_those_of_the_readers_place(author: Author) -> None:
    author.write("In Auckland", TEXT)
    time = author.page.locator(".article-meta time").first
    stamp = time.get_attribute("datetime")
    expected = author.page.evaluate(
        """stamp => new Date(stamp).toLocaleTimeString("en-GB", {
          timeZone: "Pacific/Auckland", hour: "2-digit", minute: "2-digit" })""",
        stamp,
    )
    assert time.inner_text().endswith(expected)
    assert "UTC" not in time.inner_text()


def test_right_to_left_lists_and_wide_code_look_right(author: Author) -> None:
    author.write("Lists", f"- {ARABIC}\n- {ARABIC}\n\n{CODE}")
    prose = author.page.locator(".prose")
    assert prose.locator("ul").evaluate("it => getComputedStyle(it).direction") == "rtl"
    assert prose.locator("pre").get_attribute("tabindex") == "0"
    assert "gradient" in prose.locator("pre").evaluate("it => getComputedStyle(it).background")
    author.page.emulate_media(media="print", color_scheme="dark")
    style = "it => getComputedStyle(it).whiteSpace + ' ' + getComputedStyle(it).color"
    assert prose.locator("pre").evaluate(style) == "pre-wrap rgb(0, 0, 0)"
    assert (
        author.page.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_forced_colours_show_where_the_person_is(author: Author) -> None:
    author.page.emulate_media(forced_colors="active")
    author.open("/posts/")
    current = author.page.locator(".site-nav [aria-current]")
    assert current.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"

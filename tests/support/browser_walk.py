"""A walk through every page of a baked site, by its links and forms, in every state it has."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support.live import Site

Stop = tuple[str, int]
PASSWORD = "a kiln is a patient oven"
RICH_TEXT = """\
Opening paragraph with **bold**, *italic*, `code`, ~~struck~~ text and a
[link](https://example.org/).

# A first heading

- one
- two
  - and a half
- three

1. first
2. second

> A quotation, which runs over
> two lines.

## Code

```python
def a_rather_long_function_name(argument: str, another: int) -> dict[str, list[tuple[int, ...]]]:
    return {}
```

### A wide table

| Glaze | Cone | Oxidation | Reduction | Remarks |
|---|---|---|---|---|
| Celadon | 9 | a pale straw colour | a watery blue-green, darker in the throwing lines | thin |
| Tenmoku | 10 | brown | black, breaking to rust at every edge and rim of the pot | thick |

![A missing picture is no drama](/static/favicon.svg)

---

هذه فقرة عربية، تُقرأ من اليمين إلى اليسار.

Last words: 漢字, 🏺 and Ωmega.
"""
LONG_WORD = "https://example.org/" + "a-very-long-address-" * 14
TITLES = {
    "rich": "Notes on glaze chemistry",
    "long": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2 + "verordnung",
    "right-to-left": "قبل الحريق: ما الذي يعرفه الطين <b>عنّا</b>؟",
    "emoji": "🏺🔥 From clay to cup 👩‍🎨 & back again",
}


@dataclass
class Visitor:
    """A person in front of the browser."""

    page: Page
    site: Site

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(self.site.url + path)

    def submit(self, button: str, **fields: str) -> None:
        """Fill in the fields, by their names, and press a button of the page's content."""
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)
        self.press(button)

    def press(self, button: str) -> None:
        """Press a button; what the browser itself checks is left to the server."""
        self.page.evaluate("for (const form of document.forms) form.noValidate = true")
        self.page.locator("main").get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    def register(self, email: str, name: str) -> None:
        """Make an account."""
        self.open("/register")
        self.submit("Create account", name=name, email=email, password=PASSWORD)

    def log_in(self, email: str, password: str) -> None:
        """Sign in, as somebody else if need be."""
        self.page.context.clear_cookies()
        self.open("/login")
        self.submit("Log in", email=email, password=password)

    def write(self, title: str, body: str, *, published: bool = True) -> None:
        """Write a post and end on its page."""
        self.open("/posts/new")
        button = "Publish" if published else "Save draft"
        self.submit(button, title=title, summary="What it is about, in a sentence.", body=body)


def accounts(visitor: Visitor) -> Iterator[Stop]:
    """Visit what every site with pages has; ends signed in to a new account."""
    visitor.open("/")
    yield "home, nothing there", 200
    visitor.open("/login")
    yield "login", 200
    visitor.submit("Log in", email="nobody@example.com", password="wrong")
    yield "login, refused", 200
    visitor.open("/register")
    visitor.submit("Create account", email="nobody", name="", password="short")
    yield "register, refused", 200
    visitor.register("new@example.com", "Grace Newcomer")
    yield "login, after registering", 200
    visitor.log_in("new@example.com", PASSWORD)
    yield "dashboard, empty", 200
    visitor.page.locator("details.menu > summary").click()
    yield "dashboard, menu open", 200
    visitor.open("/account")
    visitor.submit("Save", name="Grace")
    yield "account, saved", 200
    visitor.open("/account/password")
    visitor.submit("Change password", current="wrong", password="short", repeated="shorter")
    yield "password, refused", 200


def errors(visitor: Visitor) -> Iterator[Stop]:
    """Provoke the errors that every site has; ends signed out, and locked out of one account."""
    visitor.open("/nowhere")
    yield "error 404", 404
    visitor.page.context.clear_cookies()
    visitor.open("/login")
    visitor.page.evaluate("document.querySelector('main [name=csrf_token]').remove()")
    visitor.submit("Log in", email="nobody@example.com", password="wrong")
    yield "login, with an old token", 400
    visitor.page.evaluate("document.querySelector('main form').action = '/logout'")
    visitor.page.evaluate("document.querySelector('main [name=csrf_token]').remove()")
    visitor.press("Log in")
    yield "error 400", 400
    visitor.open("/login")
    for _ in range(10):
        visitor.submit("Log in", email="locked@example.com", password="wrong")
    visitor.submit("Log in", email="locked@example.com", password="wrong")
    yield "error 429", 429


def empty_posts(visitor: Visitor) -> Iterator[Stop]:
    """Visit the pages of posts before there are any."""
    for path in ("/posts/", "/posts/mine", "/posts/new"):
        visitor.open(path)
        yield f"{path}, nothing there", 200
    visitor.submit("Publish", title="", summary="", body="")
    yield "new post, refused", 200
    visitor.submit("Preview", title=TITLES["long"], summary=LONG_WORD, body=LONG_WORD)
    yield "new post, preview of long words", 200
    visitor.page.context.clear_cookies()
    visitor.press("Publish")
    yield "login, in place of a form", 401
    visitor.submit("Log in", email="new@example.com", password="wrong")
    yield "login, in place of a form, refused", 200
    visitor.submit("Log in", email="new@example.com", password=PASSWORD)
    yield "logged in again", 200
    visitor.press("Send it now")
    yield "post, sent after logging in again", 200


def full_posts(visitor: Visitor) -> Iterator[Stop]:
    """Write posts of all kinds beside the demo posts, and visit each page that shows them."""
    passwords = visitor.site.seed()
    visitor.log_in("alice@example.com", passwords["alice@example.com"])
    for kind, title in TITLES.items():
        visitor.write(title, RICH_TEXT)
        yield f"post, {kind}", 200
    visitor.write("A thought for later", "Not yet.", published=False)
    yield "post, a draft", 200
    visitor.page.locator("main").get_by_role("link", name="Edit").click()
    yield "edit post", 200
    visitor.page.locator("main [name=version]").evaluate("field => field.value = 0")
    visitor.submit("Save draft", body="Somebody else was faster.")
    yield "edit post, a conflict", 409
    visitor.page.locator("main").get_by_role("link", name="Delete").click()
    yield "delete post", 200
    for path in ("/", "/dashboard", "/posts/", "/posts/mine", "/posts/?q=glaze", "/posts/?q=zzz"):
        visitor.open(path)
        yield path, 200
    visitor.open("/posts/")
    visitor.page.get_by_role("link", name="Older").click()
    yield "second page of posts", 200
    visitor.open("/posts/by/1")
    yield "posts of an author", 200
    visitor.open("/posts/1/edit")
    yield "error 403", 403
    visitor.page.context.clear_cookies()
    visitor.open("/")
    yield "home, signed out", 200


def broken(visitor: Visitor) -> Iterator[Stop]:
    """Take a table away, so that the server fails."""
    with closing(sqlite3.connect(visitor.site.database)) as database:
        database.execute("ALTER TABLE posts RENAME TO gone")
    visitor.open("/posts/")
    yield "error 500", 500


def documentation(visitor: Visitor) -> Iterator[Stop]:
    """Read about the API, and open an operation and the dialog for tokens."""
    visitor.open("/api/docs")
    yield "API documentation, operations", 200
    visitor.page.get_by_role("button", name="Open the interactive documentation").click()
    operation = visitor.page.locator(".opblock-summary-control").nth(3)
    operation.wait_for()
    yield "API documentation", 200
    operation.click()
    visitor.page.get_by_role("button", name="Try it out").click()
    visitor.page.get_by_role("button", name="Execute").wait_for()
    yield "API documentation, an operation open", 200
    visitor.page.locator(".btn.authorize").click()
    visitor.page.get_by_role("dialog").wait_for()
    yield "API documentation, dialog open", 200


def walk(visitor: Visitor) -> Iterator[Stop]:
    """Bring the browser to one page after another; yield its name and the status it must have."""
    features = visitor.site.installed.project.features
    yield from accounts(visitor)
    if "posts" in features:
        yield from empty_posts(visitor)
        yield from full_posts(visitor)
    yield from errors(visitor)
    if "posts" in features:
        yield from broken(visitor)
    if "api" in features:
        yield from documentation(visitor)

"""A Chromium for the browser tests, and sign-in as a person would do it."""

import os

import pytest

from tests.factories.members import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # The sync API of the browser driver runs an event loop in this thread; the ORM is used between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture
def enter(browser, live_server, request):
    """Open the site for a person: `enter(user)` signs in by the form; `enter(None)` stays a stranger.

    Keywords go to the browser context (viewport, java_script_enabled).
    """
    faults: list[str] = []

    def open_site(user, **options):
        options = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(base_url=live_server.url, **options)
        request.addfinalizer(context.close)
        context.set_default_timeout(15_000)
        page = context.new_page()
        # A refused form is a 400 by design; what the browser says of it is no fault.
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and "400 (Bad Request)" not in message.text
                and faults.append(f"{page.url}: {message.text}")
            ),
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        if user is not None:
            page.goto("/accounts/login/")
            page.fill("input[name=username]", user.username)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url("**/")
        return page

    yield open_site
    # A refused script or style would be said here: the content security policy is on.
    assert not faults

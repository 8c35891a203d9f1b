"""What a person can read on a page, and every page that a person can reach from the first."""

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
SPOKEN = ("title", "aria-label", "placeholder", "alt", "content", "data-l")


class Page(HTMLParser):
    """Visible words of a page in `lang`, and the addresses of its links.

    Left out: code, scripts, and elements that say they are in another language.
    """

    def __init__(self, html: str, lang: str):
        super().__init__()
        self.lang = lang
        self.words: list[str] = []
        self.links: list[str] = []
        self._silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        # A link into the other language is the switch, not a page of this one.
        if tag == "a" and given.get("href") and given.get("hreflang", self.lang) == self.lang:
            self.links.append(given["href"])
        foreign = tag != "html" and given.get("lang", self.lang) != self.lang
        if not self._silent and not foreign:
            if tag != "meta":
                self.words += [given[name] for name in SPOKEN if given.get(name)]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self.words.append(given.get("value") or "")
        if tag not in VOID and (self._silent or foreign or tag in {"script", "style", "code"}):
            self._silent.append(tag)

    def handle_endtag(self, tag):
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.words.append(data.strip())


def crawl(client, start: str, lang: str, *, most: int = 400):
    """Yield (address, status, Page) for every HTML page reachable by links from `start`.

    The admin is a site of its own: it is walked only from its own start. Two addresses that differ in numbers alone, or in the values of their query, count as one.
    """
    seen, queue = set(), deque([start])
    while queue and len(seen) < most:
        address = queue.popleft()
        parts = urlsplit(address)
        key = (
            re.sub(r"\d+", "#", parts.path),
            tuple(sorted(pair.split("=")[0] for pair in parts.query.split("&"))),
        )
        leaves = parts.path.startswith("/admin/") and not start.startswith("/admin/")
        if parts.netloc or key in seen or leaves or not parts.path.startswith("/"):
            continue
        seen.add(key)
        response = client.get(address, follow=False)
        if response.status_code in {301, 302}:
            queue.append(urljoin(address, response["Location"]))
            continue
        if "text/html" not in response.get("Content-Type", "") or response.streaming:
            continue
        page = Page(response.content.decode(), lang)
        yield address, response.status_code, page
        queue.extend(urljoin(address, link) for link in page.links if "#" not in link[:1])

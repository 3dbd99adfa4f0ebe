"""The site on this machine: the page for a wrong address, and pages that follow what is written."""

from contextlib import contextmanager
from threading import Event, Thread

import pytest

from readacross.publishing import follow, publish_site, site_server, written
from tests.axing import findings

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")


@contextmanager
def served(root):
    """The address of a site while it is served."""
    with site_server(root, None, 0, lambda _: None) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_a_wrong_address_at_any_depth_shows_a_page_that_leads_on_and_has_no_finding(chromium, small_base):
    with served(small_base) as address:
        context = chromium.new_context(bypass_csp=True)
        page = context.new_page()
        assert findings(page, f"{address}leaflets/no/where.html") == {}
        assert "There is no page at this address." in page.locator("main").inner_text()
        page.get_by_role("link", name="All leaflets").click()
        assert page.locator("h1").inner_text() == "Leaflets"
        context.close()


def test_the_site_follows_what_is_written_and_an_error_leaves_it_as_it_was(small):
    page = publish_site(small, None, lambda _: None).parent / "authorities/index.html"
    names, stop, said, heard = small / "sources/authorities.toml", Event(), [], Event()
    thread = Thread(
        target=follow, args=(small, None, lambda line: (said.append(line), heard.set()), stop, written(small))
    )
    thread.start()
    try:
        for change, answer in (("Sudley on Sea", "built again"), ("[", "authorities.toml")):
            heard.clear()
            names.write_text(
                names.read_text("utf-8").replace('"Sudley"', f'"{change}"') + ("[" if change == "[" else ""),
                "utf-8",
            )
            while not any(answer in line for line in said):
                assert heard.wait(60), said
                heard.clear()
    finally:
        stop.set()
        thread.join()
    assert "Sudley on Sea" in page.read_text("utf-8")

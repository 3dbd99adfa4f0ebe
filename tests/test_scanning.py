"""Reading pages back: the quick way shows what the parser shows, and leaves to it whatever is unusual."""

import pytest

from readacross.site import scanning
from readacross.site.scanning import Unfit, scan

PAGE = "<!DOCTYPE html><html><head><title>A page</title></head><body>{}</body></html>"


def shown(page):
    """What a page shows, so that two readings of it can be compared; only a redline has two sides."""
    held = [
        (item.kind, item.id, item.span, "".join(item.text))
        + (("".join(item.older), "".join(item.newer)) if item.kind == "data-redline" else ())
        for item in page.held
    ]
    return held, page.ids, set(page.links)


def outcome(read, text):
    """What a page shows when it is read in one way, or why it is refused."""
    try:
        return shown(read("page.html", text))
    except Unfit as bad:
        return str(bad)


def by_pattern(text):
    """Whether a page is read without the parser."""
    return bool(
        scanning.PAGE.fullmatch(text) and not scanning.RAW.search(text) and scanning._held(text) is not None
    )


def test_every_page_of_a_site_is_read_as_the_parser_reads_it(small_base, real_base):
    quick = pages = 0
    for root in (small_base, real_base):
        for path in (root / "build" / "site").rglob("*.html"):
            text = path.read_text("utf-8")
            assert shown(scan(path.name, text)) == shown(scanning._parsed(path.name, text)), path
            quick += by_pattern(text)
            pages += 1
    assert quick > 0.8 * pages


@pytest.mark.parametrize(
    ("body", "quick"),
    [
        ('<p id="a" data-passage="v#a">You &amp; I &lt;must&gt; come.</p>', True),
        ('<p data-passage="v#a">one <strong>two <mark>three</mark></strong><br> four</p>', True),
        ('<p data-passage="v#a">see <a href="https://a.example" rel="noopener">this</a>.</p>', True),
        ('<pre data-drop="v" data-span="1-7">\nPage 7</pre>', True),
        ('<pre data-original="v">a<span class="unseen" data-character="200B">[U+200B]</span>b</pre>', True),
        ('<p data-redline="v#a|w#a">You <del>must</del> <ins>may</ins> come.</p>', True),
        ('<p>“ data-quote=” is no attribute</p><q data-quote="v#a">words</q>', True),
        ('<p title=" data-quote=">words</p>', False),
        ('<p title="x id=" class="y">words</p>', False),
        ("<p data-passage='v#a'>words</p>", False),
        ('<P DATA-PASSAGE="v#a">words</P>', False),
        ('<p data-passage="v#a">a "word"</p>', False),
        ('<p data-passage="v#a">words<!-- not --></p>', False),
        ('<p data-passage="v#a">words</div></p>', False),
        ('<div data-passage="v#a">one<div>two</div></div>', False),
        ('<p data-passage="v#a">one <b>two</b></p>', False),
        ('<p data-passage="v#a">one<br/> two</p>', False),
        ('<p data-passage="v#a">one <span onclick="x()">two</span></p>', False),
        ('<p data-passage="v#a">see <a href="javascript:x">this</a></p>', False),
        ('<p data-passage="v#a">never ends', False),
        ('<p data-passage="v#a" data-quote="v#a">words</p>', False),
        ('<p data-span="1-2" data-drop="v">words</p>', False),
        ("<script>var a = \"<p data-passage='v#a'>no</p>\"</script>", False),
        ("<textarea><p data-passage=v>no</p></textarea>", False),
        ('<q data-quote="a&amp;b">&#39;words&#39;</q><a href="x.html?a=1&amp;b=2#c">x</a>', True),
    ],
)
def test_what_is_unusual_is_left_to_the_parser(body, quick):
    text = PAGE.format(body)
    assert by_pattern(text) is quick
    assert outcome(scan, text) == outcome(scanning._parsed, text)


def test_an_id_used_twice_is_caught_either_way():
    for tail in ("", "<!-- read by the parser -->"):
        with pytest.raises(Unfit, match="used twice"):
            scan("page.html", PAGE.format(f'<p id="a">x</p><p id="a">y</p>{tail}'))

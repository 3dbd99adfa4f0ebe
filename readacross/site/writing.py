"""Writing what a page of a version is full of: its passages, and its original beside them.

These parts are written here and not by a template, because they are most of the site.  Whatever comes from a leaflet
is escaped on the way, as templates do.
"""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from readacross.redlining import Paragraph, Run
from readacross.site.laying import Group, Part, Piece, Stretch, seen

MARKS = {"kept": "", "removed": "del", "added": "ins"}
STYLES = {"plain": ("", ""), "bold": ("<strong>", "</strong>")}


def reading_html(groups: Iterable[Group], marks: Mapping[str, str]) -> Markup:
    """The reading text of a version, each passage with its address and the way to its words in the original.

    `marks` gives, by its place, the number that a passage has in both texts.
    """
    written = "\n".join([*(_group(group, marks) for group in groups), ""])
    return Markup(written)  # noqa: S704 - everything of a leaflet in it is escaped


def original_html(stretches: Iterable[Stretch], marks: Mapping[str, str]) -> Markup:
    """The original of a version, each stretch saying what became of it."""
    return Markup("".join(_stretch(stretch, marks) for stretch in stretches))  # noqa: S704 - as above


def redline_html(paragraphs: Iterable[tuple[Paragraph, str, str]]) -> Markup:
    """The paragraphs of a redline, each with the passages that it was and is."""
    return Markup("".join(map(_redlined, paragraphs)))  # noqa: S704 - as above


def _redlined(told: tuple[Paragraph, str, str]) -> str:
    paragraph, before, after = told
    words = " ".join(map(_run, paragraph.runs))
    kind = paragraph.kind.replace(" ", "-")
    return f'<p class="{kind}" data-redline="{escape(before)}|{escape(after)}">{words}</p>\n'


def _run(run: Run) -> str:
    tag, words = MARKS[run.kind], escape(" ".join(run.words))
    return f"<{tag}>{words}</{tag}>" if tag else str(words)


def _group(group: Group, marks: Mapping[str, str]) -> str:
    if group.listed:
        return _list(group.parts, marks)
    part = group.parts[0]
    if part.passage:
        return _passage(part, marks)
    return (
        '<div class="editor" role="note"><p><strong>Not part of the leaflet.</strong> '
        f"{_words(part.pieces)}</p></div>"
    )


def _list(parts: Sequence[Part], marks: Mapping[str, str]) -> str:
    items = (
        f"<li>{_passage(part, marks)}{_list(part.parts, marks) if part.parts else ''}</li>\n"
        for part in parts
    )
    return f"<ul>\n{''.join(items)}</ul>\n"


def _number(place: str, marks: Mapping[str, str]) -> str:
    return f' data-n="{marks[place]}"' if place in marks else ""


def _passage(part: Part, marks: Mapping[str, str]) -> str:
    passage = part.passage
    if passage is None:
        return ""
    place, tag = escape(passage.place), f"h{part.level}" if part.kind == "heading" else "p"
    original = f'<a class="to-original" href="#o:{place}">Find these words in the original</a>'
    doubts = "".join(
        f'<p class="doubt"><strong>Uncertain words.</strong> {escape(doubt.note)} '
        f'<span class="detail">({escape(doubt.by)})</span></p>'
        for doubt in passage.doubts
    )
    return (
        f'<div class="passage" id="{place}"{_number(passage.place, marks)}>\n'
        f'<{tag} data-passage="{escape(passage.id)}">{_words(part.pieces)}</{tag}>\n'
        f'<a class="permalink" href="#{place}" aria-label="Link to this passage: {place}">#</a>\n'
        f"{original if passage.tiles else ''}{doubts}</div>\n"
    )


def _words(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    words = f"<mark>{escape(piece.text)}</mark>" if piece.doubted else str(escape(piece.text))
    if piece.style == "link":
        words = f'<a href="{escape(piece.target)}" rel="noopener noreferrer">{words}</a>'
    else:
        before, after = STYLES[piece.style]
        words = f"{before}{words}{after}"
    return f"<br>{words}" if piece.breaks else words


def _stretch(stretch: Stretch, marks: Mapping[str, str]) -> str:
    words = "".join(_seen(piece.text, piece.number) for piece in seen(stretch.text))
    if stretch.place:
        address = f' id="o:{escape(stretch.place)}"' if stretch.first else ""
        return f'<span class="held"{address}{_number(stretch.place, marks)}>{words}</span>'
    return f'<s title="Left out: {escape(stretch.reason)}">{words}</s>' if stretch.reason else words


def _seen(text: str, number: str) -> str:
    if number:
        return f'<span class="unseen" data-character="{number}">[U+{number}]</span>'
    return str(escape(text))

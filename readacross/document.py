"""Writing an answer with its references as a Word document, whose bytes depend on nothing but the answer."""

import io
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from readacross.archiving import EPOCH, untimed
from readacross.errors import BadInput
from readacross.glossary import CHECK
from readacross.library import Library
from readacross.model import Answer
from readacross.referencing import WEB, Part, Reference, csl_json, markdown, one_line, parts
from readacross.storing import plain_errors

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

STYLES = {
    "title": "Title", "heading": "Heading 1", "text": "Normal", "quote": "Quote", "item": "List Bullet",
    "reference": "Normal", "stamp": "Normal",
}  # fmt: skip
LANGUAGE = "en-GB"
UNUSED = ("/stylesWithEffects", "/thumbnail")
LANGUAGES = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

FORMS = ("md", "docx", "csl-json")
"""The forms in which an answer is sent on."""


def word_document(answer: Answer, library: Library, on: str, site: str = "") -> bytes:
    """An answer with its references as the bytes of a .docx file.  Raises BadInput without python-docx."""
    return as_word(parts(answer, library, on, site), library.folder.name)


def as_word(paragraphs: Iterable[Part], edition: str) -> bytes:
    """Paragraphs as the bytes of a .docx file; the stamp stands at the foot of every page."""
    try:
        from docx import Document
    except ModuleNotFoundError:
        raise BadInput(
            'a Word document needs python-docx. Install it: pip install "readacross[documents]"'
        ) from None
    written = Document()
    _set_up(written, edition)
    for part in paragraphs:
        if part.style == "stamp":
            written.sections[0].footer.paragraphs[0].text = one_line(part.words)
        else:
            _add(written, part)
    file = io.BytesIO()
    written.save(file)
    return untimed(file.getvalue())


def _set_up(written: "Document", edition: str) -> None:
    """A4, in British English; its properties name no person, no time and not the question.

    Two parts of the template are left out: styles for Word 2010 and a picture of an empty page.
    """
    from docx.oxml.ns import qn
    from docx.shared import Mm

    properties = written.core_properties
    properties.author = properties.last_modified_by = "Readacross"
    properties.title, properties.subject = "An answer with references", f"Edition {edition}"
    properties.comments, properties.language = CHECK, LANGUAGE
    properties.created = properties.modified = EPOCH
    section = written.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for language in (
        *written.styles.element.iter(qn("w:lang")),
        *written.settings.element.iter(qn("w:themeFontLang")),
    ):
        language.set(qn("w:val"), LANGUAGE)
    for parts_of in (written.part.rels, written.part.package.rels):
        for id_ in [id_ for id_, part in parts_of.items() if part.reltype.endswith(UNUSED)]:
            del parts_of[id_]


def _add(written: "Document", part: Part) -> None:
    """A paragraph; the number of a reference leads to its place in the list."""
    paragraph = written.add_paragraph(style=STYLES[part.style])
    if part.style == "reference":
        return _add_reference(paragraph, part)
    run = paragraph.add_run(f"“{one_line(part.words)}”" if part.style == "quote" else one_line(part.words))
    for item in part.references:
        _speak(run, item.leaflet.language)
        paragraph.add_run(" ")
        _lead(paragraph, paragraph.add_run(f"[{item.number}]"), anchor=_name(item))
    return None


def _add_reference(paragraph: "Paragraph", part: Part) -> None:
    """An entry of the list of references, its number hanging, with a bookmark and its addresses."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    (item,) = part.references
    paragraph.paragraph_format.left_indent = Mm(10)
    paragraph.paragraph_format.first_line_indent = Mm(-10)
    number = {qn("w:id"): str(item.number)}
    written = paragraph.paragraph_format.element
    written.append(OxmlElement("w:bookmarkStart", {**number, qn("w:name"): _name(item)}))
    paragraph.add_run(f"[{item.number}] {one_line(part.words)}")
    written.append(OxmlElement("w:bookmarkEnd", number))
    for label, address in item.addresses:
        paragraph.add_run(f" {label}: ")
        _lead(paragraph, paragraph.add_run(one_line(address)), address if WEB.fullmatch(address) else "")


def _name(item: Reference) -> str:
    return f"reference-{item.number}"


def _speak(run: "Run", language: str) -> None:
    """Say in what language words are, where it is not that of the document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if LANGUAGES.fullmatch(language) and not LANGUAGE.startswith(language):
        run.font.element.get_or_add_rPr().append(OxmlElement("w:lang", {qn("w:val"): language}))


def _lead(paragraph: "Paragraph", run: "Run", address: str = "", anchor: str = "") -> None:
    """Make words lead to a web address or to a bookmark; nowhere, where there is neither."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if anchor:
        link = OxmlElement("w:hyperlink", {qn("w:anchor"): anchor})
    elif address:
        target = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink", {qn("r:id"): target})
    else:
        return
    words = run.font.element
    words.addprevious(link)
    link.append(words)


# Writing


def exported(form: str, answer: Answer, library: Library, on: str, site: str = "") -> bytes:
    """An answer in one of the FORMS, as the bytes of a file."""
    if form == "docx":
        return word_document(answer, library, on, site)
    made = csl_json if form == "csl-json" else markdown
    return made(answer, library, on, site).encode()


def write_exported(data: bytes, path: Path) -> None:
    """Write an exported answer to a file, whole or not at all.

    Raises BadInput for a folder, and GenerationError where the disk refuses.
    """
    if path.is_dir():
        raise BadInput(f"{path}: this is a folder. Name the file to write.")
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with plain_errors("The answer cannot be written"):
        try:
            aside.write_bytes(data)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)

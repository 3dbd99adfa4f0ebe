"""Building: from sources/ to the readable index files and a new generation.

Everything is read and proven before anything is written.  Readable files are model-free, so two machines
write the same bytes; vectors depend on the model and live in the generation only.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from readacross.certificate import Signature
from readacross.drafting import Draft, all_phrasings, draft, readable
from readacross.former import INDEX, former, keep_former
from readacross.generations import CURRENT, GENERATIONS, build_lock, current, intact, publish
from readacross.library import FORMAT
from readacross.remembering import Remembered, keep_proven, proven, remember, remembered, state
from readacross.settings import Settings, load_settings
from readacross.shapes import pack
from readacross.storing import json_line, plain_errors, write_atomically

Report = Callable[[str], None]
SIGN = "readacross build --sign NAME"


def stale(root: Path) -> list[str]:
    """The built files that do not match the sources, for `build --check`; writes nothing."""
    made = draft(root)
    found = []
    for path, text in readable(made).items():
        built = root / path
        if not built.is_file() or built.read_bytes().decode("utf-8", "replace") != text:
            found.append(path.as_posix())
    return found + _stale_recogniser(root, made)


def _stale_recogniser(root: Path, made: Draft) -> list[str]:
    """The recogniser that is kept, where it was fitted on other wordings than there are."""
    from readacross.fitting import KEPT_IN, is_fitted
    from readacross.recognising import is_unasked

    phrasings = all_phrasings(made)
    recognised = any(is_unasked(item.question) for item in phrasings)
    return [KEPT_IN.as_posix()] if recognised and not is_fitted(root, phrasings) else []


def build(
    root: Path, report: Report, *, sign: str | None = None, today: str = "", progress: bool = False
) -> Path:
    """Build a knowledge base and return its current generation's folder.

    `sign` names the curator who has read the order of every reading text.  Raises SourceError where the
    sources are wrong and GenerationError where the disk refuses; both leave the old generation serving.
    """
    settings = load_settings(root)
    with build_lock(root):
        read = state(root)
        known = None if sign else remembered(root, read, settings)
        if known and _is_current(root, known.generation):
            for remark in (*known.remarks, _up_to_date(known.passages, known.generation)):
                report(remark)
            return current(root)
        made = draft(root, Signature(sign, today) if sign else None, proven(root), former(root))
        files = readable(made)
        with plain_errors("The index files cannot be written"):
            for path, text in files.items():
                write_atomically(root / path, text)
            keep_proven(root, made.proofs)
        remarks = tuple(_unsigned(made))
        for remark in remarks:
            report(remark)
        name, passages = fingerprint(made, files, settings), sum(map(len, made.passages))
        what = Remembered(name, passages, remarks)
        if _is_current(root, name):
            remember(root, read, files, settings, what)
            report(_up_to_date(passages, name))
            return current(root)

        terms: list[list[str]] = []

        def write(aside: Path) -> None:
            from readacross.indexing import write_generation

            terms.extend(write_generation(aside, root, made, settings, progress=progress))

        folder = publish(root, name, write)
        if terms:
            keep_former(root, name, files[INDEX], zip(made.keys, map(len, made.passages), strict=True), terms)
        remember(root, read, files, settings, what)
        report(f"built {passages} passages of {len(made.versions)} versions, generation {name}")
        return folder


def _unsigned(made: Draft) -> Iterator[str]:
    """What is said of each reading text whose order nobody has signed."""
    for certificate in made.certificates:
        if not (certificate.signed or certificate.structure.plain):
            yield f"{certificate.version}: the order of its words is not signed yet; read it, then: {SIGN}"


def _up_to_date(passages: int, name: str) -> str:
    return f"up to date: {passages} passages, generation {name}"


def _is_current(root: Path, name: str) -> bool:
    """Whether readers are served this generation already, whole."""
    pointer = root / GENERATIONS / CURRENT
    return (
        pointer.exists() and pointer.read_text("utf-8").strip() == name and intact(root / GENERATIONS / name)
    )


def fingerprint(made: Draft, files: Mapping[Path, str], settings: Settings) -> str:
    """What a generation is made of, in 16 hex digits: texts, coding, analyser, model and layout.

    Vectors themselves are not part of it: their last bits depend on the processor, their input does not.
    """
    from readacross.analysing import ANALYSER
    from readacross.models import model_sha256

    parts = [
        f"format {FORMAT}",
        ANALYSER,
        model_sha256(settings.model),
        *(f"{path.as_posix()} {sha256(text.encode()).hexdigest()}" for path, text in sorted(files.items())),
        json_line(pack([list(made.sources.authorities), list(made.sources.leaflets), list(made.versions)])),
        json_line(pack([list(made.topics), list(made.questions), made.baseline])),
        json_line([list(phrasing) for phrasing in made.phrasings]),
        json_line(pack(made.occasions)),
        json_line(pack(list(made.besides))),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]

"""ZIP archives that are the same, byte for byte, whenever they are made: workbooks and Word documents are such."""

import io
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - such times have no zone
"""The time written wherever one is asked for: the first that a ZIP archive can hold."""


def untimed(archive: bytes) -> bytes:
    """A ZIP archive with every time in it set to the same one."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as entries, ZipFile(made, "w") as written:
        for name in entries.namelist():
            entry = ZipInfo(name, EPOCH.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 0, 0
            written.writestr(entry, entries.read(name))
    return made.getvalue()

"""Is an office document what it says, and safe to open? A zip, judged by its table of contents before any reading."""

from __future__ import annotations

import zipfile
from io import BytesIO

from assistant.models import DocumentRefused
from assistant.wording import sentence

MOST_MEMBERS = 5_000
MOST_BYTES = 300_000_000  # in all, decompressed, as declared: zipfile reads no more of a member than it declares
MOST_RATIO = 150  # of a member over a megabyte; XML of office documents compresses 10 to 50 times
MANIFEST = "META-INF/manifest.xml"
MOST_MANIFEST = 5_000_000
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an encrypted .docx or .pptx is wrapped in


def check_archive(data: bytes, name: str, main_part: str) -> None:
    """Let a sound archive that holds `main_part` pass.

    Raises:
        DocumentRefused: encrypted, not such an archive, or one that would fill the memory.
    """
    if data.startswith(COMPOUND_FILE):
        raise DocumentRefused(name, sentence("refused_file.encrypted"))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            locked = _is_locked(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentRefused(name, sentence("refused_file.damaged")) from error
    if is_bomb(members):
        raise DocumentRefused(name, sentence("refused_file.bomb"))
    if locked:
        raise DocumentRefused(name, sentence("refused_file.encrypted"))
    if main_part not in {member.filename for member in members}:
        raise DocumentRefused(name, sentence("refused_file.damaged"))


def is_bomb(members: list[zipfile.ZipInfo]) -> bool:
    """Too many members, too many bytes in all, or one member that swells too much."""
    return (
        len(members) > MOST_MEMBERS
        or sum(member.file_size for member in members) > MOST_BYTES
        or any(m.file_size > 1_000_000 and m.file_size > MOST_RATIO * max(1, m.compress_size) for m in members)
    )


def _is_locked(archive: zipfile.ZipFile) -> bool:
    """By a password: members encrypted by the zip, or, in OpenDocument, said so by the manifest or wrapped whole."""
    if any(member.flag_bits & 1 for member in archive.infolist()):
        return True
    names = archive.namelist()
    if "encrypted-package" in names:
        return True
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > MOST_MANIFEST:
        return False
    with archive.open(MANIFEST) as manifest:
        return b"encryption-data" in manifest.read(MOST_MANIFEST)

"""Compressed bytes → bytes, counted as they come out: a small answer must not become a large one."""

from __future__ import annotations

import zlib
from typing import IO

STEP = 65536
ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}


class TooLarge(Exception):
    """More came out than is wanted."""


class Damaged(Exception):
    """The bytes are not compressed as they say, or end too early."""


class Inflater:
    """Takes the body of an answer piece by piece, at most `most` bytes once decompressed.

    They are kept, or written to `into` as they come, for a body that memory should not hold.
    """

    def __init__(self, encoding: str, most: int, into: IO[bytes] | None = None) -> None:
        self._encoding = encoding
        self._most = most
        self._into = into
        self.size = 0
        self._pieces: list[bytes] = []
        self._head = b""  # the first byte, until the second says how the rest is wrapped
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            TooLarge, Damaged: the answer is not to be read further.
        """
        if self._encoding in ("", "identity"):
            self._take(data)
            return
        data, self._head = self._head + data, b""
        while data:
            if self._stream is None or self._stream.eof:
                if len(data) < 2:
                    self._head = data
                    return
                self._stream = _new_stream(self._encoding, data)
            data = self._step(self._stream, data)

    def finish(self) -> bytes:
        """The whole body; nothing when it was written elsewhere.

        Raises:
            TooLarge, Damaged: see `feed`.
        """
        if self._stream is not None and not self._stream.eof:
            self._take(self._stream.flush())  # what the last step left: one match of the algorithm, not a bomb
        if self._head or (self._stream is not None and not self._stream.eof):
            raise Damaged
        return b"".join(self._pieces)

    def _step(self, stream: zlib._Decompress, data: bytes) -> bytes:
        """Decompress a little; what is left to decompress."""
        try:
            self._take(stream.decompress(data, STEP))
        except zlib.error as error:
            raise Damaged from error
        if stream.eof and stream.unused_data and self._encoding == "deflate":
            raise Damaged
        return stream.unused_data if stream.eof else stream.unconsumed_tail

    def _take(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._most:
            raise TooLarge
        if self._into:
            self._into.write(piece)
        else:
            self._pieces.append(piece)


def _new_stream(encoding: str, head: bytes) -> zlib._Decompress:
    """Some servers send "deflate" without the wrapper (RFC 1950) that the standard asks for."""
    if encoding != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    wrapped = head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

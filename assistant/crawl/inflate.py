"""Compressed bytes → bytes, counted as they come out: a small answer must not become a large one."""

from __future__ import annotations

import zlib

STEP = 65536
ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}


class TooLarge(Exception):
    """More came out than is wanted."""


class Damaged(Exception):
    """The bytes are not compressed as they say, or end too early."""


class Inflater:
    """Takes the body of an answer piece by piece, at most `most` bytes once decompressed."""

    def __init__(self, encoding: str, most: int) -> None:
        self._stream = None if encoding in ("", "identity") else _new_stream(encoding)
        self._encoding = encoding
        self._most = most
        self._size = 0
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            TooLarge, Damaged: the answer is not to be read further.
        """
        if self._stream is None:
            self._take(data)
            return
        while data:
            try:
                self._take(self._stream.decompress(data, STEP))
            except zlib.error as error:
                data = self._without_wrapper(data, error)
                continue
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                if data and self._encoding == "deflate":
                    raise Damaged
                self._stream = _new_stream(self._encoding) if data else self._stream
                if not data:
                    return

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            TooLarge, Damaged: see `feed`.
        """
        if self._stream is not None and self._size and not self._stream.eof:
            raise Damaged
        return b"".join(self._pieces)

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most:
            raise TooLarge
        self._pieces.append(piece)

    def _without_wrapper(self, data: bytes, error: zlib.error) -> bytes:
        """Some servers send "deflate" without the zlib wrapper that the standard asks for."""
        if self._encoding != "deflate" or self._size:
            raise Damaged from error
        self._encoding = "raw deflate"
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return data


def _new_stream(encoding: str) -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS if encoding == "deflate" else zlib.MAX_WBITS | 16)

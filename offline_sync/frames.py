"""A village's records on the wire: frames of JSON lines, each of which can be read alone.

The first frame has the header, and sample lines: what the later frames are packed with, as a raw
content dictionary (RFC 8878 section 5), since small frames have little to learn from. The last line
of the last frame is the end, which counts the lines between: each of them a whole record, in the
shape of a line of the feed. A frame is one Zstandard frame that says how long its content is and
carries a checksum. Whoever reads
a stream of them never unpacks more than MAX_CONTENT_BYTES at once, whatever the bytes say, and
knows at which byte each frame ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
import zstandard

from offline_sync.answers import HUB_NAME

FRAME_TYPE: Final = "application/zstd"
MAX_CONTENT_BYTES: Final = 8 * 1024 * 1024
"""Above any line that a hub writes (its longest record, 3 MB), with a frame's worth of others."""
MAX_PACKED_BYTES: Final = MAX_CONTENT_BYTES + 64 * 1024
MAX_SAMPLE_BYTES: Final = 64 * 1024

_MAGIC: Final = zstandard.FRAME_HEADER
_LONGEST_HEADER: Final = 18
_BLOCK_HEADER: Final = 3
_RLE, _RESERVED = 1, 3
_LARGEST_BLOCK: Final = 128 * 1024
_CHECKSUM: Final = 4
_LEVEL: Final = 9
_SHORTEST_DICTIONARY: Final = 8

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Header(msgspec.Struct, frozen=True, rename={"version": "sv"}):
    """The first line: whose records these are, and at which number of the hub's feed."""

    hub: str
    hub_epoch: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    bucket: str
    upto: _Count
    version: _Count


class End(msgspec.Struct, frozen=True):
    """The last line: how many lines came between the first and this one."""

    end: _Count


_encoder: Final = msgspec.json.Encoder()
_header_decoder: Final = msgspec.json.Decoder(Header)
_end_decoder: Final = msgspec.json.Decoder(End)


class FrameCorrupt(ValueError):
    """What came is no frame, was changed on its way, or would unpack to more than is allowed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A packed frame, and the number of bytes of the stream up to its end."""

    packed: bytes
    end: int


def dictionary(samples: bytes) -> zstandard.ZstdCompressionDict | None:
    """What frames are packed and unpacked with, from the samples of a header."""
    if len(samples) < _SHORTEST_DICTIONARY:
        return None
    made = zstandard.ZstdCompressionDict(samples, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    made.precompute_compress(level=_LEVEL)  # else worked out again for every frame
    return made


def pack(lines: Iterable[bytes], known: zstandard.ZstdCompressionDict | None = None) -> bytes:
    """One frame that holds these lines."""
    content = b"".join(line + b"\n" for line in lines)
    packer = zstandard.ZstdCompressor(level=_LEVEL, dict_data=known, write_checksum=True)
    return packer.compress(content)


def unpack(frame: Frame, known: zstandard.ZstdCompressionDict | None = None) -> list[bytes]:
    """The lines of a frame; `known` is what it was packed with. Raises FrameCorrupt."""
    try:
        size = zstandard.frame_content_size(frame.packed)
        if not 0 < size <= MAX_CONTENT_BYTES:
            raise FrameCorrupt(f"A frame says that it holds {size} bytes.")
        content = zstandard.ZstdDecompressor(
            dict_data=known, max_window_size=MAX_CONTENT_BYTES
        ).decompress(frame.packed, max_output_size=size)
    except zstandard.ZstdError as error:
        raise FrameCorrupt(f"A frame cannot be unpacked: {error}.") from error
    if len(content) != size or not content.endswith(b"\n"):
        raise FrameCorrupt("A frame does not end with a whole line.")
    return content[:-1].split(b"\n")


def encode(line: Header | End) -> bytes:
    """The first or the last line."""
    return _encoder.encode(line)


def read_header(lines: list[bytes]) -> Header | None:
    """The header, from the lines of the first frame; None when they are not a hub's."""
    try:
        header = _header_decoder.decode(lines[0])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return header if header.hub == HUB_NAME and len(samples_of(lines)) <= MAX_SAMPLE_BYTES else None


def samples_of(lines: list[bytes]) -> bytes:
    """The samples that came with the header, as the lines of the first frame."""
    return b"\n".join(lines[1:])


def read_end(lines: list[bytes]) -> int | None:
    """The count of the last line, when these are the lines of the last frame."""
    if not lines[-1].startswith(b"{"):
        return None
    try:
        return _end_decoder.decode(lines[-1]).end
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FrameCorrupt("The last line cannot be read.") from error


class FrameReader:
    """Cuts a stream into its frames, in whatever pieces it comes."""

    def __init__(self, offset: int = 0) -> None:
        """`offset` is the number of bytes of the stream before the first piece."""
        self._start = offset
        self._held = bytearray()

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """The frames that are whole with this piece. Raises FrameCorrupt."""
        self._held += piece
        while (length := _frame_length(self._held)) is not None:
            packed = bytes(self._held[:length])
            del self._held[:length]
            self._start += length
            yield Frame(packed, self._start)


def _frame_length(held: bytearray) -> int | None:
    """The length of the frame that begins here (RFC 8878 section 3.1.1), None while it is not
    whole."""
    if held[: len(_MAGIC)] != _MAGIC[: len(held)]:
        raise FrameCorrupt("What came is not a frame.")
    if len(held) < _LONGEST_HEADER:
        # The shortest frames are shorter than the longest header; only a snapshot's are not.
        return None
    try:
        parameters = zstandard.get_frame_parameters(bytes(held[:_LONGEST_HEADER]))
        at = zstandard.frame_header_size(bytes(held[:_LONGEST_HEADER]))
    except zstandard.ZstdError as error:
        raise FrameCorrupt(f"The beginning of a frame cannot be read: {error}.") from error
    last = False
    while not last:
        if at > MAX_PACKED_BYTES:
            raise FrameCorrupt("A frame does not end.")
        if len(held) < at + _BLOCK_HEADER:
            return None
        header = int.from_bytes(held[at : at + _BLOCK_HEADER], "little")
        last, kind, size = bool(header & 1), header >> 1 & 3, header >> 3
        if kind == _RESERVED or size > _LARGEST_BLOCK:
            raise FrameCorrupt("A frame has a block that no frame can have.")
        at += _BLOCK_HEADER + (1 if kind == _RLE else size)
    at += _CHECKSUM if parameters.has_checksum else 0
    return at if len(held) >= at else None

"""Marks that say a film was made by a machine, in the container itself: readable tags and an XMP packet.

Sources: IPTC Photo Metadata 2023.2, `DigitalSourceType` and its vocabulary (http://cv.iptc.org/newscodes/digitalsourcetype/);
XMP Specification Part 3, Storage in Files (the `uuid` box of MPEG-4 files). The EU AI Act, Article 50(2), asks for such a mark.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from emostage.core.errors import EmostageError
from emostage.film.boxes import boxes, read_box

COMMENT = "AI-generated (emostage)"
DESCRIPTION = "The person in this film was animated by a computer; what is said and felt was written for it."
SOURCE_TYPE = "digital_source_type"
"""Key among the tags that chooses the IPTC source type."""
COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
IDENTITY = "identity_"
"""How the tags begin that say who agreed to be played, one for a person; players show them all as the synopsis."""
SYNOPSIS_LIMIT = 8000
"""Characters; the packet has room for all."""
PACKET_LIMIT_BYTES = 1 << 20

CONTAINER_TAGS = {
    b"\xa9nam": "title", b"\xa9cmt": "comment", b"desc": "description", b"\xa9ART": "artist", b"\xa9alb": "album",
    b"\xa9gen": "genre", b"\xa9day": "date", b"cprt": "copyright", b"ldes": "synopsis", b"keyw": "keywords",
}  # fmt: skip
"""The tags that every player shows; others are kept in the XMP packet only."""

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ext": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "emostage": "urn:emostage:film:1",
}
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a film says of itself. `source_type` is the IPTC term without its address; `tags` are all others."""

    ai_generated: bool
    title: str = ""
    comment: str = ""
    source_type: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def identities(self) -> tuple[str, ...]:
        """Who of the film plays a tuned identity, and that they agreed."""
        numbers = sorted(int(key[len(IDENTITY) :]) for key in self.tags if re.fullmatch(IDENTITY + r"\d{1,9}", key))
        return tuple(self.tags[f"{IDENTITY}{number}"] for number in numbers)


def identity_tags(agreed: Sequence[str]) -> dict[str, str]:
    """The tags that say of each person who plays a tuned identity that they agreed."""
    if not agreed:
        return {}
    synopsis = "\n".join(agreed)
    synopsis = synopsis if len(synopsis) <= SYNOPSIS_LIMIT else synopsis[: SYNOPSIS_LIMIT - 1] + "…"
    return {f"{IDENTITY}{number}": text for number, text in enumerate(agreed, 1)} | {"synopsis": synopsis}


def container_tags(title: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags for ffmpeg: title, comment, description, and those of `tags` that the container has a place for."""
    known = {key: _plain(value) for key, value in tags.items() if key in CONTAINER_TAGS.values()}
    return {"description": DESCRIPTION} | known | {"title": _plain(title), "comment": COMMENT}


def mark(path: Path, title: str, tags: Mapping[str, str]) -> None:
    """Append the XMP packet to a finished MP4 file. Raises ValueError for a tag whose name is no XML name; OSError."""
    packet = xmp_packet(title, tags)
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_UUID + packet)


def xmp_packet(title: str, tags: Mapping[str, str]) -> bytes:
    """The XMP packet: source type, title, description, and all tags in emostage's own namespace."""
    for key in tags:
        if not _KEY.fullmatch(key):
            raise ValueError(f"'{key}' cannot be the name of a tag")
    rows = [f"<emostage:{key}>{_xml(value)}</emostage:{key}>" for key, value in sorted(tags.items()) if key != SOURCE_TYPE]
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMESPACES.items())
    return "\n".join([
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}><rdf:Description rdf:about="">',
        f"<ext:DigitalSourceType>{SOURCE_TYPES}{_xml(tags.get(SOURCE_TYPE, COMPOSITE))}</ext:DigitalSourceType>",
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{_xml(title)}</rdf:li></rdf:Alt></dc:title>',
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{COMMENT}</rdf:li></rdf:Alt></dc:description>',
        *rows,
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        '<?xpacket end="r"?>',
    ]).encode()  # fmt: skip


def read_marks(path: Path) -> Marks:
    """The marks of an MP4 film, ours or another program's. Raises EmostageError E106 for what is no whole MP4 file."""
    found = _container(path)
    source, own = _xmp(path)
    known = {key: value for key, value in found.items() if key not in ("title", "comment")}
    return Marks(
        ai_generated="trainedAlgorithmicMedia" in source
        or "TrainedAlgorithmicMedia" in source
        or "ai-generated" in found.get("comment", "").lower(),
        title=found.get("title", ""),
        comment=found.get("comment", ""),
        source_type=source,
        tags=known | own,
    )


def _plain(value: str) -> str:
    return value.replace("\0", "")


def _xml(value: str) -> str:
    return escape(_NOT_XML.sub("", value))


def _container(path: Path) -> dict[str, str]:
    """The iTunes-style tags: moov/udta/meta/ilst."""
    found: dict[str, str] = {}
    try:
        data = read_box(path, b"moov") or b""
        for kind in (b"udta", b"meta", b"ilst"):
            data = dict(boxes(data)).get(kind, b"")
            data = data[4:] if kind == b"meta" else data
        for kind, content in boxes(data):
            if kind in CONTAINER_TAGS:
                found[CONTAINER_TAGS[kind]] = dict(boxes(content))[b"data"][8:].decode("utf-8", "replace")
    except (KeyError, ValueError, struct.error) as error:
        raise EmostageError.of("E106", f"'{path}' is not a whole MP4 film", "render it again") from error
    return found


def _xmp(path: Path) -> tuple[str, dict[str, str]]:
    """(source type, own tags) of the XMP packet; empty without one. Packets with a document type are not read."""
    try:
        box = read_box(path, b"uuid", XMP_UUID)
        if box is None or len(box) > PACKET_LIMIT_BYTES or b"<!" in box:
            return "", {}
        root = ElementTree.fromstring(box[16:].decode("utf-8"))  # noqa: S314 - no document type, so no entities
    except (ElementTree.ParseError, ValueError, struct.error):
        return "", {}
    source = root.findtext(f".//{{{NAMESPACES['ext']}}}DigitalSourceType", "").removeprefix(SOURCE_TYPES)
    space = f"{{{NAMESPACES['emostage']}}}"
    return source, {e.tag.removeprefix(space): e.text or "" for e in root.iter() if e.tag.startswith(space)}

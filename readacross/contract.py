"""The JSON that commands print: the shapes that others build on, fixed in the command reference."""

from collections.abc import Mapping, Sequence

from readacross.citing import merge, original_spans
from readacross.measuring import Judgement
from readacross.model import Answer, Citation, Divergence, Json, Passage, Position, Span, Version
from readacross.shapes import pack


def link(version: Version, place: str = "") -> str:
    """The address of a version or passage on the reference site, from the site's root."""
    return f"leaflets/{version.leaflet}/{version.label}.html" + (f"#{place}" if place else "")


def original_json(version: Version, spans: Sequence[Span]) -> Json:
    """Where words stand in an original: character offsets into its decoded text."""
    file = f"{version.folder}/{version.original}"
    return {"file": file, "sha256": version.sha256, "spans": [list(span) for span in spans]}


def _place_json(passage: Passage, version: Version) -> dict[str, Json]:
    return {
        "authority": version.authority,
        "leaflet": version.leaflet,
        "version": version.id,
        "passage": passage.id,
        "headings": list(passage.headings),
    }


def passage_json(passage: Passage, version: Version, original: str) -> Json:
    """A passage, in the shape of a citation of the whole of it."""
    spans = merge(original_spans(passage.tiles, passage.span), original)
    place = _place_json(passage, version)
    return {
        **place,
        "kind": passage.kind,
        "level": passage.level,
        "lead_in": passage.lead_in,
        "quote": passage.text,
        "text": passage.text,
        "digest": passage.digest,
        "match": "exact",
        "reading": {"start": passage.span.start, "end": passage.span.end},
        "original": original_json(version, spans),
        "uncertain": _doubts(passage),
        "link": link(version, passage.place),
    }


def _doubts(passage: Passage) -> list[Json]:
    return [{"start": d.span.start, "end": d.span.end, "note": d.note, "by": d.by} for d in passage.doubts]


def citation_json(citation: Citation, versions: Mapping[str, Version]) -> Json:
    """A citation: the passage, the words quoted, and where they stand."""
    passage, version = citation.passage, versions[citation.passage.version]
    start, end = citation.reading
    doubts: list[Json] = [
        doubt.note for doubt in passage.doubts if doubt.span.start < end and start < doubt.span.end
    ]
    place = _place_json(passage, version)
    return {
        **place,
        "quote": citation.quote,
        "text": passage.text,
        "lead_in": passage.lead_in,
        "match": citation.match,
        "reading": {"start": start, "end": end},
        "original": original_json(version, citation.original),
        "score": round(citation.score, 6),
        "link": link(version, passage.place),
        "in_force": citation.certainty,
        "uncertain": doubts,
    }


def position_json(position: Position, versions: Mapping[str, Version]) -> Json:
    """A position, stated or silent."""
    version = versions[position.version]
    return {
        "question": position.question,
        "topic": position.topic,
        "authority": version.authority,
        "leaflet": version.leaflet,
        "version": version.id,
        "sha256": version.sha256,
        "status": position.status,
        "value": position.value,
        "force": position.force,
        "actor": position.actor,
        "conditions": list(position.conditions),
        "quotes": _quotes(position, version),
        "coded": {"by": position.coded.by, "on": position.coded.on, "status": position.coded.status},
        "searched": list(position.searched),
        "nearest": list(position.nearest),
        "note": position.note,
        "followed": position.followed,
        "lost": list(position.lost),
        "settled": position.settled,
    }


def _quotes(position: Position, version: Version) -> Json:
    return [
        {
            "quote": quote.quote,
            "passage": quote.passage,
            "match": quote.match,
            "reading": {"start": quote.reading.start, "end": quote.reading.end},
            "original": original_json(version, quote.original),
        }
        for quote in position.quotes
    ]


def divergence_json(divergence: Divergence, versions: Mapping[str, Version]) -> Json:
    """A divergence between two versions, or among a group of them."""
    sides: list[Json] = []
    for position in divergence.positions:
        version = versions[position.version]
        sides.append(
            {
                "authority": version.authority,
                "leaflet": version.leaflet,
                "version": version.id,
                "sha256": version.sha256,
                "status": position.status,
                "value": position.value,
                "force": position.force,
                "quotes": _quotes(position, version),
            }
        )
    return {
        "question": divergence.question,
        "topic": divergence.topic,
        "level": divergence.level,
        "kind": divergence.kind,
        "severity": divergence.severity,
        "summary": divergence.summary,
        "rule": divergence.rule,
        "positions": sides,
        "ruling": pack(divergence.ruling),
    }


def judgement_json(judgement: Judgement, versions: Mapping[str, Version]) -> Json:
    """A position measured against the baseline."""
    return {
        "fact": pack(judgement.fact),
        "outcome": judgement.outcome,
        "why": judgement.why,
        "position": position_json(judgement.position, versions),
    }


def version_json(version: Version) -> Json:
    """A version: what it is, since when it holds as far as is known, and how we know."""
    valid = version.valid
    return {
        "authority": version.authority,
        "leaflet": version.leaflet,
        "version": version.id,
        "title": version.title,
        "publisher": version.publisher,
        "licence": version.licence,
        "received": version.received,
        "original": f"{version.folder}/{version.original}",
        "sha256": version.sha256,
        "valid": {
            "from": valid.from_,
            "until": valid.until,
            "basis": valid.basis,
            "earliest_start": pack(valid.earliest_start),
            "latest_start": pack(valid.latest_start),
            "earliest_end": pack(valid.earliest_end),
            "latest_end": pack(valid.latest_end),
        },
        "evidence": pack(version.evidence),
        "recorded": version.recorded,
        "supersedes": version.supersedes,
        "status": version.status,
        "link": link(version),
    }


def answer_json(answer: Answer, versions: Mapping[str, Version], authorities: Mapping[str, str]) -> Json:
    """An answer: its statements point at citations by number, best first."""
    return {
        "question": answer.question,
        "as_at": answer.as_at,
        "status": answer.status,
        "statements": [
            {
                "text": statement.text,
                "authority": statement.authority,
                "name": authorities.get(statement.authority, statement.authority),
                "version": answer.citations[statement.citations[0]].passage.version
                if statement.citations
                else None,
                "question": statement.question,
                "force": statement.position.force if statement.position else None,
                "citations": list(statement.citations),
            }
            for statement in answer.statements
        ],
        "citations": [citation_json(citation, versions) for citation in answer.citations],
        "silent": list(answer.silent),
        "divergences": [divergence_json(item, versions) for item in answer.divergences],
        "nearest": [citation_json(citation, versions) for citation in answer.nearest],
        "questions": list(answer.questions),
        "alert": answer.alert or None,
        "remarks": list(answer.remarks),
    }

"""Reads feeds with feedparser; prints what it understood of each as JSON. Arguments: addresses."""

import json
import sys
import time

import feedparser


def moment(parsed):
    return None if parsed is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed)


def read(address):
    feed = feedparser.parse(address, sanitize_html=False, resolve_relative_uris=False)
    items = [
        {
            "id": entry.get("id"),
            "title": entry.get("title"),
            "url": entry.get("link"),
            "published": moment(entry.get("published_parsed")),
            "html": next((part.value for part in entry.get("content", []) if "html" in part.type), None),
        }
        for entry in feed.entries
    ]
    return {"bozo": str(feed.bozo_exception) if feed.bozo else None, "items": items}


json.dump([read(address) for address in sys.argv[1:]], sys.stdout)

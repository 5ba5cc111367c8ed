"""Verifies every DKIM signature of every letter with dkimpy. Input on stdin: {"letters": [latin-1 text], "records": {name: text}}."""
import importlib.metadata
import json
import sys

import dkim

given = json.load(sys.stdin)


def lookup(name, timeout=5):
    text = given["records"].get(name.decode().rstrip("."))
    return None if text is None else text.encode()


def signatures(letter):
    found = []
    message = letter.encode("latin-1")
    for index in range(letter.split("\r\n\r\n")[0].lower().count("dkim-signature:")):
        verifier = dkim.DKIM(message)
        try:
            right = verifier.verify(idx=index, dnsfunc=lookup)
        except dkim.DKIMException as error:
            found.append({"right": False, "why": str(error)})
            continue
        fields = verifier.signature_fields
        found.append({
            "right": right,
            "algorithm": fields[b"a"].decode(),
            "signed": [name.strip().lower() for name in fields[b"h"].decode().split(":")],
        })
    return found


json.dump({"version": importlib.metadata.version("dkimpy"), "letters": [signatures(letter) for letter in given["letters"]]}, sys.stdout)

"""Answers each line of standard input, a text and whether its tree is asked for: a digest of `ast.dump`, null where Python does not compile it."""

import ast
import hashlib
import json
import sys
import warnings

warnings.simplefilter("ignore")
for line in sys.stdin:
    try:
        text, tree = json.loads(line)
        source = text.encode()
        parsed = ast.parse(source)
        compile(source, "<mutant>", "exec", dont_inherit=True)
        dump = ast.dump(parsed) if tree else ""
        answer = hashlib.sha256(dump.encode("utf8", "surrogatepass")).hexdigest()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        answer = None
    print(json.dumps(answer), flush=True)

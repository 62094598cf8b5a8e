"""Answers each JSON string on standard input with a digest of `ast.dump`, or null when Python does not compile it."""

import ast
import hashlib
import json
import sys
import warnings

warnings.simplefilter("ignore")
for line in sys.stdin:
    try:
        source = json.loads(line).encode()
        compile(source, "<mutant>", "exec", dont_inherit=True)
        answer = hashlib.sha256(ast.dump(ast.parse(source)).encode("utf8", "surrogatepass")).hexdigest()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        answer = None
    print(json.dumps(answer), flush=True)

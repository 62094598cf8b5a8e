"""Answers each line of standard input, a text and whether its tree is asked for: a digest of `ast.dump`, null where Python does not compile it."""

import ast
import hashlib
import json
import re
import sys
import warnings

warnings.simplefilter("ignore")
for line in sys.stdin:
    try:
        text, tree = json.loads(line)
        source = text.encode()
        parsed = ast.parse(source)
        try:
            compile(source, "<mutant>", "exec", dont_inherit=True)
        except SyntaxError as error:
            named = re.search(r"nonlocal|global|is parameter and", str(error))
            print(json.dumps("names" if named else None), flush=True)
            continue
        dump = ast.dump(parsed) if tree else ""
        answer = hashlib.sha256(dump.encode("utf8", "surrogatepass")).hexdigest()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        answer = None
    print(json.dumps(answer), flush=True)

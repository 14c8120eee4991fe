"""Runs Apache Avro's own library for Python.

Reads lines {"reader": SCHEMA, "writer": SCHEMA, "data": [HEX]}, and prints a line for each: {"verdict":
"compatible" | "incompatible" | "throws", "data": [{"hex": HEX} or {"error": REASON}]}, with the answer of its
checker and each datum resolved to the reader schema, or {"refused": REASON} if a schema does not parse.
"""

import io
import json
import sys

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.io import BinaryDecoder, BinaryEncoder, DatumReader, DatumWriter
from avro.schema import parse


def verdict(reader, writer):
    try:
        result = ReaderWriterCompatibilityChecker().get_compatibility(reader=reader, writer=writer)
    except Exception:
        return "throws"
    return "compatible" if result.compatibility is SchemaCompatibilityType.compatible else "incompatible"


def resolve(reader, writer, datum):
    try:
        value = DatumReader(writer, reader).read(BinaryDecoder(io.BytesIO(datum)))
        out = io.BytesIO()
        DatumWriter(reader).write(value, BinaryEncoder(out))
    except (Exception, RecursionError) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"hex": out.getvalue().hex()}


for line in sys.stdin:
    question = json.loads(line)
    try:
        reader, writer = (parse(json.dumps(question[side])) for side in ("reader", "writer"))
    except Exception as error:
        print(json.dumps({"refused": f"{type(error).__name__}: {error}"}))
        continue
    data = [resolve(reader, writer, bytes.fromhex(datum)) for datum in question["data"]]
    print(json.dumps({"verdict": verdict(reader, writer), "data": data}))

"""Runs Open edX's own packages: prints their schemas, and encodes and decodes with them.

oracle.py schemas    one object, {event type: schema}
oracle.py samples    one line for each sample, {"type": ..., "sample": ..., "datum": {...}, "hex": ...}
oracle.py read       reads lines of this form, decodes `hex`, and prints {"type": ..., "datum": {...}}
"""

import datetime
import enum
import io
import json
import random
import sys
import uuid
from importlib import import_module
from typing import get_args, get_origin

import attrs
import django
import fastavro
from ccx_keys.locator import CCXLocator
from django.conf import settings
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import (
    LibraryCollectionLocator,
    LibraryContainerLocator,
    LibraryLocatorV2,
    LibraryUsageLocatorV2,
)

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.dummy"}})
django.setup()

from openedx_events.event_bus.avro.deserializer import AvroSignalDeserializer
from openedx_events.event_bus.avro.serializer import AvroSignalSerializer, serialize_event_data_to_bytes
from openedx_events.tooling import KNOWN_UNSERIALIZABLE_SIGNALS, OpenEdxPublicSignal

for subdomain in ("analytics", "authz", "content_authoring", "enterprise", "learning"):
    import_module(f"openedx_events.{subdomain}.signals")


def signals():
    """The signals that can be serialized, by type."""
    travelling = {
        signal.event_type: signal
        for signal in OpenEdxPublicSignal.all_events()
        if signal.event_type not in KNOWN_UNSERIALIZABLE_SIGNALS
    }
    return dict(sorted(travelling.items()))


class Sample(enum.Enum):
    """The kind of values in a sample."""

    BARE = "optional fields null, collections and texts empty, numbers zero"
    FULL = "optional fields and collections filled"
    MIXED = "random, with extreme numbers and non-ASCII text"


OPAQUE_KEYS = {
    CourseKey: "course-v1:edX+DemoX+2026",
    CCXLocator: "ccx-v1:edX+DemoX+2026+ccx@7",
    UsageKey: "block-v1:edX+DemoX+2026+type@problem+block@intro",
    LibraryLocatorV2: "lib:edX:algebra",
    LibraryUsageLocatorV2: "lb:edX:algebra:problem:intro",
    LibraryCollectionLocator: "lib-collection:edX:algebra:week-1",
    LibraryContainerLocator: "lct:edX:algebra:unit:u1",
}
NUMBERS = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63)]
FLOATS = [0.1, -0.0, 1e308, 5e-324, 1.7976931348623157e308]
TEXTS = [
    *("", "a", "Ada", "日本語", "naïve café", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢"),
    *("x" * 200, "line\nbreak\ttab\"quote\"", "\u0000\u007f\u0080\uffff"),
]


class Maker:
    """Makes values of any type of a signal."""

    def __init__(self, sample, seed):
        self.sample = sample
        self.random = random.Random(f"{sample.name} {seed}")

    def event(self, signal):
        return {name: self.value(kind) for name, kind in signal.init_data.items()}

    def value(self, kind):
        bare, mixed = self.sample is Sample.BARE, self.sample is Sample.MIXED
        if hasattr(kind, "__attrs_attrs__"):
            return kind(**{field.name: self.field(field) for field in attrs.fields(kind)})
        if get_origin(kind) is list:
            return [self.value(get_args(kind)[0]) for _ in range(self.length())]
        if get_origin(kind) is dict:
            return {f"{self.value(str)}{i}": self.value(get_args(kind)[1]) for i in range(self.length())}
        if kind in OPAQUE_KEYS:
            return kind.from_string(OPAQUE_KEYS[kind])
        if kind is str:
            return "" if bare else self.random.choice(TEXTS) if mixed else "text"
        if kind is bool:
            return False if bare else self.random.choice([False, True]) if mixed else True
        if kind is int:
            return 0 if bare else self.random.choice(NUMBERS) if mixed else 1234567
        if kind is float:
            return 0.0 if bare else self.random.choice(FLOATS) if mixed else 0.875
        if kind is datetime.datetime:
            moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
            return moment.replace(microsecond=self.random.randrange(10**6)) if mixed else moment
        if kind is uuid.UUID:
            return uuid.UUID(int=0 if bare else self.random.getrandbits(128))
        raise TypeError(f"no sample for {kind}")

    def field(self, field):
        if field.default is None:
            mixed = self.sample is Sample.MIXED
            absent = self.sample is Sample.BARE or (mixed and self.random.random() < 0.5)
            return None if absent else self.value(field.type)
        return self.value(field.type)

    def length(self):
        match self.sample:
            case Sample.BARE:
                return 0
            case Sample.FULL:
                return 2
            case Sample.MIXED:
                return self.random.choice([0, 1, 3, 70])


def print_schemas():
    print(json.dumps({kind: AvroSignalSerializer(signal).schema for kind, signal in signals().items()}))


def print_samples():
    makers = [(Sample.BARE, 0), (Sample.FULL, 0), *((Sample.MIXED, seed) for seed in range(8))]
    for kind, signal in signals().items():
        for sample, seed in makers:
            data = Maker(sample, seed).event(signal)
            encoded = serialize_event_data_to_bytes(data, signal)
            datum = fastavro.schemaless_reader(io.BytesIO(encoded), AvroSignalSerializer(signal).schema)
            name = f"{sample.name} {seed}"
            print(json.dumps({"type": kind, "sample": name, "datum": datum, "hex": encoded.hex()}))


def print_read():
    known = signals()
    for line in sys.stdin:
        given = json.loads(line)
        signal = known[given["type"]]
        schema = AvroSignalDeserializer(signal).schema
        datum = fastavro.schemaless_reader(io.BytesIO(bytes.fromhex(given["hex"])), schema)
        AvroSignalDeserializer(signal).from_dict(datum)
        print(json.dumps({"type": given["type"], "datum": datum}))


if __name__ == "__main__":
    {"schemas": print_schemas, "samples": print_samples, "read": print_read}[sys.argv[1]]()

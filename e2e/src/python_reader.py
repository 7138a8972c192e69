"""Reads expositions with the Python client's parsers: a JSON array of [format, text] in, what they found of each out."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

results = []
for format_name, text in json.load(sys.stdin):
    read = read_openmetrics if format_name == "openmetrics" else read_text
    try:
        families = [
            {
                "name": family.name,
                "type": family.type,
                "help": family.documentation,
                "unit": family.unit,
                "samples": [[sample.name, sample.labels, repr(sample.value)] for sample in family.samples],
            }
            for family in read(text)
        ]
        results.append({"families": families})
    except Exception as error:  # the test shows whatever the parser has against the text
        results.append({"error": repr(error)})
json.dump(results, sys.stdout)

"""The contender prometheus_client: `contender.py <work as JSON>`, which speaks the protocol of bench/src/work.ts."""

import gc
import json
import math
import random
import sys
from time import perf_counter_ns

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

LABEL_NAMES = ["method", "route", "status"]


def label_sets(count):
    return [
        (method, f"/route/{i}", status)
        for i in range(count // 20)
        for method in ("GET", "POST", "PUT", "DELETE")
        for status in ("200", "301", "404", "500", "503")
    ]


def durations():
    return [0.1 * math.exp(random.gauss(0, 1)) for _ in range(1024)]


def counter(registry=None):
    return Counter("http_requests_total", "Requests served.", LABEL_NAMES, registry=registry)


def histogram(registry=None):
    buckets = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
    name = "http_request_duration_seconds"
    return Histogram(name, "Time to serve a request.", LABEL_NAMES, registry=registry, buckets=buckets)


def elapsed(run):
    gc.collect()
    start = perf_counter_ns()
    run()
    return {"nanoseconds": perf_counter_ns() - start}


def incrementing(series):
    metric = counter()
    sets = label_sets(series)
    random.Random(1).shuffle(sets)
    for labels in sets:
        metric.labels(*labels)
    position = 0

    def run(times):
        nonlocal position
        for _ in range(times):
            method, route, status = sets[position]
            metric.labels(method, route, status).inc()
            position = position + 1 if position + 1 < series else 0

    return lambda times: elapsed(lambda: run(times))


def incrementing_bound():
    bound = counter().labels("GET", "/route/0", "200")

    def run(times):
        for _ in range(times):
            bound.inc()

    return lambda times: elapsed(lambda: run(times))


def observing():
    bound = histogram().labels("GET", "/route/0", "200")
    seconds = durations()

    def run(times):
        for i in range(times):
            bound.observe(seconds[i & 1023])

    return lambda times: elapsed(lambda: run(times))


def exposing(work):
    registry = CollectorRegistry()
    metric = (counter if work["metric"] == "counter" else histogram)(registry)
    bound = [metric.labels(*labels) for labels in label_sets(work["series"])]
    change = changing(work, bound)

    def run(times):
        nanoseconds = 0
        size = 0
        for i in range(times):
            change()
            if i == 0:
                gc.collect()
            start = perf_counter_ns()
            size = len(generate_latest(registry))
            nanoseconds += perf_counter_ns() - start
        return {"nanoseconds": nanoseconds, "bytes": size}

    return run


def changing(work, bound):
    seconds = durations()

    def change_one(series, amount):
        if work["metric"] == "histogram":
            series.observe(seconds[amount & 1023])
        else:
            series.inc(random.random() if work["values"] == "floats" else amount)

    for i, series in enumerate(bound):
        change_one(series, i)

    def change():
        if work["changed"] == 1:
            for i, series in enumerate(bound):
                change_one(series, 1 + i * 7 % 100)
        else:
            for i in range(int(len(bound) * work["changed"])):
                change_one(random.choice(bound), 1 + i % 100)

    return change


def runner(work):
    kind = work["kind"]
    if kind == "inc":
        return incrementing(work["series"])
    if kind == "bound-inc":
        return incrementing_bound()
    if kind == "observe":
        return observing()
    if kind == "exposition" and work["format"] == "text":
        return exposing(work)
    return None


def say(answer):
    print(json.dumps(answer), flush=True)


run = runner(json.loads(sys.argv[1]))
if run is None:
    say({"error": "it does not do this work"})
    sys.exit()
say({})
for line in sys.stdin:
    say(run(int(line)))

// The contender VictoriaMetrics/metrics. Its series are looked up by their whole text, which is made beforehand.
package main

import (
	"bytes"
	"math/rand"

	"github.com/VictoriaMetrics/metrics"
)

func main() {
	serve(func(w work) func(int) answer {
		switch w.Kind {
		case "inc":
			return incrementing(w.Series)
		case "bound-inc":
			return incrementingBound()
		case "native-observe":
			return observing()
		case "exposition":
			set := metrics.NewSet()
			return exposing(changing(w, changesOf(set, w)), exposition(set))
		case "memory":
			if w.Metric == "counter" {
				set := metrics.NewSet()
				return measuringMemory(w.Series, func() func() { return fill(set, w) }, exposition(set))
			}
		}
		return nil
	})
}

func name(set [3]string) string {
	return `http_requests_total{method="` + set[0] + `",route="` + set[1] + `",status="` + set[2] + `"}`
}

func incrementing(series int) func(int) answer {
	set := metrics.NewSet()
	names := make([]string, 0, series)
	for _, labels := range shuffled(labelSets(series)) {
		names = append(names, name(labels))
		set.NewCounter(name(labels))
	}
	next := 0
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				set.GetOrCreateCounter(names[next]).Inc()
				if next++; next == series {
					next = 0
				}
			}
		})
	}
}

func incrementingBound() func(int) answer {
	counter := metrics.NewSet().NewCounter(name(labelSets(20)[0]))
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				counter.Inc()
			}
		})
	}
}

// observing measures its only histogram, whose buckets are exponential.
func observing() func(int) answer {
	histogram := metrics.NewSet().NewHistogram(`http_request_duration_seconds{method="GET"}`)
	seconds := durations()
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				histogram.Update(seconds[i&1023])
			}
		})
	}
}

func changesOf(set *metrics.Set, w work) func(index, amount int) {
	if w.Values == "floats" {
		bound := make([]*metrics.FloatCounter, 0, w.Series)
		for _, labels := range labelSets(w.Series) {
			bound = append(bound, set.NewFloatCounter(name(labels)))
		}
		return func(index, _ int) { bound[index].Add(rand.Float64()) }
	}
	bound := make([]*metrics.Counter, 0, w.Series)
	for _, labels := range labelSets(w.Series) {
		bound = append(bound, set.NewCounter(name(labels)))
	}
	return func(index, amount int) { bound[index].Add(amount) }
}

// fill puts series into the set to which nothing but the library refers.
func fill(set *metrics.Set, w work) (change func()) {
	change = func() {
		for _, labels := range labelSets(w.Series) {
			set.GetOrCreateCounter(name(labels)).Inc()
		}
	}
	change()
	return change
}

func exposition(set *metrics.Set) func() int {
	var buffer bytes.Buffer
	return func() int {
		buffer.Reset()
		set.WritePrometheus(&buffer)
		return buffer.Len()
	}
}

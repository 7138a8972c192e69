// The contender client_golang.
package main

import (
	"bytes"
	"io"
	"math/rand"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

var labelNames = []string{"method", "route", "status"}

func main() {
	serve(func(w work) func(int) answer {
		switch w.Kind {
		case "inc":
			return incrementing(w.Series)
		case "inc-map":
			return incrementingByMap(w.Series)
		case "bound-inc":
			return incrementingBound()
		case "observe":
			return observing(histogramVec(false))
		case "native-observe":
			return observing(histogramVec(true))
		case "exposition":
			registry := prometheus.NewRegistry()
			return exposing(changing(w, changesOf(registry, w)), exposition(registry, w.Format))
		case "memory":
			registry := prometheus.NewRegistry()
			fill := func() func() { return fill(registry, w) }
			return measuringMemory(w.Series, fill, exposition(registry, "text"))
		}
		return nil
	})
}

func counterVec() *prometheus.CounterVec {
	options := prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests served."}
	return prometheus.NewCounterVec(options, labelNames)
}

func histogramVec(native bool) *prometheus.HistogramVec {
	options := prometheus.HistogramOpts{Name: "http_request_duration_seconds", Help: "Time to serve a request."}
	if native {
		options.NativeHistogramBucketFactor = 1.1
		options.NativeHistogramMaxBucketNumber = 160
	}
	return prometheus.NewHistogramVec(options, labelNames)
}

func incrementing(series int) func(int) answer {
	counter := counterVec()
	sets := shuffled(labelSets(series))
	for _, set := range sets {
		counter.WithLabelValues(set[:]...).Inc()
	}
	next := 0
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				set := &sets[next]
				counter.WithLabelValues(set[0], set[1], set[2]).Inc()
				if next++; next == series {
					next = 0
				}
			}
		})
	}
}

func incrementingByMap(series int) func(int) answer {
	counter := counterVec()
	sets := make([]prometheus.Labels, 0, series)
	for _, set := range shuffled(labelSets(series)) {
		labels := prometheus.Labels{"method": set[0], "route": set[1], "status": set[2]}
		counter.With(labels).Inc()
		sets = append(sets, labels)
	}
	next := 0
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				counter.With(sets[next]).Inc()
				if next++; next == series {
					next = 0
				}
			}
		})
	}
}

func incrementingBound() func(int) answer {
	counter := counterVec().WithLabelValues("GET", "/route/0", "200")
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				counter.Inc()
			}
		})
	}
}

func observing(vec *prometheus.HistogramVec) func(int) answer {
	histogram := vec.WithLabelValues("GET", "/route/0", "200")
	seconds := durations()
	return func(times int) answer {
		return elapsed(func() {
			for i := 0; i < times; i++ {
				histogram.Observe(seconds[i&1023])
			}
		})
	}
}

func changesOf(registry *prometheus.Registry, w work) func(index, amount int) {
	if w.Metric == "histogram" {
		vec := histogramVec(false)
		registry.MustRegister(vec)
		bound := make([]prometheus.Observer, 0, w.Series)
		for _, set := range labelSets(w.Series) {
			bound = append(bound, vec.WithLabelValues(set[:]...))
		}
		seconds := durations()
		return func(index, amount int) { bound[index].Observe(seconds[(index+amount)&1023]) }
	}
	vec := counterVec()
	registry.MustRegister(vec)
	bound := make([]prometheus.Counter, 0, w.Series)
	for _, set := range labelSets(w.Series) {
		bound = append(bound, vec.WithLabelValues(set[:]...))
	}
	if w.Values == "floats" {
		return func(index, _ int) { bound[index].Add(rand.Float64()) }
	}
	return func(index, amount int) { bound[index].Add(float64(amount)) }
}

// fill puts series into the registry to which nothing but the library refers.
func fill(registry *prometheus.Registry, w work) (change func()) {
	if w.Metric == "histogram" {
		vec := histogramVec(false)
		registry.MustRegister(vec)
		seconds := durations()
		change = func() {
			for i, set := range labelSets(w.Series) {
				vec.WithLabelValues(set[:]...).Observe(seconds[i&1023])
			}
		}
	} else {
		vec := counterVec()
		registry.MustRegister(vec)
		change = func() {
			for _, set := range labelSets(w.Series) {
				vec.WithLabelValues(set[:]...).Inc()
			}
		}
	}
	change()
	return change
}

// exposition gathers and encodes into a buffer that it uses again, and returns how many bytes came out.
func exposition(registry *prometheus.Registry, format string) func() int {
	formats := map[string]expfmt.Format{
		"text":        expfmt.FmtText,
		"openmetrics": expfmt.FmtOpenMetrics,
		"protobuf":    expfmt.FmtProtoDelim,
	}
	var buffer bytes.Buffer
	return func() int {
		families, err := registry.Gather()
		if err != nil {
			panic(err)
		}
		buffer.Reset()
		encoder := expfmt.NewEncoder(&buffer, formats[format])
		for _, family := range families {
			if err := encoder.Encode(family); err != nil {
				panic(err)
			}
		}
		if closer, ok := encoder.(io.Closer); ok {
			closer.Close()
		}
		return buffer.Len()
	}
}

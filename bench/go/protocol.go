// What the Go contenders share: the works, the label sets, and the protocol of bench/src/work.ts.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"runtime"
	"strconv"
	"time"
)

type work struct {
	Kind    string
	Series  int
	Metric  string
	Values  string
	Changed float64
	Format  string
}

type answer map[string]interface{}

// serve sets the work up, says so, and then answers a line for each line.
func serve(setUp func(work) func(times int) answer) {
	var asked work
	if err := json.Unmarshal([]byte(os.Args[1]), &asked); err != nil {
		panic(err)
	}
	run := setUp(asked)
	if run == nil {
		say(answer{"error": "it does not do this work"})
		return
	}
	say(answer{})
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		times, err := strconv.Atoi(lines.Text())
		if err != nil {
			panic(err)
		}
		say(run(times))
	}
}

func say(a answer) {
	line, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

// elapsed times a run, with the rubbish of the run before collected first.
func elapsed(run func()) answer {
	runtime.GC()
	start := time.Now()
	run()
	return answer{"nanoseconds": time.Since(start).Nanoseconds()}
}

// exposing times scrapes, each after changes, which are not timed.
func exposing(change func(), expose func() int) func(times int) answer {
	return func(times int) answer {
		var spent time.Duration
		bytes := 0
		for i := 0; i < times; i++ {
			change()
			if i == 0 {
				runtime.GC()
			}
			start := time.Now()
			bytes = expose()
			spent += time.Since(start)
		}
		return answer{"nanoseconds": spent.Nanoseconds(), "bytes": bytes}
	}
}

// changing gives each series a value and returns a function that changes as many as the work says.
func changing(w work, changeOne func(index, amount int)) func() {
	for i := 0; i < w.Series; i++ {
		changeOne(i, i)
	}
	round := 0
	return func() {
		round++
		if w.Changed == 1 {
			for i := 0; i < w.Series; i++ {
				changeOne(i, 1+(i*7+round)%100)
			}
			return
		}
		for n := 0; n < int(float64(w.Series)*w.Changed); n++ {
			changeOne(rand.Intn(w.Series), 1+n%100)
		}
	}
}

// measuringMemory answers the bytes that a series takes before the first scrape and after three.
func measuringMemory(series int, fill func() (change func()), expose func() int) func(times int) answer {
	return func(int) answer {
		empty := heap()
		change := fill()
		filled := heap()
		text := 0
		for scrape := 0; scrape < 3; scrape++ {
			change()
			text = expose()
		}
		scraped := heap()
		perSeries := func(bytes float64) float64 { return bytes / float64(series) }
		return answer{
			"heap":           perSeries(filled - empty),
			"offHeap":        0,
			"heapScraped":    perSeries(scraped - empty),
			"offHeapScraped": 0,
			"text":           perSeries(float64(text)),
		}
	}
}

func heap() float64 {
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// labelSets are the label values of count series: method, route, status.
func labelSets(count int) [][3]string {
	sets := make([][3]string, 0, count)
	for i := 0; len(sets) < count; i++ {
		route := "/route/" + strconv.Itoa(i)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			for _, status := range []string{"200", "301", "404", "500", "503"} {
				sets = append(sets, [3]string{method, route, status})
			}
		}
	}
	return sets
}

func shuffled(sets [][3]string) [][3]string {
	rand.New(rand.NewSource(1)).Shuffle(len(sets), func(i, j int) { sets[i], sets[j] = sets[j], sets[i] })
	return sets
}

// durations are log-normal around a tenth of a second.
func durations() []float64 {
	seconds := make([]float64, 1024)
	for i := range seconds {
		seconds[i] = 0.1 * math.Exp(rand.NormFloat64())
	}
	return seconds
}

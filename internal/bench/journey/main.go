// Command journey prints the figure G1: how many executions of the compiled
// reference journey the interpreter runs in a second on all cores, its tasks
// answered in process and its waits skipped, with and without a history, and what
// limits it. scripts/bench-journey.sh runs it.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/interp"
)

func main() {
	folder := flag.String("journeys", "journeys", "the folder of journeys")
	length := flag.Duration("for", 3*time.Second, "how long each measurement takes")
	peer := flag.Float64("peer", 0, "executions a second of a peer in the same run; 0: none was run")
	flag.Parse()
	if err := run(*folder, *length, *peer); err != nil {
		fmt.Fprintln(os.Stderr, "bench journey:", err)
		os.Exit(1)
	}
}

func run(folder string, length time.Duration, peer float64) error {
	h, found := compile.Dir(os.DirFS(folder), folder)
	if err := found.Err(); err != nil {
		return err
	}
	j, ok := h.Journey("reference")
	if !ok {
		return fmt.Errorf("%s has no journey called reference", folder)
	}
	m, err := interp.Load([]byte(j.Bundle.Machine))
	if err != nil {
		return err
	}
	// A simulation's heap is large and its garbage seldom collected; this one's is
	// tiny, and the default would collect it hundreds of times a second.
	debug.SetGCPercent(800)
	cores := runtime.GOMAXPROCS(0)
	one, err := measure(m, 1, length, false)
	if err != nil {
		return err
	}
	all, err := measure(m, cores, length, false)
	if err != nil {
		return err
	}
	told, err := measure(m, cores, length, true)
	if err != nil {
		return err
	}
	fmt.Printf("G1 %.0f executions/s", all.rate)
	if peer > 0 {
		fmt.Printf(" peer %.0f ratio %.1f", peer, all.rate/peer)
	}
	fmt.Printf(" (%s, %d cores, machine of %d bytes, %.2f tasks each)\n", runtime.Version(), cores, len(j.Bundle.Machine), all.tasks)
	fmt.Printf("G1 with a history kept %.0f executions/s, %.1f events each\n", told.rate, told.events)
	fmt.Printf("G1 limit: %.1f µs and %.0f allocations of %.1f KB an execution on one core; %d cores give %.2f of one\n",
		1e6/one.rate, one.allocations, one.bytes/1024, cores, all.rate/one.rate)
	return nil
}

// result is per second and per execution.
type result struct {
	rate, tasks, events, allocations, bytes float64
}

// measure runs executions on n goroutines for a while.
func measure(m *interp.Machine, n int, length time.Duration, history bool) (result, error) {
	var runs, tasks, events, failed atomic.Int64
	var wg sync.WaitGroup
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	for g := range n {
		wg.Go(func() {
			w := worker{input: inputs(g), history: history}
			for time.Since(start) < length {
				for range 200 {
					if !w.execute(m) {
						failed.Add(1)
						return
					}
				}
			}
			runs.Add(w.runs)
			tasks.Add(w.tasks)
			events.Add(w.events)
		})
	}
	wg.Wait()
	elapsed := time.Since(start).Seconds()
	runtime.ReadMemStats(&after)
	if failed.Load() > 0 {
		return result{}, fmt.Errorf("an execution did not succeed")
	}
	each := float64(runs.Load())
	return result{
		rate: each / elapsed, tasks: float64(tasks.Load()) / each, events: float64(events.Load()) / each,
		allocations: float64(after.Mallocs-before.Mallocs) / each, bytes: float64(after.TotalAlloc-before.TotalAlloc) / each,
	}, nil
}

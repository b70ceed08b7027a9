package lambdahost

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// Namespace is that of all metrics in CloudWatch.
const Namespace = "Senda"

// Metric is the name of a metric.
type Metric string

// The metrics that the host itself keeps. Invocations, durations and throttles are
// Lambda's own.
const (
	// Failures counts failures, by Function and Code: those of invocations, of
	// single messages of a batch and those that Report was told of.
	Failures Metric = "Failures"
	// Cold is how long the first invocation's open took, in milliseconds, by Function.
	Cold Metric = "Cold"
)

const (
	count        = "Count"
	milliseconds = "Milliseconds"
)

// Dimension is one of the dimensions by which a metric is kept: each combination
// is a metric of its own, and paid for. Names of journeys, brands and reasons are
// values; ids never are.
type Dimension struct{ Name, Value string }

// Count adds to a metric of the invocation. It does nothing outside of one.
func Count(ctx context.Context, m Metric, value float64, dims ...Dimension) {
	if c := callOf(ctx); c != nil {
		c.add(sample{name: string(m), unit: count, value: value, dims: dims})
	}
}

type sample struct {
	name, unit string
	value      float64
	dims       []Dimension
}

// key tells combinations apart.
func (s sample) key() string {
	var b strings.Builder
	b.WriteString(s.name)
	for _, d := range s.dims {
		b.WriteString("\x00" + d.Name + "\x00" + d.Value)
	}
	return b.String()
}

// Other stands for the value of a dimension that is not a name, or one too many.
const Other = "other"

// mostSeries is how many combinations one process tells apart. More are a defect
// that would cost some $0.30 a month each.
const mostSeries = 300

// series are the combinations that a process has told of.
type series struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (s *series) admit(m sample) sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	if key := m.key(); s.seen[key] || len(s.seen) < mostSeries {
		s.seen[key] = true
		return m
	}
	for i := range m.dims {
		m.dims[i].Value = Other
	}
	return m
}

func (c *call) add(m sample) {
	dims := make([]Dimension, len(m.dims))
	for i, d := range m.dims {
		if v := plain(d.Value, 64); v != d.Value || v == "" {
			d.Value = Other
		}
		dims[i] = d
	}
	m.dims = dims
	m = c.host.series.admit(m)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.samples {
		if c.samples[i].key() == m.key() {
			c.samples[i].value += m.value
			return
		}
	}
	c.samples = append(c.samples, m)
}

// flush writes what was counted, a line a metric.
func (c *call) flush() {
	c.mu.Lock()
	samples := c.samples
	c.samples = nil
	c.mu.Unlock()
	for _, s := range samples {
		// A sample is texts and a number: it always can be written.
		if line, err := json.Marshal(s.line(time.Now().UnixMilli())); err == nil {
			_, _ = c.host.out.Write(append(line, '\n'))
		}
	}
}

// line is the sample in the embedded metric format.
func (s sample) line(at int64) map[string]any {
	names := make([]string, len(s.dims))
	out := map[string]any{s.name: s.value}
	for i, d := range s.dims {
		names[i] = d.Name
		out[d.Name] = d.Value
	}
	out["_aws"] = map[string]any{
		"Timestamp": at,
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": Namespace, "Dimensions": [][]string{names},
			"Metrics": []any{map[string]string{"Name": s.name, "Unit": s.unit}},
		}},
	}
	return out
}

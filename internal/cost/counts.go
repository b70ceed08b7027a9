package cost

import (
	"bytes"
	"encoding/json"
)

// Counts are what a run of people through one journey used, as it was recorded.
type Counts struct {
	Journey string `json:"journey"`
	// Recorded is the day, Versions what was measured and on what.
	Recorded string            `json:"recorded"`
	Versions map[string]string `json:"versions"`
	Paths    []Path            `json:"paths"`
	// Functions are by their names.
	Functions map[string]Function `json:"functions"`
	// Idle is one run of each scheduled function with nothing to do, by its name.
	Idle map[string]Row `json:"idle"`
	// Resources are the numbers of resources of the stacks, by type.
	Resources map[string]int `json:"resources"`
	// Series are the combinations of metric and dimensions that were told.
	Series int `json:"series"`
}

// Function is what belongs to a function, and not to a step.
type Function struct {
	MemoryMB int `json:"memoryMB"`
	// CPU is the processor time of one invocation or, behind a queue, of one message, in
	// milliseconds, on the machine of the run.
	CPU float64 `json:"cpuMs"`
}

// Path are people who walk the same way.
type Path struct {
	Name string `json:"name"`
	// People is their number; all other numbers are of them together.
	People int `json:"people"`
	Mails  int `json:"mails"`
	// Naive are the transitions of one of them in the naive machine.
	Naive       int   `json:"naive"`
	Transitions int   `json:"transitions"`
	Rows        []Row `json:"rows"`
}

// Row is what one function did for one step.
type Row struct {
	Step     string `json:"step"`
	Function string `json:"function"`
	// Transitions are the states that were entered for it, and their retries.
	Transitions int `json:"transitions,omitempty"`
	Invocations int `json:"invocations,omitempty"`
	// Calls are by service and operation, "dynamodb.GetItem".
	Calls  map[string]int `json:"calls,omitempty"`
	Writes float64        `json:"writes,omitempty"` // write request units
	Reads  float64        `json:"reads,omitempty"`  // read request units
	// Messages came through the function's queue.
	Messages int `json:"messages,omitempty"`
	// Events were put on the bus, EventBytes are their bytes; ServiceEvents were put there
	// by a service of AWS.
	Events        int `json:"events,omitempty"`
	EventBytes    int `json:"eventBytes,omitempty"`
	ServiceEvents int `json:"serviceEvents,omitempty"`
	// LogBytes are what the function wrote, in LogLines lines.
	LogBytes int `json:"logBytes,omitempty"`
	LogLines int `json:"logLines,omitempty"`
	// Wall is the time of all invocations as the emulator saw it, in milliseconds.
	Wall float64 `json:"wallMs,omitempty"`
}

// Decode reads a recording.
func Decode(text []byte) (*Counts, error) {
	var c Counts
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, err
	}
	return &c, nil
}

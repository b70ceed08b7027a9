package cost

// A function's duration cannot be taken from an emulator on a busy machine. It is put
// together from what was counted: the processor time that its process spent, stretched
// to the share of a processor that its memory buys, and the time that its calls take.

// WholeCPU is the memory, in MB, that buys one whole processor
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
const WholeCPU = 1769

// Latency is how long a call takes, in milliseconds.
type Latency struct {
	Call         string
	Milliseconds float64
	Source       string
}

// Latencies are assumptions. Where AWS publishes a bound the figure lies within it.
var Latencies = []Latency{
	{"dynamodb.GetItem", 5, "\"single-digit millisecond\": https://aws.amazon.com/dynamodb/"},
	{"dynamodb.BatchGetItem", 8, "as above, upper half"},
	{"dynamodb.Query", 5, "as GetItem"},
	{"dynamodb.PutItem", 5, "as GetItem"},
	{"dynamodb.UpdateItem", 5, "as GetItem"},
	{"dynamodb.DeleteItem", 5, "as GetItem"},
	{"dynamodb.TransactWriteItems", 15, "assumed: two rounds over several items"},
	{"events.PutEvents", 20, "assumed"},
	{"stepfunctions.StartExecution", 30, "assumed"},
	{"stepfunctions.SendTaskSuccess", 20, "assumed"},
	{"stepfunctions.SendTaskFailure", 20, "assumed"},
	{"sesv2.SendEmail", 60, "assumed"},
	{"s3.GetObject", 0, "once a process: under cold starts"},
	{"secretsmanager.GetSecretValue", 0, "once a process: under cold starts"},
}

var latencyOf = func() map[string]float64 {
	m := map[string]float64{}
	for _, l := range Latencies {
		m[l.Call] = l.Milliseconds
	}
	return m
}()

// other is the latency of a call that the table does not have.
const other = 50

// roundUp is what rounding up to the next millisecond adds on average.
const roundUp = 0.5

// Duration is how long all invocations of a row are billed, in milliseconds.
func Duration(r Row, f Function) float64 {
	var ms float64
	for call, n := range r.Calls {
		each, ok := latencyOf[call]
		if !ok {
			each = other
		}
		ms += each * float64(n)
	}
	n := float64(r.Invocations)
	return ms + n*roundUp + n*f.CPU*max(1, WholeCPU/float64(max(f.MemoryMB, 1)))
}

func gbSeconds(ms float64, f Function) float64 { return ms / 1000 * float64(f.MemoryMB) / 1024 }

//go:build localstack

// Package examples runs the examples of docs/integrate.md as their reader would: in a
// shell, against the emulator, with faults in between; and takes what reaches the
// queue through intake's decoder and the contracts.
package examples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/intake"
)

// world is a bus of its own on the emulator, made as the document says, and a shell.
type world struct {
	document
	shell
	node     string
	endpoint string
	bus      string
	queue    *string
	events   *eventbridge.Client
	sqs      *sqs.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{document: read(t), endpoint: strings.TrimSuffix(os.Getenv("AWS_ENDPOINT_URL"), "/")}
	if w.endpoint == "" {
		t.Fatal("AWS_ENDPOINT_URL names no emulator: make up starts one")
	}
	python, node := tools(t)
	w.node, w.dir = node, t.TempDir()
	w.bus = fmt.Sprintf("senda-examples-%x", time.Now().UnixNano())
	// The document's own variables, but for the names that must be of this run.
	w.write(t, w.dir, "env.sh")
	said := shell{dir: w.dir, env: os.Environ()}.must(t, nil, "bash", "-c", ". ./env.sh && env")
	w.env = append(strings.Split(strings.TrimSpace(said), "\n"),
		"AWS_ENDPOINT_URL="+w.endpoint, "SENDA_BUS="+w.bus, "AWS_PAGER=", "PATH="+filepath.Join(python, "bin")+":"+os.Getenv("PATH"))
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} {
		t.Setenv(name, w.variable(name))
	}
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithBaseEndpoint(w.endpoint))
	if err != nil {
		t.Fatal(err)
	}
	w.events, w.sqs = eventbridge.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	w.write(t, w.dir, "bus.sh", "receive.sh", "put.sh")
	w.must(t, nil, "bash", "-eu", "bus.sh")
	t.Cleanup(func() { w.remove(t) })
	url, err := w.sqs.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &w.bus})
	if err != nil {
		t.Fatal(err)
	}
	w.queue = url.QueueUrl
	return w
}

func (w *world) variable(name string) string {
	for _, v := range slices.Backward(w.env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// remove takes the bus and the queue away again.
func (w *world) remove(t *testing.T) {
	w.must(t, nil, "aws", "events", "remove-targets", "--event-bus-name", w.bus, "--rule", "all", "--ids", "queue")
	w.must(t, nil, "aws", "events", "delete-rule", "--event-bus-name", w.bus, "--name", "all")
	w.must(t, nil, "aws", "events", "delete-event-bus", "--name", w.bus)
	w.must(t, nil, "aws", "sqs", "--endpoint-url", w.endpoint, "delete-queue", "--queue-url", aws.ToString(w.queue))
}

// arrived is an event that came out of the queue.
type arrived struct {
	senda.Event
	bridge string // EventBridge's own id
	broken string // the first breach of its contract
}

// receive takes messages from the queue until enough says so; a minute is far more
// than it needs.
func (w *world) receive(t *testing.T, enough func([]arrived) bool) []arrived {
	t.Helper()
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	var out []arrived
	for deadline := time.Now().Add(time.Minute); !enough(out); {
		if time.Now().After(deadline) {
			t.Fatalf("only %d messages came", len(out))
		}
		got, err := w.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: w.queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got.Messages {
			if _, err := w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: w.queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
			body := []byte(aws.ToString(m.Body))
			e, err := intake.Decode(body)
			if err != nil {
				t.Fatalf("intake refuses what an example sent: %v\n%s", err, body)
			}
			a := arrived{Event: e}
			var envelope struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(body, &envelope); err != nil {
				t.Fatal(err)
			}
			a.bridge = envelope.ID
			c, ok := set.Contract(e.Kind)
			if !ok {
				t.Fatalf("nobody publishes %s", e.Kind)
			}
			if breaches := c.Validate(e.Data.AppendJSON(nil)); len(breaches) > 0 {
				a.broken = breaches[0].String()
			}
			out = append(out, a)
		}
	}
	return out
}

// distinct waits for n different events.
func distinct(n int) func([]arrived) bool {
	return func(all []arrived) bool { return len(byID(all)) >= n }
}

func byID(all []arrived) map[string][]arrived {
	out := map[string][]arrived{}
	for _, a := range all {
		out[a.ID] = append(out[a.ID], a)
	}
	return out
}

// every is an event of each kind there is, in Senda's own form, beside the two of the
// document.
func (w *world) every(t *testing.T) (lines []byte, ids []string) {
	t.Helper()
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.NewBufferString(w.files["events.ndjson"])
	for line := range strings.Lines(w.files["events.ndjson"]) {
		e, err := intake.Decode([]byte(line))
		if err != nil {
			t.Fatalf("the document's own event: %v", err)
		}
		ids = append(ids, e.ID)
	}
	for _, kind := range set.Kinds() {
		c, _ := set.Contract(kind)
		var data bytes.Buffer
		if err := json.Compact(&data, c.Sample()); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(text, `{"source":"till","id":"x-%s","kind":%q,"time":"2026-03-02T09:00:00Z","person":{"customer":"C-1187"},"data":%s}`+"\n", kind, kind, &data)
		ids = append(ids, "x-"+kind)
	}
	return text.Bytes(), ids
}

// sends runs a program of the document with a fault in each of its first two calls:
// every event arrives, and what arrives twice is one event.
func (w *world) sends(t *testing.T, name string, args ...string) {
	t.Helper()
	lines, ids := w.every(t)
	f := newFaults(t, w.endpoint)
	w.with("AWS_ENDPOINT_URL="+f.URL).must(t, lines, name, args...)
	// The entry that was held back was sent again by the call whose answer was lost.
	all := w.receive(t, func(all []arrived) bool { return len(all) > len(ids) })
	got := byID(all)
	for _, id := range ids {
		seen := got[id]
		if len(seen) == 0 {
			t.Errorf("%s did not arrive", id)
			continue
		}
		for _, a := range seen {
			if a.broken != "" || a.Source != seen[0].Source || a.Kind != seen[0].Kind || !a.Time.Equal(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)) || a.Identifiers["customer"] != "C-1187" {
				t.Errorf("%s arrived as %+v (%s)", id, a.Event, a.broken)
			}
		}
	}
	if len(got) != len(ids) || len(all) != len(ids)+1 || len(got[ids[0]]) != 2 {
		t.Errorf("%d events were sent, %d arrived in %d messages, the one that was held back in %d", len(ids), len(got), len(all), len(got[ids[0]]))
	}
	// 25 events are three calls, one more for the entry that was held back, and one
	// for the answer that was lost.
	if n := f.puts.Load(); n != 5 {
		t.Errorf("it took %d calls", n)
	}
}

func TestExamples(t *testing.T) {
	w := newWorld(t)
	t.Run("command line", func(t *testing.T) {
		f := newFaults(t, w.endpoint)
		throttled := w.with("AWS_ENDPOINT_URL=" + f.URL)
		if _, err := throttled.do(t, nil, "bash", "-eu", "put.sh"); err == nil {
			t.Error("the bus did not take the event, and the script says that it did")
		}
		throttled.must(t, nil, "bash", "-eu", "put.sh") // the answer is lost once, the command repeats the call
		got := w.receive(t, func(all []arrived) bool { return len(all) >= 2 })
		for _, a := range got {
			if a.ID != "order-A-20931" || a.Source != "shop" || a.broken != "" || a.Identifiers["email"] != "ana@example.com" {
				t.Errorf("arrived: %+v (%s)", a.Event, a.broken)
			}
		}
		if len(got) != 2 || got[0].bridge == got[1].bridge {
			t.Errorf("a repeated call is to be told by the event's own id alone: %d arrived", len(got))
		}
	})
	t.Run("receive", func(t *testing.T) {
		w.must(t, nil, "bash", "-eu", "put.sh")
		body := w.must(t, nil, "bash", "-eu", "receive.sh")
		if e, err := intake.Decode([]byte(strings.TrimSpace(body))); err != nil || e.ID != "order-A-20931" {
			t.Errorf("received %q: %v", body, err)
		}
		if _, err := w.sqs.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: w.queue}); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("go", func(t *testing.T) { w.sends(t, w.goProgram(t)) })
	t.Run("python", func(t *testing.T) {
		w.write(t, w.dir, "put.py")
		w.sends(t, "python", "put.py")
	})
	t.Run("typescript", func(t *testing.T) { w.sends(t, "node", w.nodeProgram(t)) })
	t.Run("refused", func(t *testing.T) { w.refused(t) })
	t.Run("replay", func(t *testing.T) { w.replay(t) })
}

// goProgram builds the program of the document with this module's versions of the SDK.
func (w *world) goProgram(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, w.dir, "put.go")
	// The build sees the program in a folder of the module that is not on the disk.
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(root, "localstack", "examples", "put", "main.go"): filepath.Join(w.dir, "put.go"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(w.dir, "overlay.json")
	if err := os.WriteFile(name, overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(w.dir, "put")
	run(t, root, "go", "build", "-overlay", name, "-o", program, "./localstack/examples/put")
	return program
}

// nodeProgram compiles the program of the document under the strictest rules.
func (w *world) nodeProgram(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(w.node, "run-") // below the packages, where Node looks for them
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) }) //nolint:errcheck // a folder of the cache
	w.write(t, dir, "put.ts")
	run(t, w.node, filepath.Join(w.node, "node_modules", ".bin", "tsc"), "--strict", "--target", "es2022", "--module", "nodenext",
		"--types", "node", "--skipLibCheck", filepath.Join(dir, "put.ts"))
	return filepath.Join(dir, "put.js")
}

// refused tries the bad events of the document as it says, and holds its table
// against what comes of them.
func (w *world) refused(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, w.dir, "refused.ndjson", "try.sh")
	run(t, root, "go", "build", "-o", filepath.Join(w.dir, "bin", "senda"), "./cmd/senda")
	if err := os.CopyFS(filepath.Join(w.dir, "journeys"), os.DirFS(filepath.Join(root, "journeys"))); err != nil {
		t.Fatal(err)
	}
	here := w.with("PATH=" + filepath.Join(w.dir, "bin") + ":" + w.variable("PATH"))
	lines := strings.Split(strings.TrimSpace(w.files["try.sh"]), "\n")
	if len(lines) != 2 {
		t.Fatalf("try.sh has %d lines", len(lines))
	}
	if _, err := here.do(t, nil, "bash", "-c", lines[0]); err == nil {
		t.Error("senda run says that nothing was refused")
	}
	var list struct {
		Events []struct{ Code, Reason string }
	}
	if err := json.Unmarshal([]byte(here.must(t, nil, "bash", "-c", lines[1])), &list); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(w.files["refused.ndjson"]) {
		var e struct{ ID string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		for _, q := range list.Events {
			if strings.Contains(w.text, fmt.Sprintf("| `%s` | `%s` | %s |\n", e.ID, q.Code, q.Reason)) {
				rows++
			}
		}
	}
	if rows != 2 || len(list.Events) != 2 {
		t.Errorf("the document has %d of the two reasons of %+v", rows, list.Events)
	}

	// On the bus it is the same: the bus takes them, intake does not.
	w.write(t, w.dir, "put.py")
	first, _, _ := strings.Cut(w.files["refused.ndjson"], "\n")
	w.must(t, []byte(first+"\n"), "python", "put.py")
	got := w.receive(t, distinct(1))
	if len(got) != 1 || got[0].broken != "order.total: it is a text where a number belongs" {
		t.Errorf("the contract says %+v", got)
	}
}

// replay sends the archive again as the document says.
func (w *world) replay(t *testing.T) {
	bus, err := w.events.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: &w.bus})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.events.CreateArchive(t.Context(), &eventbridge.CreateArchiveInput{ArchiveName: &w.bus, EventSourceArn: bus.Arn}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.must(t, nil, "aws", "events", "delete-archive", "--archive-name", w.bus) })
	from := time.Now().Add(-time.Minute)
	w.must(t, nil, "bash", "-eu", "put.sh")
	before := w.receive(t, distinct(1))
	w.write(t, w.dir, "replay.sh")
	again := w.with("REPLAY="+w.bus,
		"FROM="+from.UTC().Format(time.RFC3339), "UNTIL="+time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
	said := again.must(t, nil, "bash", "-eu", "replay.sh")
	if !strings.Contains(said, "ARTING") && !strings.Contains(said, "RUNNING") && !strings.Contains(said, "COMPLETED") {
		t.Errorf("the replay stands at %q", said)
	}
	after := w.receive(t, distinct(1))
	if len(after) != 1 || after[0].Source != before[0].Source || after[0].ID != before[0].ID || !after[0].Time.Equal(before[0].Time) {
		t.Errorf("%+v came again as %+v", before, after)
	}
}

// The commands for the schema registry, which the emulator lacks, are ones that the
// command line knows, with all that they need.
func TestCommandsForTheRegistry(t *testing.T) {
	d := read(t)
	python, _ := tools(t)
	s := shell{dir: t.TempDir(), env: append(os.Environ(), "AWS_DEFAULT_REGION=eu-west-1", "AWS_PAGER=", "SENDA_REGISTRY=senda",
		"PATH="+filepath.Join(python, "bin")+":"+os.Getenv("PATH"))}
	if len(d.parsed) < 4 {
		t.Fatalf("only %d commands", len(d.parsed))
	}
	for _, line := range d.parsed {
		// A command that streams takes no skeleton: it has then taken all the rest.
		said, err := s.do(t, nil, "bash", "-c", line+" --generate-cli-skeleton output 2>&1")
		if err != nil && !strings.HasSuffix(strings.TrimSpace(said), "Unknown options: --generate-cli-skeleton, output") {
			t.Errorf("%s\n%s", line, said)
		}
	}
}

// The policy of the document is JSON about kinds that there are.
func TestPolicy(t *testing.T) {
	var policy struct {
		Statement []struct {
			Action    string
			Condition struct {
				StringEquals struct {
					Kinds []string `json:"events:detail-type"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t).files["policy.json"]), &policy); err != nil {
		t.Fatal(err)
	}
	set, err := events.Default()
	if err != nil || len(policy.Statement) != 1 || policy.Statement[0].Action != "events:PutEvents" {
		t.Fatalf("%+v, %v", policy, err)
	}
	for _, kind := range policy.Statement[0].Condition.StringEquals.Kinds {
		if _, ok := set.Contract(kind); !ok {
			t.Errorf("nobody publishes %s", kind)
		}
	}
}

//go:build localstack && bench

package it

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/senda-dev/senda/internal/access"
	"github.com/senda-dev/senda/internal/cost"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/scenario"
)

var (
	counts  = flag.String("counts", "", "file for what was counted")
	version = flag.String("version", "", "what is measured, for the counts")
)

// crowd are people who walk the reference journey the same way.
type crowd struct {
	name          string
	people        int
	heldOut, buys bool
}

var crowds = []crowd{
	{cost.Silent, 8, false, false},
	{cost.Buyers, 5, false, true},
	{cost.HeldOutSilent, 3, true, false},
	{cost.HeldOutBuyers, 2, true, true},
}

// G9: what the reference journey uses, counted call by call. What the harness does
// itself has no function's name and is left out, but for the orders, which customers cause.
func TestCost(t *testing.T) {
	w := deployed(t)
	m := &counter{world: w, t: t, environments: map[string]string{}, memory: map[string]int{}, series: map[string]bool{}}
	m.walk(crowd{"warm up", 1, false, true})
	m.walk(crowd{"warm", 1, false, false}) // cold starts are no customer's
	m.mark()
	before := m.processors()

	out := cost.Counts{
		Journey: "reference", Recorded: time.Now().UTC().Format(time.DateOnly), Functions: map[string]cost.Function{}, Idle: map[string]cost.Row{},
		Versions: map[string]string{"Go": strings.TrimPrefix(runtime.Version(), "go"), "Senda": cmp.Or(*version, w.at.Release, "unknown"), "LocalStack": "4.13.1", "DynamoDB Local": "3.1.0"},
	}
	// Functions behind a queue take batches: their share is that of a message.
	invoked := map[string]int{}
	for _, c := range crowds {
		m.mark()
		m.walk(c)
		p := m.path(c)
		out.Paths = append(out.Paths, p)
		for _, r := range p.Rows {
			invoked[r.Function] += max(r.Invocations, r.Messages)
		}
		t.Logf("%s: %d people, %d mails, %d transitions", p.Name, p.People, p.Mails, p.Transitions)
	}
	after := m.processors()
	for name, n := range invoked {
		if n == 0 {
			continue
		}
		var spent float64
		for env := range after {
			if m.environments[env] == name {
				spent += after[env] - before[env]
			}
		}
		out.Functions[name] = cost.Function{MemoryMB: m.memory[name], CPU: threeDigits(spent / float64(n))}
	}
	for _, name := range []string{"settle", "audience"} {
		out.Idle[name] = m.idle(name)
		out.Functions[name] = cost.Function{MemoryMB: m.memory[name], CPU: threeDigits((m.processors()[m.last] - after[m.last]))}
	}
	out.Series = len(m.series)
	out.Resources = m.resources()
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if *counts != "" {
		if err := os.WriteFile(*counts, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// counter reads the meters of the emulator.
type counter struct {
	*world
	t *testing.T

	call         int               // the last one before the stretch
	begun        float64           // of the last invocation before the stretch
	executions   map[string]bool   // before the stretch
	environments map[string]string // function by environment
	memory       map[string]int    // by function
	series       map[string]bool   // of metrics
	last         string            // environment of the last idle run
}

type meteredCall struct {
	N                                    int
	At                                   time.Time
	App, Environment, Service, Operation string
	Resources                            []string
	Entries                              int
	BytesIn                              int `json:"bytes_in"`
	Status                               int
	Capacity                             *struct{ Read, Write float64 }
}

type meteredRun struct {
	Function, Request, Environment, Output string
	Begun, Milliseconds                    float64
	Memory                                 int
	Failed                                 bool
}

type meteredExecution struct {
	Name, Machine, Status string
	Transitions, Retries  int
}

func (m *counter) get(path string, into any) {
	m.t.Helper()
	if err := m.do(m.t.Context(), http.MethodGet, path, nil, into); err != nil {
		m.t.Fatal(err)
	}
}

func (m *counter) calls(query string) []meteredCall {
	var out struct{ Calls []meteredCall }
	m.get(fmt.Sprintf("/_senda/calls?after=%d&%s", m.call, query), &out)
	return out.Calls
}

// invocations are those of the stretch but for scheduled functions.
func (m *counter) invocations() []meteredRun {
	var all struct{ Invocations []meteredRun }
	m.get("/_senda/lambda/invocations", &all)
	var out []meteredRun
	for _, i := range all.Invocations {
		i.Function = bareName(i.Function)
		m.environments[i.Environment], m.memory[i.Function] = i.Function, i.Memory
		for line := range strings.Lines(i.Output) {
			noteSeries(line, m.series)
		}
		if i.Begun > m.begun && i.Function != "settle" && i.Function != "audience" && i.Function != "publish" {
			out = append(out, i)
		}
	}
	return out
}

// bareName finds the bare name in the one that the stack gave: …SendaScoreFunction8CF7….
func bareName(physical string) string {
	for _, f := range access.Functions {
		if strings.Contains(physical, "Senda"+strings.ToUpper(f.Name[:1])+f.Name[1:]+"Function") {
			return f.Name
		}
	}
	return physical
}

func (m *counter) executed() []meteredExecution {
	var out struct{ Executions []meteredExecution }
	m.get("/_senda/executions", &out)
	return out.Executions
}

// mark begins a stretch: what was before it no longer counts.
func (m *counter) mark() {
	for _, c := range m.calls("internal=true") {
		m.call = c.N
	}
	for _, i := range m.invocations() {
		m.begun = max(m.begun, i.Begun)
	}
	m.executions = map[string]bool{}
	for _, e := range m.executed() {
		m.executions[e.Name] = true
	}
}

// walk lets a crowd walk, one after the other, so that what a batch of events cost is one
// person's, and waits until all that they cause is done.
func (m *counter) walk(c crowd) {
	t := m.t
	t.Helper()
	j, ok := m.house.Journey("reference")
	if !ok {
		t.Fatal("there is no reference journey")
	}
	list, found := scenario.Read("crowd.yaml", []byte(c.scenarios()))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if err := m.one(t, j.Name(), s); err != nil {
			t.Fatal(err)
		}
		m.quiet(stillBetween)
	}
	m.quiet(stillAtLast)
}

// scenarios are the crowd as a marketer would write it. Nobody consented: an order is
// basis enough, and an event of consent would be no part of the journey.
func (c crowd) scenarios() string {
	var b strings.Builder
	for n := range c.people {
		fmt.Fprintf(&b, "- name: %s %d\n  given:\n    consent: []\n", strings.ReplaceAll(c.name, ",", ""), n)
		if c.heldOut {
			b.WriteString("    held-out: yes\n")
		}
		if c.buys {
			fmt.Fprintf(&b, "  events:\n    - after: 2 days\n      event: order.completed\n      order:\n        id: C-%d\n        currency: EUR\n        total: 30\n", n)
		}
		switch {
		case c.heldOut:
			b.WriteString("  mails: []\n")
		case c.buys:
			b.WriteString("  mails: [for-your-next-one]\n")
		default:
			b.WriteString("  mails: [for-your-next-one, still-yours]\n")
		}
	}
	return b.String()
}

// mails are those that one of the crowd gets.
func (c crowd) mails() int {
	switch {
	case c.heldOut:
		return 0
	case c.buys:
		return 1
	}
	return 2
}

func (m *counter) one(t *testing.T, journey string, s scenario.Scenario) error {
	j, _ := m.house.Journey(journey)
	script, want, err := m.player.Rehearse(t.Context(), j, s)
	if err != nil {
		return err
	}
	if d := play.Compare(s, want); len(d) > 0 {
		return fmt.Errorf("in process: %v", d)
	}
	st := m.stage(t, script.Person.ID, want)
	if !acts(script) {
		st.Room = 5 * time.Second
	}
	script.Person.Pace = script.Pace(want, 0, st.Room)
	ctx, stop := context.WithTimeout(t.Context(), 8*time.Minute)
	defer stop()
	got, err := script.Perform(ctx, st)
	if err != nil {
		return err
	}
	if d := play.Compare(s, got); len(d) > 0 {
		return fmt.Errorf("in the deployment: %v", d)
	}
	return nil
}

// For how many looks in a row nothing must have happened: between people, and at the end.
const (
	stillBetween = 4
	stillAtLast  = 12
)

// quiet waits until no function has anything to do any more.
func (m *counter) quiet(looks int) {
	last, same := -1, 0
	eventually(m.t, 5*time.Minute, func(context.Context) error {
		n := len(m.invocations())
		if n != last {
			last, same = n, 0
		}
		if same++; same < looks {
			return fmt.Errorf("%d invocations, and there may be more", n)
		}
		for _, e := range m.executed() {
			if e.Status == "RUNNING" {
				return fmt.Errorf("%s still runs", e.Name)
			}
		}
		return nil
	})
}

// path is what a crowd used since the mark.
func (m *counter) path(c crowd) cost.Path {
	p := cost.Path{Name: c.name, People: c.people, Mails: c.people * c.mails(), Naive: m.naive(c)}
	rows := map[string]*cost.Row{}
	at := func(step, function string) *cost.Row {
		key := step + "/" + function
		if rows[key] == nil {
			rows[key] = &cost.Row{Step: step, Function: function, Calls: map[string]int{}}
		}
		return rows[key]
	}
	invocations := m.invocations()
	calls := m.calls("")
	slices.SortFunc(invocations, func(a, b meteredRun) int { return cmp.Compare(a.Begun, b.Begun) })
	for _, i := range invocations {
		if i.Failed {
			m.t.Logf("an invocation of %s failed: %s", i.Function, i.Output)
		}
		mine := callsOf(calls, i)
		step := i.said()
		switch i.Function {
		case "intake":
			// A batch may hold an order and mails of Senda's own.
			parts := eventsOf(mine)
			for n, part := range parts {
				step := cost.OfOwnEvents
				if slices.ContainsFunc(part, func(c meteredCall) bool { return c.Service == "stepfunctions" }) {
					step = cost.OfOrders
				}
				countCalls(at(step, i.Function), part)
				if n == 0 {
					countRun(at(step, i.Function), i)
				}
			}
			continue
		case "feedback":
			step = cost.OfNotices
		case "pause":
			// A pause calls twice: it registers, and when its time is up it asks how it ended.
			registers := slices.ContainsFunc(mine, func(c meteredCall) bool { return c.Operation == "PutItem" })
			if !registers && step != cost.OfTheEnd {
				step += cost.TimeUp
			}
		}
		r := at(step, i.Function)
		countAll(r, mine, i)
		if f, ok := functionCalled(i.Function); ok && f.Trigger == access.Machine {
			r.Transitions++
		}
	}
	for _, e := range m.executed() {
		if !m.executions[e.Name] {
			p.Transitions += e.Transitions
		}
	}
	entered := 0
	for _, r := range rows {
		entered += r.Transitions
	}
	if n := p.Transitions - entered; n > 0 {
		at(cost.OfChoices, "").Transitions = n
	}
	for _, put := range calls {
		if put.App == "" && put.Service == "events" && put.Operation == "PutEvents" {
			r := at(cost.OfOrders, "intake")
			r.Events += put.Entries
			r.EventBytes += put.BytesIn
		}
	}
	for _, sent := range m.calls("internal=true&service=sqs&operation=SendMessage") {
		name := strings.Join(sent.Resources, " ")
		switch {
		case strings.Contains(name, "SendaFeedbackHop"):
			r := at(cost.OfNotices, "feedback")
			r.Messages++
			r.ServiceEvents++
		case strings.Contains(name, "SendaIntakeHop"):
			at(cost.OfOwnEvents, "intake").Messages++
		}
	}
	// An order is one message, and the rest of intake's are events of Senda's own.
	if orders, own := rows[cost.OfOrders+"/intake"], rows[cost.OfOwnEvents+"/intake"]; orders != nil && own != nil {
		orders.Messages = orders.Events
		own.Messages -= orders.Events
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		r := rows[key]
		if r.Wall = threeDigits(r.Wall); r.Invocations+r.Transitions+r.Events+r.Messages > 0 {
			p.Rows = append(p.Rows, *r)
		}
	}
	return p
}

// naive are the transitions of one of the crowd in the naive machine: emit counts those
// of somebody who gets the reminder; who buys has no state for it.
func (m *counter) naive(c crowd) int {
	j, _ := m.house.Journey("reference")
	typical, _ := emit.Naive(j.Plan)
	if c.buys {
		typical--
	}
	return typical
}

func functionCalled(name string) (access.Function, bool) {
	i := slices.IndexFunc(access.Functions, func(f access.Function) bool { return f.Name == name })
	if i < 0 {
		return access.Function{}, false
	}
	return access.Functions[i], true
}

// callsOf are the calls that an invocation made: its environment does one thing at a time.
func callsOf(calls []meteredCall, i meteredRun) []meteredCall {
	begun := time.UnixMicro(int64(i.Begun * 1e6))
	ended := begun.Add(time.Duration(i.Milliseconds * float64(time.Millisecond)))
	var out []meteredCall
	for _, c := range calls {
		if c.Environment == i.Environment && !c.At.Before(begun) && !c.At.After(ended) {
			out = append(out, c)
		}
	}
	return out
}

// said is the step in the invocation's own line, empty without one.
func (i meteredRun) said() string {
	for line := range strings.Lines(i.Output) {
		var l struct{ Step string }
		if json.Unmarshal([]byte(line), &l) == nil && l.Step != "" {
			return l.Step
		}
	}
	return ""
}

// eventsOf parts the calls of an invocation of intake by the events of its batch: each
// ends with the mark that all it caused is done.
func eventsOf(calls []meteredCall) [][]meteredCall {
	var out [][]meteredCall
	begin := 0
	for n, c := range calls {
		if c.Operation == "UpdateItem" || n == len(calls)-1 {
			out = append(out, calls[begin:n+1])
			begin = n + 1
		}
	}
	return out
}

// countAll adds an invocation and the calls that it made to a row.
func countAll(r *cost.Row, calls []meteredCall, i meteredRun) {
	countRun(r, i)
	countCalls(r, calls)
}

func countRun(r *cost.Row, i meteredRun) {
	r.Invocations++
	r.Wall += i.Milliseconds
	for line := range strings.Lines(i.Output) {
		r.LogLines++
		r.LogBytes += len(line)
	}
}

func countCalls(r *cost.Row, calls []meteredCall) {
	for _, c := range calls {
		name := c.Service + "." + c.Operation
		r.Calls[name]++
		if c.Capacity != nil {
			r.Writes += c.Capacity.Write
			read := c.Capacity.Read
			if c.Operation == "Query" && read < 0.5 {
				read = 1 // one that finds nothing is paid for on AWS
			}
			r.Reads += read
		}
		if name == "events.PutEvents" {
			r.Events += c.Entries
			r.EventBytes += c.BytesIn
		}
	}
}

// noteSeries keeps the metrics of a line in the embedded metric format.
func noteSeries(line string, series map[string]bool) {
	var l map[string]any
	if json.Unmarshal([]byte(line), &l) != nil || l["_aws"] == nil {
		return
	}
	delete(l, "_aws")
	var parts []string
	for k, v := range l {
		if text, ok := v.(string); ok {
			k += "=" + text
		}
		parts = append(parts, k)
	}
	slices.Sort(parts)
	series[strings.Join(parts, " ")] = true
}

// idle starts a scheduled function once, with nothing to do.
func (m *counter) idle(name string) cost.Row {
	m.t.Helper()
	resources := m.listed()
	i := slices.IndexFunc(resources, func(r [2]string) bool {
		return r[0] == "AWS::Scheduler::Schedule" && strings.Contains(strings.ToLower(r[1]), name)
	})
	if i < 0 {
		m.t.Fatalf("there is no schedule of %s", name)
	}
	began := float64(time.Now().UnixMilli()) / 1000
	if err := m.do(m.t.Context(), http.MethodPost, "/_senda/schedules/"+resources[i][1]+"/fire", nil, nil); err != nil {
		m.t.Fatal(err)
	}
	row := cost.Row{Function: name, Calls: map[string]int{}}
	eventually(m.t, 2*time.Minute, func(context.Context) error {
		var all struct{ Invocations []meteredRun }
		m.get("/_senda/lambda/invocations", &all)
		for _, i := range all.Invocations {
			if bareName(i.Function) == name && i.Begun >= began {
				countAll(&row, callsOf(m.calls("app="+name), i), i)
				m.environments[i.Environment], m.memory[name], m.last = name, i.Memory, i.Environment
				return nil
			}
		}
		return fmt.Errorf("%s did not run", name)
	})
	row.Wall = threeDigits(row.Wall)
	return row
}

// listed are the resources of both stacks: type and physical id.
func (m *counter) listed() [][2]string {
	m.t.Helper()
	c := cloudformation.NewFromConfig(m.cfg)
	var out [][2]string
	for _, stack := range []string{m.at.Data, m.at.Stack} {
		pages := cloudformation.NewListStackResourcesPaginator(c, &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(m.t.Context())
			if err != nil {
				m.t.Fatal(err)
			}
			for _, r := range page.StackResourceSummaries {
				out = append(out, [2]string{aws.ToString(r.ResourceType), aws.ToString(r.PhysicalResourceId)})
			}
		}
	}
	return out
}

func (m *counter) resources() map[string]int {
	out := map[string]int{}
	for _, r := range m.listed() {
		out[r[0]]++
	}
	return out
}

var runtimeAPI = regexp.MustCompile(`AWS_LAMBDA_RUNTIME_API=[^/\x00]+/([0-9a-f]+)`)

// processors are the processor milliseconds that each environment's process has spent, from
// Linux's count of every thread (https://docs.kernel.org/scheduler/sched-stats.html): the
// durations of invocations tell how busy the machine is, these do not.
func (m *counter) processors() map[string]float64 {
	m.t.Helper()
	out := map[string]float64{}
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil || len(environs) == 0 {
		m.t.Fatal("there is no /proc: processor time is counted on Linux, in the emulator's host mode")
	}
	for _, path := range environs {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended, or is somebody else's
		}
		found := runtimeAPI.FindSubmatch(text)
		if found == nil {
			continue
		}
		threads, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "task", "*", "schedstat"))
		for _, thread := range threads {
			stat, err := os.ReadFile(thread)
			if err != nil {
				continue
			}
			spent, _, _ := strings.Cut(string(stat), " ")
			if ns, err := strconv.ParseFloat(spent, 64); err == nil {
				out[string(found[1])] += ns / 1e6
			}
		}
	}
	return out
}

// threeDigits keeps three digits behind the point.
func threeDigits(x float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 3, 64), 64)
	if err != nil {
		return x
	}
	return r
}

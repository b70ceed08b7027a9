package access_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/senda-dev/senda/internal/access"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/dynamo/layout"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/secretsmanager"
	"github.com/senda-dev/senda/internal/ses"
	"github.com/senda-dev/senda/internal/sfn"
	"github.com/senda-dev/senda/internal/sqs"
	"github.com/senda-dev/senda/internal/task"
)

// methods are what adapters do, with the calls that each takes as a role must allow them.
func methods() map[string][]access.Call {
	out := map[string][]access.Call{}
	add := func(method, action string, on access.Resource) {
		if c := (access.Call{Action: action, On: on}); !slices.Contains(out[method], c) {
			out[method] = append(out[method], c)
		}
	}
	for _, c := range layout.Calls() {
		switch {
		case c.Role == layout.Proofs:
			add("dynamo."+c.Method+" of proofs", c.Action, access.ProofTable)
		case c.Index == layout.Places:
			add("dynamo."+c.Method+" of places", c.Action, access.PlacesIndex)
		case c.Index == layout.Messages:
			add("dynamo."+c.Method+" of messages", c.Action, access.MessagesIndex)
		default:
			add("dynamo."+c.Method, c.Action, access.MainTable)
		}
	}
	from := func(adapter string, calls map[string][]string, on func(method, action string) access.Resource) {
		for method, actions := range calls {
			for _, a := range actions {
				add(adapter+"."+method, a, on(method, a))
			}
		}
	}
	always := func(r access.Resource) func(string, string) access.Resource {
		return func(string, string) access.Resource { return r }
	}
	from("dynamo.Proofs", dynamo.PruneCalls, always(access.ProofTable))
	from("s3", s3.Calls, func(method, action string) access.Resource {
		switch {
		case action == "s3:ListBucket":
			return access.BundleBucket
		case method == "Read":
			return access.BundleFiles
		default:
			return access.Bundles
		}
	})
	from("ses", ses.Calls, always(access.Senders))
	from("eventbridge", eventbridge.Calls, always(access.Bus))
	from("sqs", map[string][]string{"Send": sqs.Calls["Send"]}, always(access.Pages)) // the others are for people
	from("secretsmanager", secretsmanager.Calls, always(access.Secret))
	from("sfn", sfn.Calls, func(_, action string) access.Resource {
		switch action {
		case "states:StartExecution":
			return access.Machines
		case "states:SendTaskSuccess", "states:SendTaskFailure":
			return access.Everything
		default:
			return access.Executions
		}
	})
	return out
}

// A call of the table is one that an adapter makes, and no method of an adapter is allowed
// by half: what a function may do are whole methods.
func TestCallsAreThoseOfAdapters(t *testing.T) {
	all := methods()
	for _, f := range access.Functions {
		whole := map[access.Call]bool{}
		for _, calls := range all {
			if within(calls, f.Calls) {
				for _, c := range calls {
					whole[c] = true
				}
			}
		}
		for _, c := range f.Calls {
			if !whole[c] {
				t.Errorf("%s may %s on %s, which makes no method of an adapter whole", f.Name, c.Action, c.On)
			}
		}
	}
}

// A call that no function makes has no place in an adapter that functions are given.
func TestMethodsAreCalled(t *testing.T) {
	forPeople := []string{"sfn.Running", "sfn.Describe", "dynamo.Get of proofs", "dynamo.Range of proofs"} // the command line asks
	for method, calls := range methods() {
		if !slices.ContainsFunc(access.Functions, func(f access.Function) bool { return within(calls, f.Calls) }) && !slices.Contains(forPeople, method) {
			t.Errorf("no function may do what %s takes: %v", method, calls)
		}
	}
}

func within(calls, all []access.Call) bool {
	return !slices.ContainsFunc(calls, func(c access.Call) bool { return !slices.Contains(all, c) })
}

// given says which resources a function reaches by what its main gives it.
var given = map[string][]access.Resource{
	"c.Table":            {access.MainTable},
	"c.Proofs":           {access.ProofTable},
	"c.Secret":           {access.Secret},
	"c.Bus":              {access.Bus},
	"c.Pages":            {access.Pages},
	"c.Senders":          {access.Senders},
	"c.Bundles":          {access.Bundles},
	"s3.NewFiles":        {access.BundleFiles},
	"sfn.New":            {access.Everything},
	"sfn.NewExecutions":  {access.Executions},
	"dynamo.NewProofs":   {access.ProofTable},
	"dynamo.New":         {access.MainTable},
	"s3.New":             {access.Bundles},
	"ses.New":            {access.Senders},
	"eventbridge.New":    {access.Bus},
	"sqs.New":            {access.Pages},
	"secretsmanager.New": {access.Secret},
}

// A main gives its function the adapters of the calls in the table, and no others.
func TestMainsGiveWhatTheTableSays(t *testing.T) {
	folders, err := filepath.Glob("../../functions/*/main.go")
	if err != nil || len(folders) != len(access.Functions) {
		t.Fatalf("%d folders for %d functions of the table: %v", len(folders), len(access.Functions), err)
	}
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		f, ok := access.Find(name)
		if !ok {
			t.Errorf("%s is not in the table", name)
			continue
		}
		reached := map[access.Resource]bool{}
		for _, call := range selected(t, path) {
			for _, r := range given[call] {
				reached[r] = true
			}
		}
		may := map[access.Resource]bool{}
		for _, c := range f.Calls {
			switch c.On {
			case access.PlacesIndex, access.MessagesIndex, access.BundleBucket: // part of what is reached
			case access.Machines:
				may[access.Everything] = true
			case access.Executions:
				may[access.Executions] = !within([]access.Call{{Action: "states:StartExecution", On: access.Machines}}, f.Calls)
			default:
				may[c.On] = true
			}
		}
		for r := range both(reached, may) {
			if reached[r] != may[r] {
				t.Errorf("%s: the main reaches %q: %v, the table says %v", name, r, reached[r], may[r])
			}
		}
	}
}

func both(a, b map[access.Resource]bool) map[access.Resource]bool {
	out := map[access.Resource]bool{}
	for _, m := range []map[access.Resource]bool{a, b} {
		for r := range m {
			out[r] = true
		}
	}
	return out
}

// selected are the functions and methods that a file calls, as "package.Name".
func selected(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if s, ok := call.Fun.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					out = append(out, x.Name+"."+s.Sel.Name)
				}
			}
		}
		return true
	})
	return out
}

// Only an action without a resource of its own stands on "*", and each of them is used.
func TestUnscoped(t *testing.T) {
	used := map[string]bool{}
	grants := slices.Clone(access.MachineGrants)
	for _, f := range access.Functions {
		grants = append(grants, f.Grants()...)
	}
	for _, c := range grants {
		if strings.Contains(c.Action, "*") {
			t.Errorf("%s is more than one action", c.Action)
		}
		if c.On != access.Everything {
			continue
		}
		used[c.Action] = true
		if page := access.Unscoped[c.Action]; !strings.HasPrefix(page, "https://docs.aws.amazon.com/") {
			t.Errorf("%s stands on everything, and no page says why", c.Action)
		}
	}
	for action := range access.Unscoped {
		if !used[action] {
			t.Errorf("%s is listed, and nobody does it", action)
		}
	}
}

// Only the pruner drops proofs, and nobody changes one.
func TestProofs(t *testing.T) {
	for _, f := range access.Functions {
		for _, c := range f.Grants() {
			if c.On == access.ProofTable && (c.Action == "dynamodb:DeleteItem" && f.Name != "prune" || c.Action == "dynamodb:UpdateItem") {
				t.Errorf("%s may %s in the log of consent", f.Name, c.Action)
			}
		}
	}
}

func TestTheTableIsSound(t *testing.T) {
	served := map[string]bool{}
	for _, f := range access.Functions {
		if f.Timeout <= 0 || f.Timeout > 15*time.Minute || f.Memory < 128 || f.Memory > 10240 {
			t.Errorf("%s: %v with %d MB is not what Lambda gives", f.Name, f.Timeout, f.Memory)
		}
		if (f.Trigger == access.Machine) != (f.Task != "") || (f.Trigger == access.Schedule) != (f.Every > 0) || (f.Trigger == access.Queue) != (f.Batch > 0) {
			t.Errorf("%s: trigger %s does not fit the rest", f.Name, f.Trigger)
		}
		if f.Trigger == access.Machine && f.Timeout >= time.Minute {
			t.Errorf("%s: its machine waits no longer than a minute", f.Name)
		}
		if f.Trigger == access.Schedule && f.Timeout >= f.Every {
			t.Errorf("%s: one run may be at work when the next begins", f.Name)
		}
		served[f.Task] = true
	}
	for _, name := range []string{task.Facts, task.Score, task.Choose, task.Update, task.Send, task.Pause} {
		if !served[name] {
			t.Errorf("no function serves the task %s", name)
		}
	}
}

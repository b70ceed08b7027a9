//go:build localstack

package it

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/senda-dev/senda/internal/access"
)

// Every function makes the calls that internal/access lists for it, on the resources
// listed there, and no others: policies are made of that list, so that a call that
// stands there for nothing is a right for nothing, and one that is missing would be
// refused in an account. The emulator refuses nothing and sees everything.
func TestFunctionsCallWhatTheyMay(t *testing.T) {
	w := deployed(t)
	a, err := readAssembly(t.Context(), w, cdkOut(t))
	if err != nil {
		t.Fatal(err)
	}
	w.traffic(t, a)
	r, err := reachable(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	var seen map[string]map[access.Call]string
	defer func() {
		for _, line := range undeclared(seen) {
			t.Error(line)
		}
	}()
	eventually(t, room, func(ctx context.Context) error {
		calls, err := w.metered(ctx)
		if err != nil {
			return err
		}
		seen = r.read(calls)
		if left := missing(seen); len(left) > 0 {
			return fmt.Errorf("nobody saw\n\t%s", strings.Join(left, "\n\t"))
		}
		return nil
	})
}

// undeclared are the calls that were seen and that nothing allows.
func undeclared(seen map[string]map[access.Call]string) []string {
	var out []string
	for name, calls := range seen {
		f, ok := access.Find(name)
		for c, example := range calls {
			if !ok || !slices.Contains(f.Calls, c) {
				out = append(out, fmt.Sprintf("%s made the call %s on %s, which nothing allows: %s", name, c.Action, c.On, example))
			}
		}
	}
	slices.Sort(out)
	return out
}

// together are calls that one method of an adapter makes, as the case may be: whoever
// is seen to read one record may read several, whoever adds one may change one. Each
// of them must have been made by somebody.
var together = [][]access.Call{
	{{Action: "dynamodb:GetItem", On: access.MainTable}, {Action: "dynamodb:BatchGetItem", On: access.MainTable}},
	{
		{Action: "dynamodb:PutItem", On: access.MainTable},
		{Action: "dynamodb:UpdateItem", On: access.MainTable},
		{Action: "dynamodb:DeleteItem", On: access.MainTable},
		{Action: "dynamodb:ConditionCheckItem", On: access.MainTable},
	},
}

// missing are the calls that a function may make and was not seen to make.
func missing(seen map[string]map[access.Call]string) []string {
	var out []string
	anybody, declared := map[access.Call]bool{}, map[access.Call]bool{}
	for _, f := range access.Functions {
		for c := range seen[f.Name] {
			anybody[c] = true
		}
		for _, c := range f.Calls {
			declared[c] = true
			if _, rare := seldom(f.Name, c); !rare && !made(seen[f.Name], c) {
				out = append(out, fmt.Sprintf("%s: %s on %s", f.Name, c.Action, c.On))
			}
		}
	}
	for c := range declared {
		if _, rare := seldom("", c); !rare && !anybody[c] {
			out = append(out, fmt.Sprintf("anybody: %s on %s", c.Action, c.On))
		}
	}
	slices.Sort(out)
	return out
}

func made(seen map[access.Call]string, c access.Call) bool {
	if _, ok := seen[c]; ok {
		return true
	}
	for _, group := range together {
		if slices.Contains(group, c) && slices.ContainsFunc(group, func(o access.Call) bool { _, ok := seen[o]; return ok }) {
			return true
		}
	}
	return false
}

// call is a call as the meter tells it.
type call struct {
	App, Service, Operation, Error string
	Resources, Parts               []string
	At                             time.Time
	N                              int
}

func (w *world) metered(ctx context.Context) ([]call, error) {
	var out struct{ Calls []call }
	err := w.do(ctx, "GET", "/_senda/calls", nil, &out)
	return out.Calls, err
}

// reach is which names of the deployment are which resource of the table.
type reach struct {
	at       *world
	pages    string
	machines map[string]bool
	senders  map[string]bool
	files    map[string]bool // BUCKET/KEY
}

func reachable(ctx context.Context, a *assembly) (*reach, error) {
	r := &reach{at: a.w, machines: map[string]bool{}, senders: map[string]bool{}, files: map[string]bool{}}
	if hop, ok := a.w.at.Hop("enroll"); ok {
		r.pages = last(hop.To)
	}
	for _, x := range a.resources {
		switch x.kind {
		case "AWS::StepFunctions::StateMachine":
			r.machines[last(x.physical)] = true
		case "AWS::SES::EmailIdentity", "AWS::SES::ConfigurationSet":
			r.senders[x.physical] = true
		case "Custom::SendaJourney":
			p, err := a.stated(ctx, x)
			if err != nil {
				return nil, err
			}
			r.files[asText(p["AssetBucket"])+"/"+asText(p["AssetKey"])] = true
		}
	}
	return r, nil
}

// stated are the properties of a resource, resolved.
func (a *assembly) stated(ctx context.Context, r resource) (map[string]any, error) {
	v, err := a.resolve(ctx, r.stack, r.properties)
	if err != nil {
		return nil, err
	}
	p, ok := v.(map[string]any)
	if !ok {
		return nil, none("properties of " + r.logical)
	}
	return p, nil
}

// read sorts calls by function, each with an example. A function is told by the
// application id that its client libraries send.
func (r *reach) read(calls []call) map[string]map[access.Call]string {
	out := map[string]map[access.Call]string{}
	for _, c := range calls {
		if c.App == "" {
			continue
		}
		for _, one := range r.actions(c) {
			if out[c.App] == nil {
				out[c.App] = map[access.Call]string{}
			}
			out[c.App][one] = fmt.Sprint(c.Service, ".", c.Operation, " ", c.Resources, c.Parts)
		}
	}
	return out
}

// actions are what a policy must allow for a call. An operation of a service has an
// action of its name, but for a transaction, which is allowed by its parts, and mail
// that is handed over raw, for which SES asks for two
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html).
func (r *reach) actions(c call) []access.Call {
	each := func(names []string, action string, is func(string) bool, on access.Resource) []access.Call {
		for _, n := range names {
			if !is(n) {
				on = access.Resource("something else: " + n)
			}
		}
		if len(names) == 0 && on != access.Everything {
			on = "something without a name"
		}
		return []access.Call{{Action: action, On: on}}
	}
	named := func(names ...string) func(string) bool {
		return func(n string) bool { return slices.Contains(names, n) }
	}
	switch c.Service {
	case "dynamodb":
		var out []access.Call
		for _, p := range c.Parts {
			operation, on, _ := strings.Cut(p, " ")
			out = append(out, access.Call{Action: "dynamodb:" + operation, On: r.table(on)})
		}
		return out
	case "s3":
		var out []access.Call
		for _, p := range c.Parts {
			operation, object, _ := strings.Cut(p, " ")
			out = append(out, access.Call{Action: "s3:" + operation, On: r.file(object)})
		}
		if len(c.Parts) == 0 {
			out = each(c.Resources, "s3:"+c.Operation, named(r.at.at.Bundles), access.BundleBucket)
		}
		return out
	case "sesv2":
		out := each(c.Resources, "ses:"+c.Operation, func(n string) bool { return r.senders[n] }, access.Senders)
		if c.Operation == "SendEmail" {
			out = append(out, access.Call{Action: "ses:SendRawEmail", On: out[0].On})
		}
		return out
	case "events":
		return each(c.Resources, "events:"+c.Operation, named(r.at.at.Bus), access.Bus)
	case "sqs":
		return each(c.Resources, "sqs:"+c.Operation, named(r.pages), access.Pages)
	case "secretsmanager":
		return each(c.Resources, "secretsmanager:"+c.Operation, named(r.at.at.Secret[strings.LastIndex(r.at.at.Secret, ":")+1:]), access.Secret)
	case "stepfunctions":
		machine := func(n string) bool { m, _, _ := strings.Cut(n, ":"); return r.machines[m] }
		on := access.Executions
		switch c.Operation {
		case "StartExecution":
			on = access.Machines
		case "SendTaskSuccess", "SendTaskFailure":
			on = access.Everything
		}
		return each(c.Resources, "states:"+c.Operation, machine, on)
	}
	return []access.Call{{Action: c.Service + ":" + c.Operation, On: access.Resource(strings.Join(c.Resources, ", "))}}
}

func (r *reach) table(name string) access.Resource {
	switch at := r.at.at; name {
	case at.Table:
		return access.MainTable
	case at.Table + "/index/places":
		return access.PlacesIndex
	case at.Table + "/index/messages":
		return access.MessagesIndex
	case at.Proofs:
		return access.ProofTable
	}
	return access.Resource("something else: " + name)
}

func (r *reach) file(object string) access.Resource {
	if ok, err := path.Match(r.at.at.Bundles+"/bundles/*.json", object); ok && err == nil {
		return access.Bundles
	}
	if r.files[object] {
		return access.BundleFiles
	}
	return access.Resource("something else: " + object)
}
